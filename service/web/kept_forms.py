"""Nothing typed is lost when a session ends in the middle of a form: it waits, sealed, in the browser's own cookie.

Somebody ended the session from another device, or it timed out; the form arrives with a token that was good for it. The
answer is a page that says so and shows what was typed; after signing in again the same person is shown it once more,
with a button that sends it. Nobody else is, and no secret is kept.
"""

import base64
import binascii
import json
import secrets
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, request

from service.web.form_tokens import FIELD
from service.web.i18n import BUTTON
from service.web.sealed_cookies import ciphers, opened
from service.web.settings import WebSettings

NONCE = 12
AGE_SECONDS = 30 * 60
MOST_OCTETS = 3600
"""What a browser keeps of one cookie, and a little less."""
SECRETS = frozenset({FIELD, BUTTON, "password", "again", "code", "invitation", "answer", "time_code"})
"""Fields that are never kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not taken: whose, for which address, and what was typed, field by field."""

    owner: str
    path: str
    typed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeptForms:
    """Gives out and reads the cookie of one app. `owner_of` says whose session a token was, ended or not."""

    app: str
    settings: WebSettings
    owner_of: Callable[[str], str | None]

    @property
    def name(self) -> str:
        return f"{'__Host-' if self.settings.secure else ''}kezdesu_typed_{self.app}"

    def of_request(self, token: str) -> Kept | None:
        """What this request carried, where somebody's session has ended under it; None where it was nobody's."""
        owner = self.owner_of(token)
        return None if owner is None else Kept(owner, request.full_path.rstrip("?"), typed())

    def keep(self, response: Response, kept: Kept) -> None:
        """Leaves it with the browser for half an hour, unless it is longer than a cookie may be."""
        nonce = secrets.token_bytes(NONCE)
        plain = zlib.compress(json.dumps([kept.owner, kept.path, kept.typed]).encode(), 9)
        value = base64.urlsafe_b64encode(nonce + self._ciphers()[0].encrypt(nonce, plain, self.app.encode())).decode()
        if len(value) <= MOST_OCTETS:
            response.set_cookie(
                self.name,
                value.rstrip("="),
                max_age=AGE_SECONDS,
                secure=self.settings.secure,
                httponly=True,
                samesite="Strict",
                path="/",
            )

    def read(self) -> Kept | None:
        """What waits in this browser, or None."""
        text = request.cookies.get(self.name, "")
        if not text:
            return None
        try:
            raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
            plain = opened(self._ciphers(), raw[:NONCE], raw[NONCE:], self.app.encode())
            owner, path, fields = json.loads(zlib.decompress(plain))
        except (UnicodeError, binascii.Error, InvalidTag, ValueError, zlib.error):
            return None
        return Kept(owner, path, tuple((name, value) for name, value in fields))

    def drop(self, response: Response) -> None:
        """Forgets it."""
        response.delete_cookie(self.name, secure=self.settings.secure, httponly=True, samesite="Strict", path="/")

    def _ciphers(self) -> list[AESGCM]:
        return ciphers(self.settings, b"kezdesu typed and not sent 1")


def typed() -> tuple[tuple[str, str], ...]:
    """What was typed into the form of this request, secrets left out."""
    return tuple((name, value) for name, value in request.form.items(multi=True) if name not in SECRETS)


def shown(fields: Sequence[tuple[str, str]]) -> list[str]:
    """What a person would know again of it: words and numbers they typed, not the choices' codes."""
    return [value for _, value in fields if value.strip() and value != "true"]
