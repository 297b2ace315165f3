"""Cookies that only the server can read, under keys that may be rotated while a browser holds them."""

import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.web.settings import WebSettings


def ciphers(settings: WebSettings, purpose: bytes) -> list[AESGCM]:
    """One for each key that is accepted now; what is sealed, is sealed with the first."""
    return [AESGCM(hmac.digest(key, purpose, "sha256")) for key in settings.accepted()]


def opened(among: Sequence[AESGCM], nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    """The plain octets, by whichever of the ciphers opens them. Raises InvalidTag, and ValueError for no nonce."""
    for cipher in among:
        try:
            return cipher.decrypt(nonce, sealed, bound)
        except InvalidTag:
            continue
    raise InvalidTag
