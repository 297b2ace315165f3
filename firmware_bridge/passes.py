"""Reading and checking a pass at the gate: a second implementation of `docs/pass.md`, written from its table.

It shares no code with the service, so that a slip in one of the two shows at the vectors.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = "KZP1:"
CONTEXT = b"kezdesu-pass-1\x00"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
FIELDS = struct.Struct(">xH16sHBIIB4s")
NO_DIGIT = 0xFF
DIGITS = bytes(ALPHABET.find(chr(octet)) & NO_DIGIT for octet in range(256))


class Refusal(StrEnum):
    """Codes of `docs/pass.md`, section 6, that a gate can find without asking, and its own failures."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    KEY_NOT_VALID = "key-not-valid"
    BAD_SIGNATURE = "bad-signature"
    WRONG_INSTITUTION = "wrong-institution"
    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    REVOKED = "revoked"
    WRONG_GATE = "wrong-gate"
    ALREADY_INSIDE = "already-inside"
    NOT_RECORDED = "not-recorded"
    LIST_TOO_OLD = "list-too-old"


class BadPass(ValueError):
    """The text is no pass of this version."""


class GatePass(NamedTuple):
    """The fields of one pass, and the two parts its signature ties together. Times are unix seconds."""

    key_id: int
    pass_id: bytes
    institution: int
    gate_zone: int
    not_before: int
    not_after: int
    children: int
    visitor_tag: bytes
    signed: bytes
    signature: bytes

    @property
    def valid_until(self) -> datetime:
        """The last second of the window, in UTC."""
        return datetime.fromtimestamp(self.not_after, UTC)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of the institution's pass signer, with the time in which this gate takes it."""

    key: Ed25519PublicKey
    valid_from: datetime
    valid_until: datetime


def read(text: str) -> GatePass:
    """Takes a scanned text apart. Raises BadPass for whatever is not spelled as `docs/pass.md` says."""
    if len(text) != 154 or text[:5] != PREFIX:
        raise BadPass("a pass is KZP1: and 149 characters")
    octets = unpack45(text[5:])
    if octets[0] != 0x11:
        raise BadPass(f"version and type {octets[0]:#04x} are unknown")
    found = GatePass._make((*FIELDS.unpack_from(octets), octets[: FIELDS.size], octets[FIELDS.size :]))
    if not (found.key_id and found.institution and found.gate_zone):
        raise BadPass("key, institution and gate zone are counted from 1")
    if found.not_before >= found.not_after:
        raise BadPass("the window ends before it begins")
    return found


def unpack45(text: str) -> bytes:
    """Base45 of RFC 9285, each octet string in its one spelling only. Raises BadPass."""
    digits = text.encode("ascii", "replace").translate(DIGITS) if text.isascii() else bytes([NO_DIGIT])
    if len(digits) % 3 == 1 or NO_DIGIT in digits:
        raise BadPass("the text is no base45")
    whole = len(digits) // 3 * 3
    # All groups side by side in one number, 24 bits each: three digits in, a value of at most 45^3 - 1 out.
    row = int.from_bytes(digits[:whole], "little")
    lows = int.from_bytes(b"\xff\0\0" * (whole // 3), "little")
    values = ((row & lows) + 45 * (row >> 8 & lows) + 2025 * (row >> 16 & lows)).to_bytes(whole, "little")
    last = digits[whole:]
    ending = last[0] + 45 * last[1] if last else 0
    if any(values[2::3]) or ending > 0xFF:
        raise BadPass("a group of base45 stands for more than its octets")
    octets = bytearray(whole // 3 * 2)
    octets[0::2], octets[1::2] = values[1::3], values[0::3]
    return bytes(octets) + (bytes([ending]) if last else b"")


def signature_refusal(found: GatePass, keys: Mapping[int, PublicKey], at: datetime) -> Refusal | None:
    """Says what is wrong with key or signature at `at` (aware), or None."""
    known = keys.get(found.key_id)
    if known is None:
        return Refusal.UNKNOWN_KEY
    try:
        known.key.verify(found.signature, CONTEXT + found.signed)
    except InvalidSignature:
        return Refusal.BAD_SIGNATURE
    return None if known.valid_from <= at < known.valid_until else Refusal.KEY_NOT_VALID
