"""Witnesses: how a head reaches them and their answer comes back, over HTTP or from one in this process."""

import http.client
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Protocol
from urllib.parse import urlsplit

from service.record.witness.request import MAX_BYTES
from service.record.witness.witness import Witness

PATIENCE_SECONDS = 1.0


class NotReached(Exception):
    """No answer within the time, or none that is HTTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a witness answered."""

    status: int
    body: bytes


class WitnessGateway(Protocol):
    """Reaches witnesses by their submission prefix. One thread asks one witness; several threads ask several."""

    def submit(self, url: str, request: bytes) -> Reply:
        """Sends one `add-checkpoint` request (C2SP tlog-witness). Raises NotReached."""
        ...


@dataclass(frozen=True)
class LocalWitnesses:
    """Witnesses in this process, by their addresses: for the demonstration and for tests."""

    witnesses: Mapping[str, Witness]

    def submit(self, url: str, request: bytes) -> Reply:
        """Asks the one of that address."""
        if url not in self.witnesses:
            raise NotReached(url)
        answer = self.witnesses[url].add_checkpoint(request)
        return Reply(answer.status, answer.body)


@dataclass
class HttpWitnesses:
    """Witnesses over HTTP or HTTPS, on lines that are kept. `patience` is in seconds, for connection and answer."""

    patience: float = PATIENCE_SECONDS
    _lines: dict[str, http.client.HTTPConnection] = field(default_factory=dict)

    def submit(self, url: str, request: bytes) -> Reply:
        """Asks, over a kept line first: the other end may have given that one up meanwhile."""
        kept = self._lines.pop(url, None)
        if kept is not None:
            with suppress(NotReached):
                return self._ask(url, kept, request)
        return self._ask(url, self._new_line(url), request)

    def _new_line(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return kind(parts.netloc, timeout=self.patience)

    def _ask(self, url: str, line: http.client.HTTPConnection, request: bytes) -> Reply:
        # The line's own timeout begins anew with every byte; who sends one a second would never end.
        end = Timer(self.patience, _cut, (line,))
        end.daemon = True
        try:
            if line.sock is None:
                line.connect()
            end.start()
            line.request("POST", f"{urlsplit(url).path.rstrip('/')}/add-checkpoint", request)
            answer = line.getresponse()
            reply = Reply(answer.status, answer.read(MAX_BYTES))
        except (OSError, http.client.HTTPException, ValueError) as fault:
            line.close()
            raise NotReached(f"{url}: {type(fault).__name__}") from fault
        finally:
            end.cancel()
        if answer.isclosed() and not answer.will_close:
            self._lines[url] = line
        else:
            line.close()
        return reply


def _cut(line: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        line.sock.shutdown(socket.SHUT_RDWR)
