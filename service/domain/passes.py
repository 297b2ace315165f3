"""The pass: one adult with the children who travel on it, one appointment, one gate zone, one time window.

A pass is 99 octets, 35 of payload and an Ed25519 signature, written as `KZP1:` and base45 (RFC 9285): 154
characters that fit a QR code of version 6 at level M. It holds no name: it points at an appointment, and the
officer still compares face and document. `docs/pass.md` has the byte table and the test vectors.

Signing and verifying are passed in, so that this module needs nothing but the standard library.
"""

import hmac
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256

PREFIX = "KZP1:"
SIGNING_CONTEXT = b"kezdesu-pass-1\0"
VISIT_PASS = 0x11
"""First octet: version of the layout in the high half, type of the pass in the low half."""
PAYLOAD_OCTETS = 35
SIGNATURE_OCTETS = 64
TEXT_CHARACTERS = 154

_LAYOUT = struct.Struct(">BH16sHBIIB4s")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}

Sign = Callable[[bytes], bytes]
"""Signs the octets with the key whose id stands in the pass; answers an Ed25519 signature (64 octets)."""
Verify = Callable[[bytes, bytes], bool]
"""Says whether the second argument is the key's signature over the first."""


class PassRefusal(Enum):
    """Every reason why a pass does not open a gate, offline or live. Codes are published: never renamed."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    KEY_NOT_VALID = "key-not-valid"
    BAD_SIGNATURE = "bad-signature"
    WRONG_INSTITUTION = "wrong-institution"
    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    REVOKED = "revoked"
    WRONG_GATE = "wrong-gate"
    # What only the live state knows.
    UNKNOWN_PASS = "unknown-pass"  # noqa: S105 - a code, not a secret
    NOT_GRANTED = "not-granted"
    ALREADY_INSIDE = "already-inside"
    NOT_INSIDE = "not-inside"
    VISIT_OVER = "visit-over"


class Direction(Enum):
    """Which way the person goes through the gate."""

    ENTRY = "entry"
    EXIT = "exit"


class MalformedPass(ValueError):
    """The text is no pass; the message says at which step reading stopped."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What is signed. `not_before` and `not_after` are aware, whole seconds, both inside the window.

    Raises ValueError when a field cannot be written in its octets.
    """

    key_id: int
    pass_id: bytes
    institution: int
    gate_zone: int
    not_before: datetime
    not_after: datetime
    children: int
    visitor_tag: bytes

    def __post_init__(self) -> None:
        for name, low, high in (
            ("key_id", 1, 0xFFFF),
            ("institution", 1, 0xFFFF),
            ("gate_zone", 1, 0xFF),
            ("children", 0, 0xFF),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be {low} to {high}, is {getattr(self, name)}")
        for name, octets in (("pass_id", 16), ("visitor_tag", 4)):
            if len(getattr(self, name)) != octets:
                raise ValueError(f"{name} must be {octets} octets")
        for name in ("not_before", "not_after"):
            moment = getattr(self, name)
            if moment.utcoffset() is None:
                raise ValueError(f"{name} must know its time zone")
            if moment.microsecond or not 0 <= moment.timestamp() <= 0xFFFFFFFF:
                raise ValueError(f"{name} must be a whole second from 1970 to 2106")
        if self.not_before >= self.not_after:
            raise ValueError("not_before must lie before not_after")


@dataclass(frozen=True, slots=True)
class SignedPass:
    """A pass as read from its text. The signature is not yet checked: `verify` does that."""

    pass_: Pass
    payload: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class PassKey:
    """A key that signs passes, and from when until when a gate takes its signatures.

    `valid_until` lies after the last window signed with the key, not at the day the next key takes over.
    """

    verify: Verify
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class PassKeys:
    """The keys a gate knows, by id. A key found out is taken away: its passes become `unknown-key`."""

    by_id: Mapping[int, PassKey] = field(default_factory=dict)

    def refusal(self, signed: SignedPass, at: datetime) -> PassRefusal | None:
        """Says whether a known key, valid at `at`, made the signature."""
        key = self.by_id.get(signed.pass_.key_id)
        if key is None:
            return PassRefusal.UNKNOWN_KEY
        if not key.verify(SIGNING_CONTEXT + signed.payload, signed.signature):
            return PassRefusal.BAD_SIGNATURE
        if not key.valid_from <= at < key.valid_until:
            return PassRefusal.KEY_NOT_VALID
        return None


def encode(pass_: Pass, sign: Sign) -> str:
    """Signs the pass and writes it as its 154 characters."""
    payload = _LAYOUT.pack(
        VISIT_PASS,
        pass_.key_id,
        pass_.pass_id,
        pass_.institution,
        pass_.gate_zone,
        int(pass_.not_before.timestamp()),
        int(pass_.not_after.timestamp()),
        pass_.children,
        pass_.visitor_tag,
    )
    signature = sign(SIGNING_CONTEXT + payload)
    if len(signature) != SIGNATURE_OCTETS:
        raise ValueError(f"the signature has {len(signature)} octets, not {SIGNATURE_OCTETS}")
    return PREFIX + base45_encode(payload + signature)


def decode(text: str) -> SignedPass:
    """Reads the text of a pass, in the one spelling `encode` writes. Times come back in UTC.

    Raises MalformedPass for everything else: other prefix, length, letters, version, or fields out of range.
    """
    if not text.startswith(PREFIX):
        raise MalformedPass(f"does not begin with {PREFIX}")
    if len(text) != TEXT_CHARACTERS:
        raise MalformedPass(f"has {len(text)} characters, not {TEXT_CHARACTERS}")
    octets = base45_decode(text[len(PREFIX) :])
    payload, signature = octets[:PAYLOAD_OCTETS], octets[PAYLOAD_OCTETS:]
    kind, key_id, pass_id, institution, zone, not_before, not_after, children, tag = _LAYOUT.unpack(payload)
    if kind != VISIT_PASS:
        raise MalformedPass(f"version and type 0x{kind:02x} are not known here")
    try:
        pass_ = Pass(key_id, pass_id, institution, zone, _utc(not_before), _utc(not_after), children, tag)
    except ValueError as problem:
        raise MalformedPass(str(problem)) from problem
    return SignedPass(pass_, payload, signature)


def verify(
    signed: SignedPass,
    keys: PassKeys,
    *,
    institution: int,
    gate_zone: int,
    at: datetime,
    direction: Direction = Direction.ENTRY,
    revoked: Callable[[bytes], bool] = lambda _: False,
) -> PassRefusal | None:
    """Says why the pass does not open this gate at `at`, or None when nothing in the pass speaks against it.

    One order, so that the same pass is always refused for the same reason: key and signature, institution,
    window, revocation, gate. Whoever is inside must be able to leave: for an exit the window, the revocation
    and the gate are not asked. `revoked` is asked with the 16 octets of the pass id.
    """
    pass_ = signed.pass_
    refusal = keys.refusal(signed, at)
    if refusal is not None and not (refusal is PassRefusal.KEY_NOT_VALID and direction is Direction.EXIT):
        return refusal
    if pass_.institution != institution:
        return PassRefusal.WRONG_INSTITUTION
    if direction is Direction.EXIT:
        return None
    if not pass_.not_before <= at <= pass_.not_after:
        return PassRefusal.TOO_EARLY if at < pass_.not_before else PassRefusal.TOO_LATE
    if revoked(pass_.pass_id):
        return PassRefusal.REVOKED
    return None if pass_.gate_zone == gate_zone else PassRefusal.WRONG_GATE


def visitor_tag(secret: bytes, pass_id: bytes, visitor: bytes) -> bytes:
    """Four octets that tie the pass to one visitor for whoever knows the secret, and to nobody for others.

    The pass id goes in, so that two passes of one visitor do not show that they belong together.
    """
    return hmac.new(secret, b"kezdesu-pass-visitor\0" + pass_id + visitor, sha256).digest()[:4]


def base45_encode(octets: bytes) -> str:
    """RFC 9285 section 4: two octets become three characters, a last single octet becomes two."""
    characters: list[str] = []
    for start in range(0, len(octets), 2):
        pair = octets[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, value = divmod(number, 45)
            characters.append(_ALPHABET[value])
    return "".join(characters)


def base45_decode(text: str) -> bytes:
    """RFC 9285 section 4 read back. Groups above the range of their octets are refused: one spelling is left.

    Raises MalformedPass.
    """
    return b"".join(_octets_of(text[start : start + 3]) for start in range(0, len(text), 3))


def _octets_of(group: str) -> bytes:
    octets = len(group) - 1
    number = 0
    for character in reversed(group):
        if character not in _VALUE:
            raise MalformedPass(f"{character!r} is no character of base45")
        number = number * 45 + _VALUE[character]
    if octets == 0 or number >= 1 << 8 * octets:
        raise MalformedPass(f"{group!r} stands for no octets")
    return number.to_bytes(octets, "big")


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
