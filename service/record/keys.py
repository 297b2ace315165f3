"""Names and Ed25519 keys of logs and witnesses, in the text forms of ``golang.org/x/mod/sumdb/note``.

A verifier key (vkey) is ``name+keyid+base64(algorithm ‖ public key)`` and may be published; a signer key
(skey) is ``PRIVATE+KEY+name+keyid+base64(0x01 ‖ seed)`` and must be kept secret. The key id is the first four
bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key) as eight hexadecimal digits (C2SP signed-note).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.record.base64text import decode_base64, encode_base64
from service.record.refusals import RecordRefused

ALGORITHM_NOTE = 0x01
ALGORITHM_COSIGNATURE = 0x04
_KEY_BYTES = 32
_SKEY_PREFIX = "PRIVATE+KEY+"


class Signer(Protocol):
    """Whoever signs notes: a key in memory here, a token or another machine elsewhere."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> int: ...

    def sign(self, text: bytes) -> bytes:
        """The signature over the note text, without the key id."""


class Verifier(Protocol):
    """Whoever knows a key by which notes are signed."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> int: ...

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature over the note text is this key's."""


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """An Ed25519 key that signs notes under a name (for a log: its origin)."""

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        checked_name(self.name)

    @classmethod
    def from_skey(cls, skey: str) -> NoteSigner:
        """Read a signer key; RecordRefused ``key.form`` (the text itself is never repeated)."""
        if not skey.startswith(_SKEY_PREFIX):
            raise RecordRefused("key.form")
        name, key_id, seed = _decode_key(skey.removeprefix(_SKEY_PREFIX), ALGORITHM_NOTE)
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if signer.key_id != key_id:
            raise RecordRefused("key.form")
        return signer

    @property
    def skey(self) -> str:
        """The signer key as text: a secret."""
        seed = bytes([ALGORITHM_NOTE]) + self.private_key.private_bytes_raw()
        return f"{_SKEY_PREFIX}{self.name}+{self.key_id:08x}+{encode_base64(seed)}"

    @property
    def verifier(self) -> NoteVerifier:
        """The other half, which may be given away."""
        return NoteVerifier(self.name, self.private_key.public_key())

    @property
    def vkey(self) -> str:
        """The verifier key as text."""
        return self.verifier.vkey

    @property
    def key_id(self) -> int:
        """The key id with which its signatures begin."""
        return self.verifier.key_id

    def sign(self, text: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032) over the note text."""
        return self.private_key.sign(text)


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """An Ed25519 public key that verifies notes signed under a name."""

    name: str
    public_key: Ed25519PublicKey

    def __post_init__(self) -> None:
        checked_name(self.name)

    @classmethod
    def from_vkey(cls, vkey: str) -> NoteVerifier:
        """Read a verifier key of a log; RecordRefused ``key.form``."""
        return cls(*public_key_of(vkey, ALGORITHM_NOTE))

    @property
    def vkey(self) -> str:
        """The verifier key as text."""
        return encode_vkey(self.name, ALGORITHM_NOTE, self.public_key)

    @property
    def key_id(self) -> int:
        """The key id with which its signatures begin."""
        return key_id(self.name, ALGORITHM_NOTE, self.public_key.public_bytes_raw())

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether the 64-byte signature over the note text is this key's."""
        return ed25519_verifies(self.public_key, signature, text)


def checked_name(name: str) -> str:
    """A key name or log origin: not empty, no spaces, no plus, no control characters; else ``key.name``."""
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise RecordRefused("key.name")
    return name


def key_id(name: str, algorithm: int, public_key: bytes) -> int:
    """The key id of a named public key (C2SP signed-note)."""
    return int.from_bytes(sha256(name.encode() + b"\n" + bytes([algorithm]) + public_key).digest()[:4])


def encode_vkey(name: str, algorithm: int, public_key: Ed25519PublicKey) -> str:
    """The verifier key text of a named public key."""
    raw = public_key.public_bytes_raw()
    return f"{name}+{key_id(name, algorithm, raw):08x}+{encode_base64(bytes([algorithm]) + raw)}"


def public_key_of(vkey: str, algorithm: int) -> tuple[str, Ed25519PublicKey]:
    """Name and public key of a verifier key text for that algorithm; RecordRefused ``key.form``."""
    name, given_id, raw = _decode_key(vkey, algorithm)
    if key_id(name, algorithm, raw) != given_id:
        raise RecordRefused("key.form")
    return name, Ed25519PublicKey.from_public_bytes(raw)


def ed25519_verifies(public_key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is good, as an answer instead of an exception."""
    try:
        public_key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _decode_key(text: str, algorithm: int) -> tuple[str, int, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or len(parts[1]) != 8 or not set(parts[1]) <= set("0123456789abcdef"):
        raise RecordRefused("key.form")
    key = decode_base64(parts[2])
    if len(key) != 1 + _KEY_BYTES or key[0] != algorithm:
        raise RecordRefused("key.form")
    return checked_name(parts[0]), int(parts[1], 16), key[1:]
