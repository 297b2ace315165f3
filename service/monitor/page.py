"""The operators' port: `/health` (this process lives), `/ready` (the installation can serve), `/metrics`.

It is no face: it names institutions and shows how they work, so it answers on this machine unless told otherwise, and
to no name but those it is given.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TEXT = "text/plain; version=0.0.4; charset=utf-8"
Answer = tuple[HTTPStatus, str, str]

_log = structlog.get_logger("kezdesu.monitor")


def server(
    address: str, port: int, not_ready: Callable[[], list[str]], metrics: Callable[[], str], hosts: tuple[str, ...] = ()
) -> ThreadingHTTPServer:
    """A server that is bound and not running yet. `metrics` may raise: then it answers 503."""

    def ready() -> Answer:
        faults = not_ready()
        status = HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK
        return status, "application/json", json.dumps({"ready": not faults, "faults": faults})

    pages: dict[str, Callable[[], Answer]] = {
        "/health": lambda: (HTTPStatus.OK, "application/json", '{"live": true}'),
        "/ready": ready,
        "/metrics": lambda: (HTTPStatus.OK, TEXT, metrics()),
    }
    names = {*LOOPBACK, *hosts}

    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        server_version = "kezdesu"
        sys_version = ""

        def do_GET(self) -> None:
            # A page elsewhere that makes a browser ask by another name (DNS rebinding) learns nothing.
            told = self.headers.get("Host", "")
            host = told.rpartition(":")[0] if not told.endswith("]") and ":" in told else told
            page = pages.get(self.path) if host in names else None
            if page is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            try:
                status, kind, text = page()
            except Exception:  # a database that is away must not end the port that says so
                _log.exception("not answered", path=self.path)
                status, kind, text = HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", "not now\n"
            octets = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(octets)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, format: str, *args: object) -> None:
            """The log is for what happens."""

    made = ThreadingHTTPServer((address, port), Handler)
    made.daemon_threads = True
    return made
