"""E-mail: what a server must do, and the inbox on this machine that stands for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from service.gateways.inbox import Clock, append, entries
from service.gateways.sms import Sent


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along: `kind` is its media type, as `text/calendar`."""

    name: str
    kind: str
    content: bytes


class MailGateway(Protocol):
    """Sends one letter in plain text. `reference` is ours and becomes its Message-ID."""

    def send(self, *, to: str, subject: str, text: str, reference: str, attachments: Sequence[Attachment] = ()) -> Sent:
        """Hands the letter over; slow. Raises NotSent, NotReached, Unanswered of `service.gateways.sms`."""
        ...


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A letter as it lies in the local inbox."""

    to: str
    subject: str
    text: str
    reference: str
    at: datetime


@dataclass(frozen=True)
class LocalMail:
    """An inbox file instead of a mail server."""

    file: Path
    clock: Clock

    def send(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        reference: str,
        attachments: Sequence[Attachment] = (),  # noqa: ARG002  (a file is not shown)
    ) -> Sent:
        """Appends the letter to the inbox."""
        letter = {"to": to, "subject": subject, "text": text, "reference": reference}
        append(self.file, {**letter, "at": self.clock().isoformat()})
        return Sent(reference)

    def received(self) -> list[ReceivedMail]:
        """Everything sent so far, newest first."""
        found = {
            one["reference"]: ReceivedMail(
                one["to"], one["subject"], one["text"], one["reference"], datetime.fromisoformat(one["at"])
            )
            for one in entries(self.file)
        }
        return list(reversed(found.values()))
