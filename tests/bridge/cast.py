"""The people and places of the bridge's tests: one institution, its gates, its keys, and a live state in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge.decide import Direction, Verdict
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.journal import Journal
from firmware_bridge.link import Answer, Link, NoAnswer, NoLink, OneByOne, Question
from firmware_bridge.passes import PublicKey
from tests.passes.vectors import VALID_FROM, VALID_UNTIL, VISIT, public, written

MIDDAY = datetime(2026, 3, 14, 7, tzinfo=UTC)
KEYS = {1: PublicKey(Ed25519PublicKey.from_public_bytes(public(1)), VALID_FROM, VALID_UNTIL)}
IN = Place("hall-in", "gate-hall", VISIT.gate_zone, Direction.ENTRY)
SECOND_IN = Place("hall-in-2", "gate-hall", VISIT.gate_zone, Direction.ENTRY)
OUT = Place("hall-out", "gate-hall", VISIT.gate_zone, Direction.EXIT)
JOURNAL = "0123456789abcdef"


def token(visitor: int = 0, **changes: Any) -> str:
    """The pass of one of many visitors of the same afternoon."""
    return written(replace(VISIT, **{"pass_id": visitor.to_bytes(16, "big"), **changes}))


FAMILY = token()
FORGED = written(VISIT, key=2)
TOO_EARLY = token(not_before=MIDDAY + timedelta(hours=1))


class LiveState(OneByOne):
    """A service that counts each scan once, lets each pass in once, keeps what a gate did on its own, and can be
    cut off before or after it acted.
    """

    def __init__(self) -> None:
        self.reachable = True
        self.answers_arrive = True
        self.requests: dict[str, Question] = {}
        self.scans: dict[int, Question] = {}
        self.given: dict[int, Answer] = {}
        self.inside: set[str] = set()
        self.asked = 0

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        self.asked += 1
        if not self.reachable:
            return NoAnswer("connection refused")
        assert self.requests.setdefault(question.key, question) == question, "one key, one request"
        if question.sequence not in self.given:
            self.given[question.sequence] = self._act(question)
            self.scans[question.sequence] = question
        return self.given[question.sequence] if self.answers_arrive else NoAnswer("no answer within 300 ms")

    def _act(self, question: Question) -> Answer:
        scan = f"scan-{len(self.scans) + 1}"
        if question.answered is Verdict.REFUSE:
            return Answer(Verdict.REFUSE, None, scan)
        if question.direction is Direction.EXIT:
            self.inside.discard(question.token)
            return Answer(Verdict.LEAVE, None, scan)
        twice = "already-inside" if question.token in self.inside else None
        self.inside.add(question.token)
        return Answer(Verdict.REFUSE if twice and question.answered is None else Verdict.ADMIT, twice, scan)


class Says(OneByOne):
    """A service that says the same to everything."""

    def __init__(self, answer: Answer | NoAnswer) -> None:
        self.answer = answer

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        return self.answer


def gatehouse(
    link: Link | None = None,
    file: MemoryFile | None = None,
    clock: FakeClock | None = None,
    revoked: frozenset[bytes] = frozenset(),
) -> Gatehouse:
    names = count(int(JOURNAL, 16))
    return Gatehouse(
        VISIT.institution,
        KEYS,
        journal=Journal(file or MemoryFile()),
        link=link or NoLink(),
        clock=clock or FakeClock(MIDDAY),
        new_id=lambda: f"{next(names):016x}",
        revoked=revoked.__contains__,
    )
