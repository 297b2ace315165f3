"""The example for nginx, in a real nginx before a real face: what is let through, and what a face is told."""

import http.client
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from service.web import public
from service.web.settings import WebSettings
from tests.browser.faces import SETTINGS, sqlite_world
from tests.browser.serving import served
from tests.cast import Made
from tests.structure.tree import ROOT

EXAMPLE = ROOT / "docs/deploy/nginx.conf"
HOUSES = ("visits", "staff", "api", "oversight")
MAIN = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/kezdesu.conf;
}}
"""


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Message


@dataclass
class Front:
    """nginx on two free ports, and what came through it to the relatives' face."""

    plain: int
    tls: int
    folder: Path
    came: list[dict[str, Any]] = field(default_factory=list)

    def plainly(self, host: str) -> http.client.HTTPConnection:
        """A connection without TLS, by that name."""
        connection = http.client.HTTPConnection(host)
        connection.sock = socket.create_connection(("127.0.0.1", self.plain), timeout=60)
        return connection

    def ask(self, host: str, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        """One request over TLS, by the name of a face."""
        context = ssl.create_default_context(cafile=str(self.folder / "tls" / f"{host.partition('.')[0]}.pem"))
        connection = http.client.HTTPConnection(host)
        with socket.create_connection(("127.0.0.1", self.tls), timeout=60) as raw:
            connection.sock = context.wrap_socket(raw, server_hostname=host)
            return sent(connection, path, method, headers)


def sent(connection: http.client.HTTPConnection, path: str, method: str, headers: dict[str, str]) -> Answer:
    """A request without a body on a connection, which is closed after it."""
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    try:
        connection.endheaders()
        with connection.getresponse() as answer:
            answer.read()
        return Answer(answer.status, answer.headers)
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certify(folder: Path, house: str) -> None:
    """A certificate of the house's own, good for the test."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{house}.example.kz")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{house}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{house}.key").write_bytes(secret)


@pytest.fixture(scope="module")
def front(sqlite_cast: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "tls").mkdir()
    for house in HOUSES:
        certify(folder / "tls", house)
    settings = WebSettings(
        key=SETTINGS.key, secure=True, time_zone=SETTINGS.time_zone, hosts=("visits.example.kz",), proxies=1
    )
    with sqlite_world(sqlite_cast, folder) as world:
        face = public.create_app(world.environment, settings, send_code=lambda *_: None)
        found = Front(free_port(), free_port(), folder)

        def noted(environ: dict[str, Any], start: Any) -> Any:
            found.came.append(dict(environ))
            return face(environ, start)

        with served(noted) as address:
            text = EXAMPLE.read_text(encoding="utf-8").replace("/etc/kezdesu/tls", str(folder / "tls"))
            text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
            text = text.replace("listen 80", f"listen 127.0.0.1:{found.plain}")
            text = text.replace("listen 443 ", f"listen 127.0.0.1:{found.tls} ")
            text = text.replace("http://127.0.0.1:8001", address)
            (folder / "kezdesu.conf").write_text(text, encoding="utf-8")
            (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
            folder.chmod(0o755)
            nginx = subprocess.Popen(
                ["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE
            )
            try:
                _await(nginx, found.tls)
                yield found
            finally:
                nginx.terminate()
                nginx.communicate(timeout=60)


def _await(nginx: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        if nginx.poll() is not None:
            assert nginx.stderr is not None
            raise AssertionError(nginx.stderr.read().decode())
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")


def test_a_page_comes_over_tls_with_the_headers_of_the_face_each_once(front: Front) -> None:
    answer = front.ask("visits.example.kz")
    assert answer.status == 200
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"):
        assert len(answer.headers.get_all(name) or []) == 1, name
    assert "nginx/" not in (answer.headers["Server"] or "")


def test_without_tls_nothing_is_answered_but_where_to_go(front: Front) -> None:
    before = len(front.came)
    answer = sent(front.plainly("visits.example.kz"), "/help?x=1", "GET", {})
    assert (answer.status, answer.headers["Location"]) == (308, "https://visits.example.kz/help?x=1")
    with pytest.raises(http.client.RemoteDisconnected):
        sent(front.plainly("bad.example"), "/help", "GET", {})
    assert len(front.came) == before


def test_a_caller_cannot_say_who_or_where_he_is(front: Front) -> None:
    told = {"X_Forwarded_For": "10.1.2.3", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "bad.example"}
    answer = front.ask("visits.example.kz", Forwarded="for=10.1.2.3", **told)
    assert answer.status == 200
    heard = front.came[-1]
    assert heard["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
    assert heard["HTTP_X_FORWARDED_PROTO"] == "https"
    assert heard["HTTP_X_FORWARDED_HOST"] == "visits.example.kz"
    assert not heard.get("HTTP_FORWARDED")


def test_a_stranger_s_name_gets_no_handshake(front: Front) -> None:
    context = ssl.create_default_context(cafile=str(front.folder / "tls/visits.pem"))
    with (
        socket.create_connection(("127.0.0.1", front.tls), timeout=60) as raw,
        pytest.raises(ssl.SSLError, match="unrecognized name"),
    ):
        context.wrap_socket(raw, server_hostname="bad.example")


def test_officers_pages_are_for_the_networks_of_the_institutions(front: Front) -> None:
    assert front.ask("staff.example.kz").status == 403


def test_what_no_page_takes_is_refused_before_a_face_sees_it(front: Front) -> None:
    before = len(front.came)
    answer = front.ask("visits.example.kz", "/account/photo", "POST", Content_Length=str(13 << 20))
    assert answer.status == 413
    assert len(front.came) == before


def test_nginx_keeps_no_list_of_who_looked_at_what(front: Front) -> None:
    front.ask("visits.example.kz", "/help")
    kept = [path for path in front.folder.rglob("*.log") if path.name != "error.log"]
    assert kept == []
    assert "/help" not in (front.folder / "error.log").read_text()
