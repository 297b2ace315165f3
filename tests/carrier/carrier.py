"""A carrier that speaks Twilio's message API over HTTP, takes every request at Twilio's word, and behaves badly.

It refuses what Twilio's description does not know, drops lines before and after it took a message, answers late or not,
and posts its receipts signed, out of order and more than once. What it took is what people would have got.
"""

import base64
import contextlib
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from twilio.request_validator import RequestValidator

from tests.carrier.described import NotDescribed, check_answer, check_request

ACCOUNT, TOKEN = "AC" + "0" * 32, "token-of-the-tests"
PATIENCE = 30


@dataclass
class Carrier:
    """What the carrier took, in order, and how it behaves: chances from 0 to 1 for each way to misbehave."""

    clock: Callable[[], datetime]
    random: random.Random
    chances: dict[str, float] = field(default_factory=dict)
    """`drop-before`, `drop-after`, `late` (answers after `lateness` seconds), `busy` (429), `fault-after` (500),
    `lost-receipts`."""
    lateness: float = 0.0
    down: bool = False
    receipts_to: str | None = None
    """Where receipts are posted in place of the public address: nothing leaves this machine."""
    refused_numbers: dict[str, int] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    searches: int = 0
    receipts: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def misbehaves(self, how: str) -> bool:
        return self.random.random() < self.chances.get(how, 0)

    def take(self, form: dict[str, list[str]]) -> dict[str, Any]:
        with self.lock:
            message = {
                "sid": f"SM{len(self.taken) + 1:032x}",
                "account_sid": ACCOUNT,
                "to": form["To"][0],
                "from": form.get("From", [None])[0],
                "messaging_service_sid": form.get("MessagingServiceSid", [None])[0],
                "body": form["Body"][0],
                "status": "queued",
                "direction": "outbound-api",
                "date_created": format_datetime(self.clock()),
                "date_updated": format_datetime(self.clock()),
                "date_sent": None,
                "error_code": None,
                "error_message": None,
                "num_segments": "1",
                "num_media": "0",
                "price": None,
                "price_unit": "USD",
                "api_version": "2010-04-01",
                "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM{len(self.taken) + 1:032x}.json",
                "subresource_uris": {},
            }
            lost = self.misbehaves("lost-receipts")
            self.taken.append({**message, "callback": form["StatusCallback"][0], "lost": lost})
        if self.receipts_to is not None and not lost:
            threading.Thread(target=self._tell, args=(self.taken[-1],), daemon=True).start()
        return message

    def page(self, query: dict[str, list[str]], path: str) -> dict[str, Any]:
        with self.lock:
            self.searches += 1
            wanted = [
                {key: value for key, value in one.items() if key not in ("callback", "lost")}
                for one in reversed(self.taken)
                if one["to"] == query.get("To", [one["to"]])[0]
            ]
        size, page = int(query.get("PageSize", ["50"])[0]), int(query.get("Page", ["0"])[0])
        more = len(wanted) > size * (page + 1)
        again = {key: value[0] for key, value in query.items() if key != "Page"}
        return {
            "messages": wanted[size * page : size * (page + 1)],
            "page": page,
            "page_size": size,
            "start": size * page,
            "end": max(size * page, min(len(wanted), size * (page + 1)) - 1),
            "uri": path,
            "first_page_uri": f"{path}?{urlencode({**again, 'Page': 0})}",
            "next_page_uri": f"{path}?{urlencode({**again, 'Page': page + 1})}" if more else None,
            "previous_page_uri": None,
        }

    def _tell(self, message: dict[str, Any]) -> None:
        """Every receipt twice, in any order, each some time later."""
        steps = ["queued", "sent", "undelivered" if message["to"].endswith("99") else "delivered"] * 2
        self.random.shuffle(steps)
        for step in steps:
            time.sleep(self.random.uniform(0, self.lateness))
            fields = {"MessageSid": message["sid"], "MessageStatus": step, "To": message["to"], "AccountSid": ACCOUNT}
            if step == "undelivered":
                fields["ErrorCode"] = "30005"
            with contextlib.suppress(OSError):
                self.receipts.append(self.post_receipt(message["callback"], fields))

    def post_receipt(self, callback: str, fields: dict[str, str], token: str = TOKEN) -> int:
        assert self.receipts_to is not None
        parts = urlsplit(callback)
        target = f"{self.receipts_to}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        signature = RequestValidator(token).compute_signature(callback, fields)
        asked = Request(target, urlencode(fields).encode(), {"X-Twilio-Signature": signature})
        try:
            with urlopen(asked, timeout=PATIENCE) as answer:
                return int(answer.status)
        except HTTPError as fault:
            return fault.code


