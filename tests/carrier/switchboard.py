"""Conferences and video rooms behind one HTTP address, each request and answer held against Twilio's description."""

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from service.gateways.twilio_account import TwilioAccount
from tests.carrier.carrier import Carrier, _Quiet
from tests.carrier.described import NotDescribed, check_answer, check_request
from tests.carrier.exchange import ACCOUNT, TOKEN, Exchange, Refused
from tests.carrier.gateway import Loopback
from tests.carrier.rooms import VideoRooms


@dataclass
class Switchboard:
    exchange: Exchange = field(default_factory=Exchange)
    video: VideoRooms = field(default_factory=VideoRooms)
    carrier: Carrier = field(default_factory=lambda: Carrier(lambda: datetime(2026, 3, 2, tzinfo=UTC), Random(1)))
    faults: list[str] = field(default_factory=list)
    down: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, method: str, target: str, form: dict[str, list[str]], authorization: str) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True)
        known = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        try:
            if self.down:
                raise Refused(503, 20503)
            if authorization != f"Basic {known}":
                raise Refused(401, 20003)
            check_request(method, parts.path, query, form)
            if "/Messages" in parts.path:
                return 201, self.carrier.take(form)
            api = self.video if parts.path.startswith("/v1/Rooms") else self.exchange
            flat = [{key: values[0] for key, values in one.items()} for one in (query, form)]
            with self.lock:
                status, told = api.asked(method, parts.path, *flat)
            check_answer(method, parts.path, status, told)
        except NotDescribed as fault:
            self.faults.append(str(fault))
            return 400, {"code": 20001, "message": str(fault), "status": 400}
        except Refused as refusal:
            status, code = refusal.args
            return status, {"code": code, "message": "refused", "status": status}
        return status, told


@contextlib.contextmanager
def open_switchboard(board: Switchboard) -> Iterator[str]:
    """Serves it on the loopback interface and yields its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            told = board.asked(
                self.command, self.path, parse_qs(body, keep_blank_values=True), self.headers.get("Authorization", "")
            )
            self._answer(*told)

        do_GET = do_DELETE = do_POST

        def _answer(self, status: int, told: Any) -> None:
            body = b"" if told is None else json.dumps(told).encode()
            with contextlib.suppress(OSError):
                self.send_response(status)
                if told is not None:
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the tests read what happened."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def account_at(base: str, *, token: str = TOKEN, timeout: float = 60) -> TwilioAccount:
    return TwilioAccount(ACCOUNT, ACCOUNT, token, Loopback(base, timeout))
