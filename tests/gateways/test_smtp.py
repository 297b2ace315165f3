"""Letters over SMTP, against a real server that takes, refuses, postpones, and breaks off after the last octet."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.gateways.mail import Attachment, MailGateway
from service.gateways.sms import NotReached, NotSent, Unanswered
from service.gateways.smtp import SmtpMail

NOON = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SENDER = "no-reply@kezdesu.example"
MOTHER = "aigul@example.kz"


class Mailbox:
    """The server's side: what it answers to each recipient and to each letter, in turn."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.to_recipients: list[str] = []
        self.to_letters: list[str] = []
        self.breaks_off = False
        self.encrypted: list[bool] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipients.pop(0) if self.to_recipients else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.to_letters.pop(0) if self.to_letters else "250 OK"
        if answer.startswith("250"):
            assert server.transport is not None
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
            letter: Any = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
            self.letters.append(letter)
        if self.breaks_off:
            assert server.transport is not None
            server.transport.abort()
        return answer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost` and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("smtp") / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


class FreePort(Controller):
    """On a port that the system chose, and that nobody else can take meanwhile."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._socket = socket.create_server(("localhost", 0))
        super().__init__(
            *arguments, hostname="localhost", server_hostname="localhost", port=self._socket.getsockname()[1], **options
        )

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)


def start(mailbox: Mailbox, **options: Any) -> Controller:
    server = FreePort(mailbox, **options)
    server.start()
    return server


@pytest.fixture
def plain(mailbox: Mailbox) -> Iterator[SmtpMail]:
    server = start(mailbox)
    yield SmtpMail("localhost", server.port, SENDER, lambda: NOON, "none", timeout=30)
    server.stop(no_assert=True)


def send(gateway: MailGateway, **more: Any) -> str:
    told = {"to": MOTHER, "subject": "Kezdesu: Кездесу туралы хабар", "text": "Кездесуге рұқсат етілді.", **more}
    return gateway.send(**{"reference": "m1", **told}).reference


def test_a_letter_arrives_as_it_was_written(mailbox: Mailbox, plain: SmtpMail) -> None:
    calendar = Attachment("visit.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    assert send(plain, attachments=[calendar]) == "<m1@kezdesu.example>"
    letter = mailbox.letters[0]
    assert (letter["To"], letter["Subject"]) == (MOTHER, "Kezdesu: Кездесу туралы хабар")
    assert letter["Message-ID"] == "<m1@kezdesu.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOON
    body = letter.get_body()
    assert body is not None
    assert body.get_content().strip() == "Кездесуге рұқсат етілді."
    (attached,) = letter.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "visit.ics")


@pytest.mark.parametrize(
    ("recipient", "letter", "expected", "again", "why"),
    [
        ("550 no such user", None, NotSent, False, "smtp-550"),
        ("450 greylisted, come back", None, NotSent, True, "smtp-450"),
        ("421 closing", None, NotReached, True, "smtp-421"),
        (None, "554 rejected", NotSent, False, "smtp-554"),
        (None, "451 try later", NotSent, True, "smtp-451"),
    ],
)
def test_refused_for_now_and_for_good_are_told_apart(
    mailbox: Mailbox, plain: SmtpMail, recipient: str | None, letter: str | None, expected: type[NotSent], again: bool,
    why: str,
) -> None:  # fmt: skip
    mailbox.to_recipients, mailbox.to_letters = [recipient] if recipient else [], [letter] if letter else []
    with pytest.raises(NotSent) as fault:
        send(plain)
    assert (type(fault.value), fault.value.again, fault.value.why) == (expected, again, why)
    assert mailbox.letters == []


def test_a_greylisted_letter_goes_the_next_time(mailbox: Mailbox, plain: SmtpMail) -> None:
    mailbox.to_recipients = ["451 greylisted"]
    with pytest.raises(NotSent):
        send(plain)
    send(plain)
    assert len(mailbox.letters) == 1


def test_a_line_cut_after_the_last_octet_leaves_it_open(mailbox: Mailbox, plain: SmtpMail) -> None:
    mailbox.breaks_off = True
    with pytest.raises(Unanswered, match="smtp-no-answer"):
        send(plain)
    mailbox.breaks_off = False
    send(plain)
    assert [one["Message-ID"] for one in mailbox.letters] == ["<m1@kezdesu.example>"] * 2, "the same letter, twice"


def test_a_server_that_is_not_there_is_not_reached(plain: SmtpMail) -> None:
    with pytest.raises(NotReached):
        send(SmtpMail("localhost", 1, SENDER, lambda: NOON, "none", timeout=30))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # TLS begins before SMTP does
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_are_encrypted_and_the_server_is_known(mailbox: Mailbox, certificate: Path, security: Any) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    right = ("service", "secret")

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login.decode(), given.password.decode()) == right, handled=False)

    options = {"tls_context": serving, "require_starttls": True} if security == "starttls" else {"ssl_context": serving}
    server = start(
        mailbox,
        authenticator=known,
        auth_required=True,
        auth_exclude_mechanism=["LOGIN"],
        auth_require_tls=security == "starttls",
        **options,
    )
    server_side = {"host": "localhost", "port": server.port, "sender": SENDER, "clock": lambda: NOON, "timeout": 30}
    try:
        trusting = {"trust": lambda: ssl.create_default_context(cafile=str(certificate))}
        send(SmtpMail(**server_side, security=security, user="service", password="secret", **trusting))
        assert mailbox.encrypted == [True]
        with pytest.raises(NotReached, match="smtp-535"):
            send(SmtpMail(**server_side, security=security, user="service", password="wrong", **trusting))
        with pytest.raises(NotReached):  # nobody we trust vouches for this server
            send(SmtpMail(**server_side, security=security, user="service", password="secret"))
        assert len(mailbox.letters) == 1
    finally:
        server.stop(no_assert=True)


def test_a_server_without_encryption_gets_no_letter(mailbox: Mailbox, plain: SmtpMail) -> None:
    with pytest.raises(NotReached):
        send(SmtpMail("localhost", plain.port, SENDER, lambda: NOON, "starttls", timeout=30))
    assert mailbox.letters == []
