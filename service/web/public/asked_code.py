"""The cookie between asking for a code and answering it: what binds the code to this browser, and the number, sealed.

The number stands in no address and in no form that would be sent twice; a page opened again, after a look at the
messages, still knows it.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, request

from service.app.account_sign_in import LASTS
from service.web.sealed_cookies import ciphers, opened
from service.web.settings import WebSettings

NONCE = 12


@dataclass(frozen=True)
class AskedCode:
    """`browser` is random, 256 bits; `phone` as it was typed."""

    browser: str
    phone: str


@dataclass(frozen=True)
class AskedCodes:
    """Gives out and reads the cookie under the key of the web apps."""

    settings: WebSettings

    @property
    def name(self) -> str:
        return f"{'__Host-' if self.settings.secure else ''}kezdesu_code"

    def new_browser(self) -> str:
        """A value that only this browser will know."""
        return secrets.token_urlsafe(32)

    def keep(self, response: Response, asked: AskedCode) -> None:
        """Remembers in the browser what it asked for, as long as a code lasts."""
        nonce = secrets.token_bytes(NONCE)
        sealed = self._ciphers()[0].encrypt(nonce, asked.phone.encode(), asked.browser.encode())
        value = f"{asked.browser}.{base64.urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"
        age = int(LASTS.total_seconds())
        response.set_cookie(
            self.name, value, max_age=age, secure=self.settings.secure, httponly=True, samesite="Lax", path="/"
        )

    def read(self) -> AskedCode | None:
        """What this browser asked for, or None."""
        browser, _, text = request.cookies.get(self.name, "").partition(".")
        try:
            raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
            phone = opened(self._ciphers(), raw[:NONCE], raw[NONCE:], browser.encode("ascii"))
        except (UnicodeError, binascii.Error, InvalidTag, ValueError):
            return None
        return AskedCode(browser, phone.decode())

    def drop(self, response: Response) -> None:
        """Forgets it."""
        response.delete_cookie(self.name, secure=self.settings.secure, httponly=True, samesite="Lax", path="/")

    def _ciphers(self) -> list[AESGCM]:
        return ciphers(self.settings, b"kezdesu number that asked for a code 1")