def _handler(carrier: Carrier) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            octets = self.rfile.read(length)
            if len(octets) < length:  # whoever spoke was killed in the middle of the request
                return self._drop()
            body = octets.decode()
            parts = urlsplit(self.path)
            if parts.path == "/control":
                return self._control(json.loads(body))
            form = parse_qs(body, keep_blank_values=True)
            if self._understood({}, form) and not self._turned_away(form):
                self._took(carrier.take(form))
            return None

        def _turned_away(self, form: dict[str, list[str]]) -> bool:
            """Whether the carrier did not take the message, and said so or not."""
            if carrier.down or carrier.misbehaves("busy"):
                status = 503 if carrier.down else 429
                self._answer(status, {"code": 20429, "message": "later", "status": status})
            elif carrier.misbehaves("drop-before"):
                self._drop()
            elif form["To"][0] in carrier.refused_numbers:
                code = carrier.refused_numbers[form["To"][0]]
                self._answer(400, {"code": code, "message": "not this one", "status": 400})
            else:
                return False
            return True

        def _took(self, made: dict[str, Any]) -> None:
            if carrier.misbehaves("drop-after"):
                self._drop()
            elif carrier.misbehaves("fault-after"):
                self._answer(500, {"code": 20500, "message": "oh", "status": 500})
            else:
                if carrier.misbehaves("late"):
                    time.sleep(carrier.lateness)
                self._answer(201, made)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/control":
                with carrier.lock:
                    told = {"taken": carrier.taken, "faults": carrier.faults, "searches": carrier.searches,
                            "receipts": carrier.receipts}  # fmt: skip
                    return self._answer(200, told)
            query = parse_qs(parts.query, keep_blank_values=True)
            if not self._understood(query, {}):
                return None
            if carrier.down:
                return self._answer(503, {"code": 20503, "message": "later", "status": 503})
            return self._answer(200, carrier.page(query, parts.path))

        def _understood(self, query: dict[str, list[str]], form: dict[str, list[str]]) -> bool:
            """Whether this is a request that Twilio's description knows, by somebody it knows."""
            known = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
            if self.headers.get("Authorization") != f"Basic {known}":
                self._answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
                return False
            try:
                check_request(self.command, urlsplit(self.path).path, query, form)
            except NotDescribed as fault:
                carrier.faults.append(str(fault))
                self._answer(400, {"code": 20001, "message": str(fault), "status": 400})
                return False
            return True

        def _control(self, told: dict[str, Any]) -> None:
            for name, value in told.items():
                setattr(carrier, name, value)
            self._answer(200, {})

        def _drop(self) -> None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def _answer(self, status: int, told: dict[str, Any]) -> None:
            if status < 300 and self.path.startswith("/2010"):
                try:
                    check_answer(self.command, urlsplit(self.path).path, status, told)
                except NotDescribed as fault:
                    carrier.faults.append(str(fault))
            body = json.dumps(told).encode()
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the tests read what was taken."""

    return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in the middle is what these tests are about."""


def listen(carrier: Carrier, port: int = 0) -> ThreadingHTTPServer:
    """A server for a carrier on the loopback interface, not yet serving."""
    return _Quiet(("127.0.0.1", port), _handler(carrier))


@contextlib.contextmanager
def open_carrier(carrier: Carrier) -> Iterator[str]:
    """Serves a carrier in a thread and yields its address."""
    server = listen(carrier)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
