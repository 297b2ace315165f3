"""Anti-forgery tokens: a form is accepted only from a page we gave to the same session (ASVS 3.5.1).

A token is `nonce || HMAC-SHA-256(key, nonce || binding)`, where the binding is the session's own secret, or, before
sign-in, a random cookie. It is different on every page, so that compression tells nothing about it, and worthless in
another session: after sign-in the forms of the time before are void.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.web.security import Random

NONCE = 16
FIELD = "form_token"
HEADER = "X-Form-Token"


@dataclass(frozen=True)
class FormTokens:
    """Issues tokens under the first of its keys, and accepts those of any: a key is rotated while forms are filled."""

    keys: Callable[[], Sequence[bytes]]
    random: Random

    def issue(self, binding: str) -> str:
        """A new token for the holder of `binding`."""
        nonce = self.random(NONCE)
        return base64.urlsafe_b64encode(nonce + self._mark(self.keys()[0], nonce, binding)).decode().rstrip("=")

    def accepts(self, binding: str, token: str) -> bool:
        """Whether `token` was issued to the holder of `binding`; compared in constant time."""
        try:
            raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            return False
        return any(hmac.compare_digest(raw[NONCE:], self._mark(key, raw[:NONCE], binding)) for key in self.keys())

    def _mark(self, key: bytes, nonce: bytes, binding: str) -> bytes:
        return hmac.digest(key, b"form token\0" + nonce + binding.encode(), hashlib.sha256)
