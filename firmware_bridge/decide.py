"""The answer at the gate: what the pass itself says, and who said it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from firmware_bridge.passes import BadPass, GatePass, PublicKey, Refusal, read, signature_refusal


class Direction(StrEnum):
    """Which way a reader's people go."""

    ENTRY = "entry"
    EXIT = "exit"


class Verdict(StrEnum):
    """What the officer sees and the reader sounds."""

    ADMIT = "admit"
    LEAVE = "leave"
    REFUSE = "refuse"


class Source(StrEnum):
    """Who gave the answer."""

    LIVE = "live"
    OFFLINE = "offline"


def nothing(_: bytes) -> bool:
    """No pass at all: an empty list of revocations, or of people inside."""
    return False


@dataclass(frozen=True, slots=True)
class GateRules:
    """What a gate must know to answer alone. `revoked` is asked with the 16 octets of a pass id."""

    institution: int
    gate_zone: int
    keys: Mapping[int, PublicKey] = field(default_factory=dict)
    revoked: Callable[[bytes], bool] = nothing


@dataclass(frozen=True, slots=True)
class Offline:
    """The answer without the service; `found` is None when the text is no pass."""

    verdict: Verdict
    refusal: Refusal | None
    found: GatePass | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer given at the reader. `sequence` is its scan's number in the bridge's journal.

    `reason` is a code of `docs/pass.md`, or one the live state sent. `scan` is the service's name for the
    scan, None when the service was not heard. `repeated` marks an answer given again to the same pass.
    """

    verdict: Verdict
    reason: str | None
    source: Source
    sequence: int | None = None
    scan: str | None = None
    repeated: bool = False


def offline(
    text: str,
    gate: GateRules,
    direction: Direction,
    at: datetime,
    inside: Callable[[bytes], bool] = nothing,
) -> Offline:
    """Answers from the pass, the gate's keys and its own memory, in the order of `docs/pass.md`, section 6.

    `at` is aware. `inside` says whether this gate let the pass in and not out again. Whoever is inside must
    be able to leave: for an exit only the pass itself and the institution are checked.
    """
    try:
        found = read(text)
    except BadPass:
        return Offline(Verdict.REFUSE, Refusal.MALFORMED, None)
    refusal = _refusal(found, gate, direction, at, inside)
    if refusal is not None:
        return Offline(Verdict.REFUSE, refusal, found)
    return Offline(Verdict.LEAVE if direction is Direction.EXIT else Verdict.ADMIT, None, found)


def _refusal(
    found: GatePass, gate: GateRules, direction: Direction, at: datetime, inside: Callable[[bytes], bool]
) -> Refusal | None:
    leaving = direction is Direction.EXIT
    wrong = signature_refusal(found, gate.keys, at)
    if leaving and wrong is Refusal.KEY_NOT_VALID:
        wrong = None
    if wrong is not None:
        return wrong
    if found.institution != gate.institution:
        return Refusal.WRONG_INSTITUTION
    return None if leaving else _entry_refusal(found, gate, at, inside)


def _entry_refusal(found: GatePass, gate: GateRules, at: datetime, inside: Callable[[bytes], bool]) -> Refusal | None:
    now = at.timestamp()
    if now < found.not_before:
        return Refusal.TOO_EARLY
    if now > found.not_after:
        return Refusal.TOO_LATE
    if gate.revoked(found.pass_id):
        return Refusal.REVOKED
    if found.gate_zone != gate.gate_zone:
        return Refusal.WRONG_GATE
    return Refusal.ALREADY_INSIDE if inside(found.pass_id) else None
