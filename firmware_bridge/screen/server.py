"""A small HTTP server for one screen on loopback: who may ask at all, and what every answer carries."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

HERE = "127.0.0.1"
NAMES = (HERE, "localhost")
LONGEST_FORM = 8192
SAFE = {
    # Everything a page needs is served here; a script that got into a name would not run, and could reach nobody.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A form says where it comes from only under this policy; without it the browser would send "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, by a browser that is on this machine and on one of our own pages."""

    path: str
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    form: Mapping[str, str] | None = None
    """None for GET."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. With `to` it sends the browser there. `cookies` are set for this shift; an empty one is taken away."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    to: str = ""
    mark: str = ""
    """Changes when what is shown does; without it, a digest of the body."""
    cookies: Mapping[str, str] = field(default_factory=dict)


def digest(octets: bytes) -> str:
    """A short name of what is shown."""
    return sha256(octets).hexdigest()[:24]


class LoopbackServer:
    """Serves `answer` on loopback in threads of its own; `failed` hears of a fault of the program by its kind."""

    def __init__(
        self, port: int, answer: Callable[[Request], Response], failed: Callable[[str], None] = lambda _: None
    ) -> None:
        class Handler(_Handler):
            asked = staticmethod(answer)

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
                # A message may hold a name; a browser that went away is no fault.
                fault = sys.exc_info()[0]
                if fault is not None and not issubclass(fault, OSError):
                    failed(fault.__name__)

        self._server = Server((HERE, port), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=[0.2], daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HERE}:{self._server.server_port}"

    def start(self) -> None:
        """Serves until `close`."""
        self._thread.start()

    def close(self) -> None:
        """Stops serving."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    timeout = 5
    server_version, sys_version = "gate", ""
    asked: Callable[[Request], Response]

    def do_GET(self) -> None:
        if not self._is_ours():
            self._send(Response(status=HTTPStatus.FORBIDDEN))
            return
        response = self.asked(self._request(None))
        tag = f'"{response.mark or digest(response.body)}"'
        if response.status is HTTPStatus.OK and not response.cookies and self.headers.get("If-None-Match") == tag:
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        self._send(response, tag)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not self._is_ours() or not self._is_from_our_page():
            self._send(Response(status=HTTPStatus.FORBIDDEN))
        elif not length.isascii() or not length.isdigit() or int(length) > LONGEST_FORM:
            self._send(Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
        else:
            octets = self.rfile.read(int(length))
            form = dict(parse_qsl(octets.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=40))
            self._send(self.asked(self._request(form)))

    def log_message(self, format: str, *args: object) -> None:
        """The log is for what happens at the gate."""

    def _is_ours(self) -> bool:
        """Whether the browser knows this place by its own name, and the page that asks is no stranger's.

        A stranger's name that was made to mean this machine (DNS rebinding) is another host in the request.
        """
        host = self.headers.get("Host", "")
        site = self.headers.get("Sec-Fetch-Site", "none")
        return host in self._hosts() and site in ("same-origin", "none")

    def _is_from_our_page(self) -> bool:
        origin = self.headers.get("Origin")
        if origin is None:
            return self.headers.get("Sec-Fetch-Site") == "same-origin"
        return origin == f"http://{self.headers.get('Host', '')}"

    def _hosts(self) -> list[str]:
        assert isinstance(self.server, ThreadingHTTPServer)
        return [f"{name}:{self.server.server_port}" for name in NAMES]

    def _request(self, form: Mapping[str, str] | None) -> Request:
        parts = urlsplit(self.path)
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            cookies = SimpleCookie()
        query = dict(parse_qsl(parts.query, max_num_fields=40))
        return Request(parts.path, query, {name: one.value for name, one in cookies.items()}, form)

    def _send(self, response: Response, tag: str = "") -> None:
        self.send_response(HTTPStatus.SEE_OTHER if response.to else response.status)
        for name, value in SAFE.items():
            self.send_header(name, value)
        for name, value in response.cookies.items():
            life = "" if value else "; Max-Age=0"
            self.send_header("Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict{life}")
        if response.to:
            self.send_header("Location", response.to)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Cache-Control", "no-cache, private")
        self.send_header("Content-Type", response.kind)
        if response.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)
