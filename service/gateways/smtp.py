"""Letters by SMTP (RFC 5321), always encrypted unless the server is this machine."""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from service.gateways.inbox import Clock
from service.gateways.mail import Attachment
from service.gateways.sms import NotReached, NotSent, Sent, Unanswered

TIMEOUT_SECONDS = 20.0
LATER, PERMANENT = 400, 500
"""Replies of 400 and more say: later; of 500 and more: never (RFC 5321 4.2.1)."""
SERVICE_AWAY = 421

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class SmtpMail:
    """Sends each letter on a connection of its own.

    `security`: `starttls`, `tls` from the first octet, or `none` for a server on this machine. `sender` is the address
    that letters come from. `trust` makes the TLS context; the system's authorities are trusted by default.
    """

    host: str
    port: int
    sender: str
    clock: Clock
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context
    timeout: float = TIMEOUT_SECONDS

    def send(self, *, to: str, subject: str, text: str, reference: str, attachments: Sequence[Attachment] = ()) -> Sent:
        """Hands the letter over. Its Message-ID is `reference`: sent twice, mail programs show it once."""
        letter = self._written(to, subject, text, reference, attachments)
        try:
            server = self._connected()
        except smtplib.SMTPAuthenticationError as fault:
            raise NotReached(f"smtp-{fault.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as fault:
            raise NotReached(f"smtp-{getattr(fault, 'smtp_code', 'not-reached')}") from None
        try:
            self._handed_over(server, letter, to)
        finally:
            server.close()
        return Sent(str(letter["Message-ID"]))

    def _handed_over(self, server: smtplib.SMTP, letter: EmailMessage, to: str) -> None:
        """Each step by itself: until the last octet of the letter, a line that breaks means that nothing was taken."""
        try:
            code, _ = server.mail(self.sender)
            if code >= LATER:  # nothing is wrong with the letter: the server does not want us
                raise NotReached(f"smtp-{code}")
            code, _ = server.rcpt(to)
            _insist(code)
        except (OSError, smtplib.SMTPException):
            raise NotReached("smtp-not-reached") from None
        try:
            code, _ = server.data(letter.as_bytes(policy=letter.policy.clone(linesep="\r\n")))
        except smtplib.SMTPDataError as fault:
            _insist(fault.smtp_code)
            raise
        except (OSError, smtplib.SMTPException):
            raise Unanswered("smtp-no-answer") from None
        _insist(code)
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            return  # the letter is taken; how they part does not matter

    def _connected(self) -> smtplib.SMTP:
        name = self.sender.partition("@")[2]  # smtplib would ask the network for a name of this machine
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, name, timeout=self.timeout, context=self.trust()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, name, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=self.trust())
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _written(
        self, to: str, subject: str, text: str, reference: str, attachments: Sequence[Attachment]
    ) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = Address("Kezdesu", addr_spec=self.sender)
        letter["To"] = Address(addr_spec=to)
        letter["Subject"] = subject
        letter["Date"] = format_datetime(self.clock())
        letter["Message-ID"] = f"<{reference}@{self.sender.partition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer of an absent person comes back
        letter.set_content(text)
        for one in attachments:
            main, _, sub = one.kind.partition("/")
            more = dict(one.parameters)
            letter.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name, params=more)
        return letter


def _insist(code: int) -> None:
    if code == SERVICE_AWAY:
        raise NotReached(f"smtp-{code}")
    if code >= LATER:
        raise NotSent(f"smtp-{code}", again=code < PERMANENT)
