"""Text messages: what a supplier must do, and the inbox on this machine that stands for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from service.gateways.inbox import Clock, append, entries


@dataclass(frozen=True, slots=True)
class Sent:
    """A supplier took the message over; `reference` is the supplier's own name for it."""

    reference: str


class NotSent(Exception):
    """A supplier did not take this message. `again`: the same message may be tried later; otherwise never.

    The text is a code like `twilio-21211`: it is kept and shown, and never holds a number or a word of the message.
    """

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.why, self.again = why, again


class NotReached(NotSent):
    """The supplier takes nothing now, from nobody: away, too busy, or our key is wrong. Nothing was handed over."""

    def __init__(self, why: str) -> None:
        super().__init__(why, again=True)


class Unanswered(NotSent):
    """The supplier was asked and did not answer: it may have taken the message."""

    def __init__(self, why: str) -> None:
        super().__init__(why, again=True)


class SmsGateway(Protocol):
    """Sends one text. `reference` is ours: sent twice with it, a supplier that can delivers once."""

    def send(self, *, to: str, text: str, reference: str) -> Sent:
        """Hands `text` over for the E.164 number `to`; slow. Raises NotSent, NotReached, Unanswered."""
        ...

    def find(self, *, to: str, text: str, reference: str, since: datetime) -> Sequence[Sent]:
        """Messages that the supplier took over for us since then, which may be this one; slow. Raises NotReached."""
        ...


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """A text as it lies in the local inbox."""

    to: str
    text: str
    reference: str
    at: datetime


@dataclass(frozen=True)
class LocalSms:
    """An inbox file instead of a network: for demonstrations and tests, read by the local inbox page."""

    file: Path
    clock: Clock

    def send(self, *, to: str, text: str, reference: str) -> Sent:
        """Appends the text to the inbox."""
        append(self.file, {"to": to, "text": text, "reference": reference, "at": self.clock().isoformat()})
        return Sent(reference)

    def find(self, *, to: str, text: str, reference: str, since: datetime) -> Sequence[Sent]:  # noqa: ARG002
        """The text with this reference, if it lies there."""
        return [Sent(reference)] if any(one["reference"] == reference for one in entries(self.file)) else []

    def received(self) -> list[ReceivedSms]:
        """Everything sent so far, newest first; a text sent again under its reference is there once."""
        found = {
            one["reference"]: ReceivedSms(one["to"], one["text"], one["reference"], datetime.fromisoformat(one["at"]))
            for one in entries(self.file)
        }
        return list(reversed(found.values()))
