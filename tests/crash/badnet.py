"""A network between client and server that cuts and stalls: before, amid and after a request, and amid an answer."""

import random
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

FATES = ("whole", "whole", "unsent", "half sent", "unanswered", "half answered", "sent twice", "slow")
SLOW_SECONDS = 0.3
PATIENCE_SECONDS = 60


class _Relay(socketserver.BaseRequestHandler):
    server: "BadNetwork"

    def handle(self) -> None:
        self.request.settimeout(PATIENCE_SECONDS)
        while (asked := _message(self.request)) is not None:
            fate = self.server.fate()
            if fate == "unsent":
                return
            with socket.create_connection(("127.0.0.1", self.server.beyond), PATIENCE_SECONDS) as server:
                if fate == "half sent":
                    server.sendall(asked[: len(asked) // 2])
                    return
                if fate == "slow":
                    _dribble(server, asked)
                else:
                    server.sendall(asked)
                if fate == "sent twice":
                    # The same octets on another connection at the same moment: both are carried out, or one.
                    with socket.create_connection(("127.0.0.1", self.server.beyond), PATIENCE_SECONDS) as second:
                        second.sendall(asked)
                        _message(second)
                answer = _message(server)
            if answer is None or fate == "unanswered":
                return
            if fate == "half answered":
                self.request.sendall(answer[: len(answer) // 2])
                return
            if fate == "slow":
                _dribble(self.request, answer)
            else:
                self.request.sendall(answer)


def _dribble(target: socket.socket, data: bytes) -> None:
    """In pieces, with pauses: neither end may take a part for the whole."""
    size = max(1, len(data) // 4)
    for first in range(0, len(data), size):
        target.sendall(data[first : first + size])
        time.sleep(SLOW_SECONDS / 5)


class BadNetwork(socketserver.ThreadingTCPServer):
    """Relays to the port `beyond`; `suffered` counts what it did to requests."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, beyond: int, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.beyond = beyond
        self.suffered: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._turn = threading.Lock()

    def fate(self) -> str:
        """What becomes of the next request."""
        with self._turn:
            fate = self._chance.choice(FATES)
            self.suffered[fate] += 1
            return fate

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that ends early is what this is for."""


@contextmanager
def bad_network(beyond: int, seed: int) -> Iterator[BadNetwork]:
    """A bad network in front of a port, for the length of the block."""
    with BadNetwork(beyond, seed) as network:
        running = threading.Thread(target=network.serve_forever, args=(0.05,), daemon=True)
        running.start()
        try:
            yield network
        finally:
            network.shutdown()
            running.join()


def _message(source: socket.socket) -> bytes | None:
    """One HTTP message with its body, or None at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = source.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(body) < length:
        part = source.recv(65536)
        if not part:
            return None
        body += part
    return head + b"\r\n\r\n" + body
