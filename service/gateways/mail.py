"""E-mail: what a server must do, and the inbox on this machine that stands for one."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, cast

from service.gateways.inbox import Clock, append, entries
from service.gateways.sms import Sent


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along: `kind` is its media type, as `text/calendar`; `parameters` are those of the type."""

    name: str
    kind: str
    content: bytes
    parameters: tuple[tuple[str, str], ...] = ()


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
    attachments: tuple[Attachment, ...] = ()


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
        attachments: Sequence[Attachment] = (),
    ) -> Sent:
        """Appends the letter to the inbox."""
        letter = {"to": to, "subject": subject, "text": text, "reference": reference}
        files = [
            {"name": one.name, "kind": one.kind, "content": b64encode(one.content).decode(), "more": one.parameters}
            for one in attachments
        ]
        append(self.file, {**letter, "at": self.clock().isoformat(), "attachments": files})
        return Sent(reference)

    def received(self) -> list[ReceivedMail]:
        """Everything sent so far, newest first."""
        found = {
            one["reference"]: ReceivedMail(
                one["to"],
                one["subject"],
                one["text"],
                one["reference"],
                datetime.fromisoformat(one["at"]),
                tuple(
                    Attachment(
                        of["name"], of["kind"], b64decode(of["content"]), tuple((key, to) for key, to in of["more"])
                    )
                    for of in one.get("attachments", ())
                ),
            )
            for one in cast(Iterator[Mapping[str, Any]], entries(self.file))
        }
        return list(reversed(found.values()))
