"""The bundle: what a gate must know to go on alone, signed by the service and sealed for this bridge only.

Octets, most significant first: `KZB1` (4), the bridge's id (16), number (8), moment in Unix milliseconds (8), the
service's X25519 key of this bundle (32), nonce (12), AES-256-GCM of the contents with its tag, and an Ed25519 signature
(64) over `kezdesu-bundle-1`, a zero octet, and everything before it. `docs/bundle.md` has the table and the contents.
"""

import json
import struct
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from firmware_bridge.passes import PublicKey

MAGIC = b"KZB1"
CONTEXT = b"kezdesu-bundle-1\x00"
HEAD = struct.Struct(">4s16sQQ32s12s")
SIGNATURE = 64
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


class BadBundle(ValueError):
    """Not a bundle of this service for this bridge; the text says why."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate of the institution, by the service's name for it."""

    id: str
    zone: int
    name: str


@dataclass(frozen=True, slots=True)
class Expected:
    """One adult with a pass for today or tomorrow. `photo` is an image file or None; moments are aware."""

    pass_id: str
    zone: int
    name: str
    relation: str
    convict: str
    room: str
    starts_at: datetime
    ends_at: datetime
    not_before: datetime
    not_after: datetime
    children: int
    photo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may release by hand: `verifier` is the Argon2id text of their gate PIN."""

    id: str
    name: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was true of the institution at `at`. A bundle with a lower `number` is older."""

    at: datetime
    number: int
    institution: int
    time_zone: str
    gates: tuple[Gate, ...]
    keys: Mapping[int, PublicKey]
    revoked: frozenset[bytes]
    expected: tuple[Expected, ...]
    officers: tuple[Officer, ...]


def open_bundle(octets: bytes, service: Ed25519PublicKey, own: X25519PrivateKey, bridge: bytes) -> Bundle:
    """Checks signature and addressee, opens the seal and reads the contents. Raises BadBundle."""
    if len(octets) < HEAD.size + SIGNATURE or octets[:4] != MAGIC:
        raise BadBundle("no bundle of this version")
    signed, signature = octets[:-SIGNATURE], octets[-SIGNATURE:]
    try:
        service.verify(signature, CONTEXT + signed)
    except InvalidSignature:
        raise BadBundle("the signature is not the service's") from None
    _, device, number, milliseconds, theirs, nonce = HEAD.unpack_from(octets)
    if device != bridge:
        raise BadBundle("it is for another bridge")
    head = signed[: HEAD.size]
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
        secret = seal_key(shared, theirs + own.public_key().public_bytes_raw())
        facts = json.loads(AESGCM(secret).decrypt(nonce, signed[HEAD.size :], head))
        return _read(facts, number, datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (InvalidTag, ValueError, KeyError, TypeError) as fault:
        raise BadBundle(f"it does not open: {type(fault).__name__}") from fault


def seal_key(shared: bytes, salt: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of the X25519 secret; the salt is the bundle's public key and the bridge's."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=CONTEXT).derive(shared)


def _read(facts: Mapping[str, Any], number: int, at: datetime) -> Bundle:
    moment = datetime.fromisoformat
    return Bundle(
        at=at,
        number=number,
        institution=facts["institution"],
        time_zone=facts["time_zone"],
        gates=tuple(Gate(one["gate"], one["zone"], one["name"]) for one in facts["gates"]),
        keys={
            one["id"]: PublicKey(
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(one["public"])),
                moment(one["valid_from"]),
                moment(one["valid_until"]) if one["valid_until"] else FOREVER,
            )
            for one in facts["keys"]
        },
        revoked=frozenset(bytes.fromhex(one) for one in facts["revoked"]),
        expected=tuple(
            Expected(
                pass_id=one["pass"],
                zone=one["zone"],
                name=one["name"],
                relation=one["relation"],
                convict=one["convict"],
                room=one["room"],
                starts_at=moment(one["starts_at"]),
                ends_at=moment(one["ends_at"]),
                not_before=moment(one["not_before"]),
                not_after=moment(one["not_after"]),
                children=one["children"],
                photo=b64decode(one["photo"]) if one["photo"] else None,
            )
            for one in facts["expected"]
        ),
        officers=tuple(Officer(one["officer"], one["name"], one["pin"]) for one in facts["officers"]),
    )
