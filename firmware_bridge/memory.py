"""What a gate remembers: the fold of its journal, the same after a restart as before it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from firmware_bridge.decide import Decision, Direction, Source, Verdict
from firmware_bridge.journal import Record
from firmware_bridge.link import Answer, Question

SAME_SCAN = timedelta(seconds=60)
"""A pass shown again at the same reader within this time is the same scan: facts of a crash, not of a person."""


@dataclass(slots=True)
class Asked:
    """A scan, the bridge's own verdict and reason, and the answer given.

    `decision` is None until there was one.
    """

    question: Question
    offline: Verdict
    reason: str | None
    pass_id: str
    decision: Decision | None = None


class Memory:
    """Who is inside, which scans are fresh, and which the service has not heard of."""

    def __init__(self, journal_id: str = "") -> None:
        self.journal_id = journal_id
        self.inside: set[str] = set()
        self.unheard: dict[int, Asked] = {}
        self._open: dict[int, Asked] = {}
        self._latest: dict[str, Asked] = {}

    def fold(self, record: Record) -> None:
        """Takes in the next record of the journal."""
        facts = record.facts
        match facts["kind"]:
            case "start":
                self.journal_id = self.journal_id or facts["journal"]
            case "scan":
                self.asked(asked_in(record, self.journal_id))
            case "decision" if facts["of"] in self._open:
                self.decided(self._open[facts["of"]], decision_in(facts))
            case "answer":
                self.unheard.pop(facts["of"], None)

    def asked(self, asked: Asked) -> None:
        """A scan stands in the journal."""
        self._forget(asked.question.scanned_at)
        self._open[asked.question.sequence] = asked
        self._latest[asked.question.token] = asked
        self.unheard[asked.question.sequence] = asked

    def decided(self, asked: Asked, decision: Decision) -> None:
        """An answer stands in the journal."""
        asked.decision = decision
        if decision.source is Source.LIVE:
            self.unheard.pop(asked.question.sequence, None)
        if decision.verdict is Verdict.ADMIT:
            self.inside.add(asked.pass_id)
        elif decision.verdict is Verdict.LEAVE:
            self.inside.discard(asked.pass_id)

    def same_scan(self, reader: str, gate: str, direction: Direction, token: str, now: datetime) -> Asked | None:
        """The scan this one repeats: the token's last, at the same reader, a minute ago at most."""
        found = self._latest.get(token)
        if found is None:
            return None
        question = found.question
        here = (question.reader, question.gate, question.direction) == (reader, gate, direction)
        fresh = timedelta(0) <= now - question.scanned_at < SAME_SCAN
        return found if here and fresh else None

    def _forget(self, now: datetime) -> None:
        """Drops what is answered and too old to be the same scan: memory does not grow with the years."""
        kept = {
            sequence: asked
            for sequence, asked in self._open.items()
            if asked.decision is None or abs(now - asked.question.scanned_at) < SAME_SCAN
        }
        self._open = kept
        self._latest = {asked.question.token: asked for asked in kept.values()}


def scan_facts(asked: Asked) -> dict[str, Any]:
    """The journal's record of a scan that is a pass."""
    question = asked.question
    return {
        "kind": "scan",
        "at": question.scanned_at.isoformat(),
        "gate": question.gate,
        "reader": question.reader,
        "direction": question.direction.value,
        "token": question.token,
        "pass": asked.pass_id,
        "offline": asked.offline.value,
        "reason": asked.reason,
    }


def decision_facts(of: int, decision: Decision, at: datetime) -> dict[str, Any]:
    """The journal's record of an answer given at the reader."""
    return {
        "kind": "decision",
        "of": of,
        "at": at.isoformat(),
        "verdict": decision.verdict.value,
        "reason": decision.reason,
        "source": decision.source.value,
        "scan": decision.scan,
    }


def answer_facts(of: int, answer: Answer, at: datetime) -> dict[str, Any]:
    """The journal's record of what the service said when it heard of the scan later."""
    return {
        "kind": "answer",
        "of": of,
        "at": at.isoformat(),
        "verdict": answer.verdict.value,
        "reason": answer.reason,
        "scan": answer.scan,
    }


def asked_in(record: Record, journal_id: str) -> Asked:
    """The scan a record tells of."""
    facts = record.facts
    question = Question(
        key=question_key(journal_id, record.sequence),
        sequence=record.sequence,
        gate=facts["gate"],
        reader=facts["reader"],
        direction=Direction(facts["direction"]),
        token=facts["token"],
        scanned_at=datetime.fromisoformat(facts["at"]),
    )
    return Asked(question, Verdict(facts["offline"]), facts["reason"], facts["pass"])


def decision_in(facts: Mapping[str, Any]) -> Decision:
    """The answer a record tells of."""
    verdict, source = Verdict(facts["verdict"]), Source(facts["source"])
    return Decision(verdict, facts["reason"], source, facts["of"], facts["scan"])


def question_key(journal_id: str, sequence: int) -> str:
    """The idempotency key of a scan: no other scan of any bridge has it."""
    return f"scan-{journal_id}-{sequence}"


def afterwards(asked: Asked) -> Question:
    """The question once more, for a service that hears of it when the gate has answered: another request, so
    another key; the same sequence, so the same scan.
    """
    assert asked.decision is not None
    return replace(asked.question, key=f"{asked.question.key}-late", answered=asked.decision.verdict)
