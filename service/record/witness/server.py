"""The witness on a port: `POST /add-checkpoint`, `GET /<SHA-256 of an origin>/checkpoint`, and one page of status.

It speaks plain HTTP; whoever shows it to the world puts a web server with a certificate before it. Requests need no
other authority than the log's signature, so anybody may send them.
"""

from __future__ import annotations

import logging
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service.record.witness.page import status_page
from service.record.witness.request import MAX_BYTES
from service.record.witness.witness import Answer, Witness

_log = logging.getLogger("kezdesu.witness")
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_LENGTH = re.compile(r"\d{1,7}", re.ASCII)
PATIENCE_SECONDS = 10
"""How long a sender may be silent before the line is closed."""


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness. Port 0 takes a free one; `server_address` tells which."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  (the base class's own)
        """A sender that hung up is no event."""
        _log.debug("a connection broke off", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "kezdesu-witness", ""
    timeout = PATIENCE_SECONDS
    server: WitnessServer

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            self._send(Answer.refused(404, "path.unknown"), close=True)
            return
        length = self.headers.get("Content-Length", "")
        if not _LENGTH.fullmatch(length):
            self._send(Answer.refused(411, "request.length"), close=True)
        elif int(length) > MAX_BYTES:
            self._send(Answer.refused(413, "request.length"), close=True)
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                self._send(self._answered(body))

    def do_GET(self) -> None:
        witness = self.server.witness
        asked = _CHECKPOINT.fullmatch(self.path)
        if asked:
            note = witness.checkpoint(asked[1])
            self._send(Answer(200, note) if note else Answer.refused(404, "log.unknown"))
        elif self.path.partition("?")[0] == "/":
            page = status_page(witness, self.path.partition("?")[2], self.headers.get("Accept-Language", ""))
            self._send(Answer(200, page.encode(), "text/html; charset=utf-8"))
        else:
            self._send(Answer.refused(404, "path.unknown"))

    def log_message(self, format: str, *args: object) -> None:
        _log.info(format, *args)

    def _answered(self, body: bytes) -> Answer:
        try:
            return self.server.witness.add_checkpoint(body)
        except OSError:
            # What was not written down was not seen: no cosignature leaves the house.
            _log.exception("the state could not be written")
            return Answer.refused(500, "state.lost")

    def _send(self, answer: Answer, *, close: bool = False) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(answer.body)
