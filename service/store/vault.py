"""Sealing personal data: AES-256-GCM under one key per person, each cell bound to its table, column and row.

A value moved to another cell no longer opens. Erasing a person is destroying their key: what was sealed under it stays
where it is and can never be read again, while the record over it still verifies.
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.store.keys import KeyFolder, RandomBytes

FORM = b"\x01"
NONCE_BYTES = 12


class Unsealable(ValueError):
    """Sealed bytes that were not made under this key for this place."""


@dataclass(frozen=True)
class PersonKey:
    """The data key of one person, unwrapped."""

    person: str
    secret: bytes
    random_bytes: RandomBytes

    def seal(self, place: str, plain: str) -> bytes:
        """`plain` sealed for one place ('table/column/row')."""
        nonce = self.random_bytes(NONCE_BYTES)
        return FORM + nonce + AESGCM(self.secret).encrypt(nonce, plain.encode(), _bound(self.person, place))

    def open(self, place: str, sealed: bytes) -> str:
        """What was sealed for this place. Raises Unsealable."""
        if sealed[:1] != FORM:
            raise Unsealable(place)
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(self.secret).decrypt(nonce, body, _bound(self.person, place)).decode()
        except (InvalidTag, ValueError) as error:
            raise Unsealable(place) from error

    def fingerprint(self) -> str:
        """What the record holds of this key: enough to know it again, nothing to find it by."""
        return hmac.digest(self.secret, b"kezdesu person key 1", "sha256").hex()


class Vault:
    """Makes, wraps and unwraps the keys of people, and computes search indexes."""

    def __init__(self, keys: KeyFolder, random_bytes: RandomBytes) -> None:
        self._wrapping = keys.read("wrapping")
        self._lookup = keys.read("lookup")
        self._random_bytes = random_bytes

    def new_key(self, person: str) -> tuple[PersonKey, bytes]:
        """A fresh key for a person, and its wrapped form for the database."""
        secret = self._random_bytes(32)
        nonce = self._random_bytes(NONCE_BYTES)
        wrapped = FORM + nonce + AESGCM(self._wrapping).encrypt(nonce, secret, _bound(person, "key"))
        return PersonKey(person, secret, self._random_bytes), wrapped

    def unwrap(self, person: str, wrapped: bytes) -> PersonKey:
        """The key of a person. Raises Unsealable."""
        if wrapped[:1] != FORM:
            raise Unsealable("key")
        try:
            secret = AESGCM(self._wrapping).decrypt(
                wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :], _bound(person, "key")
            )
        except (InvalidTag, ValueError) as error:
            raise Unsealable("key") from error
        return PersonKey(person, secret, self._random_bytes)

    def index(self, purpose: str, plain: str) -> str:
        """The keyed search index of a value: 64 hexadecimal digits. `purpose` keeps kinds of values apart."""
        return hmac.new(self._lookup, f"{purpose}\0{plain}".encode(), hashlib.sha256).hexdigest()


def _bound(person: str, place: str) -> bytes:
    return f"{person}/{place}".encode()
