"""A tiny HTTP service on loopback that records scans and answers as it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class StandIn:
    """What the service heard, and what it is to say. `held` keeps its answers back until it is set."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.more_headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.drips = False
        self.held = Event()
        self.held.set()

    def answer(self, question: dict[str, Any]) -> bytes:
        """Lets everybody in and out."""
        if self.body is not None:
            return self.body
        verdict = "admit" if question["direction"] == "entry" else "leave"
        return json.dumps({"verdict": verdict, "reason": None, "scan": f"scan-{len(self.heard)}"}).encode()

    def refuse(self, code: str) -> None:
        """Refuses from now on."""
        reason = {"code": code, "article": None, "text": {"kk": "…", "ru": "…", "en": "…"}}
        self.body = json.dumps({"verdict": "refuse", "reason": reason, "scan": "scan-x"}).encode()


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Runs it for the length of a test."""
    service = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/api/v1/scans":
                self.send_error(404)
                return
            service.heard.append(question)
            service.headers.append(dict(self.headers))
            service.held.wait()
            said = service.answer(question)
            self.send_response(service.status)
            for name, value in {**service.more_headers, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            if service.drips:
                self.wfile.write(said[:5])
                self.wfile.flush()
                service.held.clear()
                service.held.wait()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A bridge that hung up is no error here."""

    server = Quiet(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield service
    finally:
        service.held.set()
        server.shutdown()
        server.server_close()
