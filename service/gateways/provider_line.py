"""One question to an identity provider over HTTP: bounded in time and size, no redirect followed."""

import http.client
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any, Protocol
from urllib.parse import urlsplit

MOST_OCTETS = 256 * 1024
PATIENCE_SECONDS = 5.0


class ProviderSilent(Exception):
    """No answer in time, or none that can be read."""


class ProviderLine(Protocol):
    """Asks the provider."""

    def ask(self, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON at an address; with a body, posted. Raises ProviderSilent for anything but a 200 with JSON."""
        ...


@dataclass(frozen=True, slots=True)
class HttpLine:
    """A new connection for each question: signing in is rare."""

    patience: float = PATIENCE_SECONDS

    def ask(self, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """As the protocol says."""
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        line: http.client.HTTPConnection | None = None
        end: Timer | None = None
        try:
            line = kind(parts.netloc, timeout=self.patience)
            # The line's own timeout begins anew with every octet; who sends one a second would never end.
            end = Timer(self.patience, _cut, (line,))
            end.daemon = True
            line.connect()
            end.start()
            line.request(
                "GET" if body is None else "POST", path, body, {"Accept": "application/json", **(headers or {})}
            )
            answer = line.getresponse()
            text = answer.read(MOST_OCTETS + 1)
            if answer.status != 200 or len(text) > MOST_OCTETS:
                raise ProviderSilent(f"{parts.netloc}: {answer.status}")
            return json.loads(text)
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as fault:
            raise ProviderSilent(f"{parts.netloc}: {type(fault).__name__}") from fault
        finally:
            if end is not None:
                end.cancel()
            if line is not None:
                line.close()


def _cut(line: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        line.sock.shutdown(2)
