"""The configuration of coturn that we ship, in a real coturn: whom it gives a relay, and whereto it relays."""

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from service.gateways.turn import LASTS, IceServer, TurnServers
from tests.gateways.turn_client import SOFTWARE, TurnClient
from tests.structure.tree import ROOT

SHIPPED = ROOT / "docs/deploy/turnserver.conf"
JANUS = "203.0.113.7"
"""Where Janus takes media, in these tests; nothing is sent there."""
SECRET = "a-secret-of-coturn-and-ours-0123456789"
MISSING = "coturn is tried for real: apt-get install coturn"


@dataclass
class Relay:
    """A coturn of its own on this machine."""

    port: int
    certificate: Path
    log: Path

    @contextmanager
    def client(self, server: IceServer) -> Iterator[TurnClient]:
        """A connection as a page makes it: over TLS, with what the service gave it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=60) as raw,
            context.wrap_socket(raw, server_hostname="turn.example.kz") as line,
        ):
            yield TurnClient(line, server.username, server.credential)

    def answers(self, server: IceServer) -> int:
        """The error with which it refuses an allocation; 0 where it gives one."""
        with self.client(server) as client:
            return client.allocate().error


def credentials(secret: str = SECRET, at: datetime | None = None) -> IceServer:
    servers = TurnServers(("turns:turn.example.kz:443?transport=tcp",), secret)
    (server,) = servers.for_party("6f1c", "relative", at or datetime.now(UTC))
    return server


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certify(folder: Path) -> tuple[Path, Path]:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("turn.example.kz")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "turn.pem", folder / "turn.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """The file as it is shipped, with its four places filled in and its port moved."""
    folder = tmp_path_factory.mktemp("coturn")
    certificate, key = certify(folder)
    port = free_port()
    text = SHIPPED.read_text(encoding="utf-8").replace("tls-listening-port=443", f"tls-listening-port={port}")
    filled = {"static-auth-secret": SECRET, "cert": certificate, "pkey": key, "allowed-peer-ip": JANUS}
    for name, value in filled.items():
        assert text.count(f"\n{name}=…") == 1, name
        text = text.replace(f"\n{name}=…", f"\n{name}={value}")
    (folder / "turnserver.conf").write_text(text, encoding="utf-8")
    # Places of the test's own: nothing of the machine's coturn is read or written.
    places = ["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={free_port()}"]
    places += [f"--pidfile={folder}/pid", f"--userdb={folder}/users", "--log-file=stdout", "--simple-log"]
    log = folder / "log"
    try:
        with log.open("wb") as kept:
            child = subprocess.Popen(
                ["/usr/bin/turnserver", "-c", str(folder / "turnserver.conf"), *places], stdout=kept, stderr=kept
            )
    except FileNotFoundError:
        pytest.fail(MISSING)
    try:
        _await(child, port, log)
        yield Relay(port, certificate, log)
    finally:
        child.kill()
        child.wait()


def _await(child: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    giving_up = time.monotonic() + 60
    while time.monotonic() < giving_up:
        assert child.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_what_the_service_gives_a_page_gets_it_a_relay_in_the_shipped_range(relay: Relay) -> None:
    with relay.client(credentials()) as client:
        told = client.allocate()
    assert told.error == 0
    assert told.relayed[0] == "127.0.0.1"
    assert 49152 <= told.relayed[1] <= 51999
    assert SOFTWARE not in told.attributes, "it does not say what it is"


def test_nobody_gets_a_relay_without_what_the_service_gives(relay: Relay) -> None:
    assert relay.answers(IceServer((), "", "")) == 401
    assert relay.answers(credentials("another-secret")) == 401
    good = credentials()
    other = good.username.replace("relative", "convict")
    assert relay.answers(IceServer((), other, good.credential)) == 401


def test_what_was_given_for_an_earlier_call_gets_no_relay(relay: Relay) -> None:
    late = datetime.now(UTC) - LASTS - timedelta(seconds=5)
    assert relay.answers(credentials(at=late)) == 401


@pytest.mark.parametrize("elsewhere", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "198.51.100.1"])
def test_it_relays_to_janus_and_nowhere_else(relay: Relay, elsewhere: str) -> None:
    with relay.client(credentials()) as client:
        assert client.allocate().error == 0
        assert client.permit(JANUS).error == 0
        assert client.permit(elsewhere).error == 403


def test_coturn_understands_every_line_of_the_file(relay: Relay) -> None:
    said = relay.log.read_text(encoding="utf-8", errors="replace").lower()
    assert "bad configuration format" not in said
    assert "unknown" not in said
