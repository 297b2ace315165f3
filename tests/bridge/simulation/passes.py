"""Passes signed once for all seeds, and keys that check each signature once: thousands of seeds show them again."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge.passes import GatePass, PublicKey, read
from tests.bridge.cast import token
from tests.passes.vectors import VALID_FROM, VALID_UNTIL, public

BEGAN = datetime(2026, 3, 14, tzinfo=UTC)
DAYS = 3
OPEN, SHUT = timedelta(hours=3), timedelta(hours=13)
ZONES = (3, 4)
EACH = 6


@cache
def signature_holds(signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public(1)).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


class CheckedOnce:
    """The real check, remembered."""

    def verify(self, signature: bytes, signed: bytes) -> None:
        if not signature_holds(signature, signed):
            raise InvalidSignature


KEYS = {1: PublicKey(cast(Ed25519PublicKey, CheckedOnce()), VALID_FROM, VALID_UNTIL)}


@cache
def read_once(text: str) -> GatePass:
    """The fields of a pass, for whoever watches; the gates read it each time."""
    return read(text)


@cache
def passes() -> dict[tuple[int, int], list[str]]:
    """Texts of passes by day and zone."""
    found: dict[tuple[int, int], list[str]] = {}
    number = 0
    for day in range(DAYS):
        for zone in ZONES:
            begins = BEGAN + timedelta(days=day)
            for _ in range(EACH):
                number += 1
                text = token(number, gate_zone=zone, not_before=begins + OPEN, not_after=begins + SHUT)
                found.setdefault((day, zone), []).append(text)
    return found
