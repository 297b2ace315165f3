"""Text messages: what a supplier must do, and the inbox on this machine that stands for one."""

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
    """A supplier did not take the message. `again`: the same message may be tried later; otherwise never."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


class SmsGateway(Protocol):
    """Sends one text. `reference` is ours: sent twice with it, a supplier that can delivers once."""

    def send(self, *, to: str, text: str, reference: str) -> Sent:
        """Hands `text` over for the E.164 number `to`; slow. Raises NotSent."""
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

    def received(self) -> list[ReceivedSms]:
        """Everything sent so far, newest first; a text sent again under its reference is there once."""
        found = {
            one["reference"]: ReceivedSms(one["to"], one["text"], one["reference"], datetime.fromisoformat(one["at"]))
            for one in entries(self.file)
        }
        return list(reversed(found.values()))
