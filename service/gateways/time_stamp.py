"""Authorities of time: how a request reaches one (RFC 3161, 3.4, over HTTP) and its answer comes back."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Protocol

PATIENCE_SECONDS = 10.0
MAX_BYTES = 64 * 1024


class NotStamped(Exception):
    """No answer within the time, or none that is a time stamp."""


class StampGateway(Protocol):
    """Reaches one authority of time."""

    @property
    def name(self) -> str:
        """What it is known by: its address."""
        ...

    def stamp(self, request: bytes) -> bytes:
        """The answer to a request, both DER. Raises NotStamped."""
        ...


@dataclass(frozen=True)
class HttpStamps:
    """An authority over HTTP or HTTPS. `patience` is in seconds."""

    name: str
    patience: float = PATIENCE_SECONDS

    def stamp(self, request: bytes) -> bytes:
        """Asks it."""
        if not self.name.startswith(("http://", "https://")):
            raise NotStamped(self.name)
        asked = urllib.request.Request(  # noqa: S310  (the scheme was looked at)
            self.name, data=request, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=self.patience) as answer:  # noqa: S310
                data: bytes = answer.read(MAX_BYTES)
        except (OSError, urllib.error.URLError, ValueError) as fault:
            raise NotStamped(f"{self.name}: {type(fault).__name__}") from fault
        return data
