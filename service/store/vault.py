"""Sealing personal data: AES-256-GCM under one key per person, each cell bound to its table, column and row.

A value moved to another cell no longer opens. Erasing a person is destroying their key: what was sealed under it stays
where it is and can never be read again, while the record over it still verifies.
"""

import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.store.keys import MARKS, KeyFolder, KeysMissing, RandomBytes

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


class Index(str):
    """A keyed search index. `every`: the same value under each key that is accepted now, this one first.

    What is kept is the index itself; what is searched for is any of `every`, since rows change one after another while
    the key is rotated.
    """

    __slots__ = ("every",)
    every: tuple[str, ...]

    def __new__(cls, first: str, *others: str) -> "Index":
        made = super().__new__(cls, first)
        made.every = (first, *others)
        return made


class Vault:
    """Makes, wraps and unwraps the keys of people, and computes search indexes."""

    def __init__(self, keys: KeyFolder, random_bytes: RandomBytes) -> None:
        """Raises KeysMissing."""
        self._keys, self._random_bytes = keys, random_bytes
        self._known = {name: keys.accepted(name) for name in ("wrapping", "lookup")}

    def new_key(self, person: str) -> tuple[PersonKey, bytes]:
        """A fresh key for a person, and its wrapped form for the database."""
        secret = self._random_bytes(32)
        nonce = self._random_bytes(NONCE_BYTES)
        wrapped = FORM + nonce + AESGCM(self._accepted("wrapping")[0]).encrypt(nonce, secret, _bound(person, "key"))
        return PersonKey(person, secret, self._random_bytes), wrapped

    def unwrap(self, person: str, wrapped: bytes) -> PersonKey:
        """The key of a person. Raises Unsealable."""
        secret, _ = self._unwrapped(person, wrapped)
        return PersonKey(person, secret, self._random_bytes)

    def rewrapped(self, person: str, wrapped: bytes) -> bytes | None:
        """The same key of a person under the wrapping key of now; None where it is so already. Raises Unsealable."""
        secret, under = self._unwrapped(person, wrapped)
        wrapping = self._accepted("wrapping")[0]
        if under == wrapping:
            return None
        nonce = self._random_bytes(NONCE_BYTES)
        return FORM + nonce + AESGCM(wrapping).encrypt(nonce, secret, _bound(person, "key"))

    def index(self, purpose: str, plain: str) -> Index:
        """The keyed search index of a value: 64 hexadecimal digits. `purpose` keeps kinds of values apart."""
        return Index(*(_keyed(key, purpose, plain) for key in self._accepted("lookup")))

    def mark(self, purpose: str, plain: str) -> str:
        """A keyed mark that stands in the record or in people's papers, so it stays the same for ever.

        Only for what nobody can guess: `plain` is made of random ids, never of a number or a name.
        """
        key = self._keys.read(MARKS) if self._keys.has(MARKS) else self._accepted("lookup")[0]
        return _keyed(key, purpose, plain)

    def _unwrapped(self, person: str, wrapped: bytes) -> tuple[bytes, bytes]:
        """The secret, and the wrapping key that it lay under."""
        if wrapped[:1] == FORM:
            nonce, body = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
            for wrapping in self._accepted("wrapping"):
                with suppress(InvalidTag, ValueError):
                    return AESGCM(wrapping).decrypt(nonce, body, _bound(person, "key")), wrapping
        raise Unsealable("key")

    def _accepted(self, name: str) -> tuple[bytes, ...]:
        """As the folder has it now: a process that runs for weeks hears of a rotation at its next use."""
        with suppress(KeysMissing):  # a folder that is away for a moment takes nothing back
            self._known[name] = self._keys.accepted(name)
        return self._known[name]


def _keyed(key: bytes, purpose: str, plain: str) -> str:
    return hmac.new(key, f"{purpose}\0{plain}".encode(), hashlib.sha256).hexdigest()


def _bound(person: str, place: str) -> bytes:
    return f"{person}/{place}".encode()
