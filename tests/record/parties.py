"""The log and the witnesses of these tests; every key is derived from its name, so that runs repeat."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.cosignature import Cosigner
from service.record.keys import NoteSigner
from service.record.notes import Note

ORIGIN = "kezdesu.example/la-155-8/visits"


def private_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def log(origin: str = ORIGIN) -> NoteSigner:
    return NoteSigner(origin, private_key(origin))


def prosecutor() -> Cosigner:
    return Cosigner("prosecutor.example/witness", private_key("prosecutor"))


def ombudsman() -> Cosigner:
    return Cosigner("ombudsman.example/witness", private_key("ombudsman"))


def signed_head(size: int, root: bytes) -> Note:
    return sign_checkpoint(Checkpoint(ORIGIN, size, root), [log()])
