"""Cosignatures (C2SP tlog-cosignature v1, Ed25519): a witness states when it saw a head.

It says more than that it saw it: that the head extends the last one it cosigned for this log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.record.keys import (
    ALGORITHM_COSIGNATURE,
    NoteSigner,
    checked_name,
    ed25519_verifies,
    encode_vkey,
    key_id,
    public_key_of,
)
from service.record.notes import Note, Signature
from service.record.refusals import RecordRefused

_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_LAST_SECOND = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's key. It signs what it is given: whether the head is consistent is checked before."""

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        checked_name(self.name)

    @classmethod
    def from_skey(cls, skey: str) -> Cosigner:
        """Read a signer key in the usual text form; the cosigner has a key id of its own."""
        signer = NoteSigner.from_skey(skey)
        return cls(signer.name, signer.private_key)

    @property
    def verifier(self) -> CosignatureVerifier:
        """The other half, which may be given away."""
        return CosignatureVerifier(self.name, self.private_key.public_key())

    @property
    def vkey(self) -> str:
        """The verifier key as text, of type 0x04."""
        return self.verifier.vkey

    def cosign(self, checkpoint: Note, at: datetime) -> Signature:
        """The signature line to add to a checkpoint; ``at`` is aware and counts to the second."""
        seconds = _seconds(at)
        signed = self.private_key.sign(_message(seconds, checkpoint.text.encode()))
        return Signature(self.name, self.verifier.key_id, seconds.to_bytes(_TIME_BYTES) + signed)


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """A witness's public key; a :class:`service.record.keys.Verifier` for checkpoints."""

    name: str
    public_key: Ed25519PublicKey

    def __post_init__(self) -> None:
        checked_name(self.name)

    @classmethod
    def from_vkey(cls, vkey: str) -> CosignatureVerifier:
        """Read a verifier key of type 0x04; RecordRefused ``key.form``."""
        return cls(*public_key_of(vkey, ALGORITHM_COSIGNATURE))

    @property
    def vkey(self) -> str:
        """The verifier key as text, of type 0x04."""
        return encode_vkey(self.name, ALGORITHM_COSIGNATURE, self.public_key)

    @property
    def key_id(self) -> int:
        """The key id with which its cosignatures begin."""
        return key_id(self.name, ALGORITHM_COSIGNATURE, self.public_key.public_bytes_raw())

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether the 72 bytes are this witness's cosignature of the checkpoint text."""
        if len(signature) != _TIME_BYTES + _SIGNATURE_BYTES:
            return False
        seconds = int.from_bytes(signature[:_TIME_BYTES])
        if not 0 < seconds <= _LAST_SECOND:
            return False
        return ed25519_verifies(self.public_key, signature[_TIME_BYTES:], _message(seconds, text))


def cosigned_at(signature: Signature) -> datetime:
    """When a witness says it saw the head (aware, UTC); read it only from a cosignature that was verified."""
    return datetime.fromtimestamp(int.from_bytes(signature.signature[:_TIME_BYTES]), UTC)


def _message(seconds: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % seconds + text


def _seconds(at: datetime) -> int:
    if at.tzinfo is None or at.timestamp() < 1:
        raise RecordRefused("cosignature.time")
    return int(at.timestamp())
