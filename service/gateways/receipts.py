"""What a supplier says of a message after it took it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

CALLBACK_PATH = "/callbacks/twilio"


class Forged(Exception):
    """The request was not signed by the supplier, or says something else than what was signed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`reference`: the supplier's name for the message; `status`: its word for where it is; `code`: why it failed."""

    reference: str
    status: str
    code: str | None = None


class ReceiptReader(Protocol):
    """Tells a supplier's own requests from everybody else's."""

    def read(self, *, target: str, headers: Mapping[str, str], form: Mapping[str, str], body: bytes) -> Receipt:
        """The receipt. Raises Forged."""
        ...
