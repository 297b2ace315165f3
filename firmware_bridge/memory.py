"""What a gate remembers: the fold of its journal, the same after a restart as before it."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from firmware_bridge.decide import Decision, Direction, Source, Verdict
from firmware_bridge.link import Answer, Question

SAME_SCAN = timedelta(seconds=60)
"""A pass shown again at the same reader within this time is the same scan: facts of a crash, not of a person."""
SAME_SCAN_SECONDS = SAME_SCAN.total_seconds()

UNANSWERED = "unanswered"
"""The reason in a decision that nobody heard: written for a scan that a crash left open."""


@dataclass(slots=True)
class Asked:
    """A scan, the bridge's own verdict and reason, and the answer given.

    `decision` is None until there was one. `shown_at` is the monotonic moment, None for a scan of an earlier run.
    """

    question: Question
    offline: Verdict
    reason: str | None
    pass_id: str
    decision: Decision | None = None
    shown_at: float | None = None


class Memory:
    """Who is inside, which scans are fresh, which have no answer yet, and which the service has not heard of."""

    def __init__(self, journal_id: str = "") -> None:
        self.journal_id = journal_id
        self.inside: dict[str, datetime] = {}
        """Passes that were let in here and not out again, and when."""
        self.unheard: dict[int, Asked] = {}
        self.last_at: datetime | None = None
        self.last_kind: str | None = None
        self.last_bundle: tuple[int, int] | None = None
        """Number and age in seconds of the bundle at the last heartbeat."""
        self._unheard_of: dict[str, set[int]] = {}
        self._open: dict[int, Asked] = {}
        self._latest: dict[str, Asked] = {}
        self._recent: deque[Asked] = deque()

    def fold(self, sequence: int, facts: Mapping[str, Any]) -> None:
        """Takes in the next record of the journal."""
        self.last_at, self.last_kind = datetime.fromisoformat(facts["at"]), facts["kind"]
        match facts["kind"]:
            case "start":
                self.journal_id = self.journal_id or facts["journal"]
            case "scan":
                asked = asked_in(sequence, facts, self.journal_id)
                self.asked(asked)
                if facts.get("decided"):
                    self.decided(asked, offline_decision(asked))
            case "decision":
                # A refused scan that the service had not heard of may have been asked about again: the last one holds.
                found = self._open.get(facts["of"]) or self.unheard.get(facts["of"])
                if found is not None:
                    self.decided(found, decision_in(facts))
            case "answer":
                self._heard(facts["of"])
            case "answers":
                for heard in facts["of"]:
                    self._heard(int(heard))
            case "heartbeat" if facts.get("age") is not None:
                self.last_bundle = facts["bundle"], facts["age"]
            case "release":
                self.released(facts)
            case "compared":
                self.compared(facts)

    def asked(self, asked: Asked) -> None:
        """A scan stands in the journal."""
        sequence = asked.question.sequence
        self._open[sequence] = asked
        self._latest[asked.question.token] = asked
        self._recent.append(asked)
        self.unheard[sequence] = asked
        self._unheard_of.setdefault(asked.pass_id, set()).add(sequence)

    def decided(self, asked: Asked, decision: Decision) -> None:
        """An answer stands in the journal."""
        asked.decision = decision
        self._open.pop(asked.question.sequence, None)
        if decision.source is Source.LIVE:
            self._heard(asked.question.sequence)
        if decision.verdict is Verdict.ADMIT:
            self.inside.setdefault(asked.pass_id, asked.question.scanned_at)
        elif decision.verdict is Verdict.LEAVE:
            self.inside.pop(asked.pass_id, None)

    def released(self, facts: Mapping[str, Any]) -> None:
        """Two officers let somebody through by hand; with a pass, it is inside or outside now."""
        pass_id = facts["pass"]
        if pass_id is not None and facts["direction"] == Direction.ENTRY:
            self.inside.setdefault(pass_id, datetime.fromisoformat(facts["at"]))
        elif pass_id is not None:
            self.inside.pop(pass_id, None)

    def compared(self, facts: Mapping[str, Any]) -> None:
        """An officer looked at whoever the pass let in; who was turned away did not go in."""
        if not facts["matched"]:
            self.inside.pop(facts["pass"], None)

    def latest(self, token: str) -> Asked | None:
        """The last scan of this text that may still be repeated."""
        return self._latest.get(token)

    def unheard_of(self, pass_id: str) -> list[Asked]:
        """The scans of a pass that the service has not heard of."""
        return [self.unheard[sequence] for sequence in self._unheard_of.get(pass_id, ())]

    def unanswered(self, now: datetime, moment: float) -> list[Asked]:
        """Scans whose holders heard nothing and can no longer show the pass again as the same scan."""
        return [asked for asked in self._open.values() if not is_fresh(asked, now, moment)]

    def same_scan(self, token: str, at: tuple[str, str, Direction], now: datetime, moment: float) -> Asked | None:
        """The scan that this one repeats: the token's last, at the same reader, gate and direction, a minute ago at
        most.
        """
        while self._recent and not is_fresh(self._recent[0], now, moment):
            old = self._recent.popleft()
            if self._latest.get(old.question.token) is old:
                del self._latest[old.question.token]
        found = self._latest.get(token)
        if found is None or not is_fresh(found, now, moment):
            return None
        earlier = found.question
        return found if (earlier.reader, earlier.gate, earlier.direction) == at else None

    def _heard(self, sequence: int) -> None:
        asked = self.unheard.pop(sequence, None)
        if asked is not None:
            self._unheard_of[asked.pass_id].discard(sequence)
            if not self._unheard_of[asked.pass_id]:
                del self._unheard_of[asked.pass_id]


def is_fresh(asked: Asked, now: datetime, moment: float) -> bool:
    """Whether a pass shown again now is the same scan. The wall clock is asked only about an earlier run's scans."""
    if asked.shown_at is not None:
        return moment - asked.shown_at < SAME_SCAN_SECONDS
    return timedelta(0) <= now - asked.question.scanned_at < SAME_SCAN


@lru_cache(maxsize=1024)
def _text(text: str | None) -> str:
    """As JSON has it. Names of gates and readers, and reasons, are the same all day."""
    return json.dumps(text, ensure_ascii=False)


def offline_decision(asked: Asked) -> Decision:
    """The bridge's own verdict as the answer."""
    return Decision(asked.offline, asked.reason, Source.OFFLINE, asked.question.sequence)


def scan_facts(asked: Asked, *, is_decided: bool = False) -> bytes:
    """The journal's record of a scan that is a pass, spelled; with `is_decided` nobody is asked, and the bridge's own
    verdict is the answer that the reader hears.
    """
    question = asked.question
    decided = '"decided":true,' if is_decided else ""
    # Nothing in the base45 of a pass needs an escape.
    return (
        f'{{"at":"{question.scanned_at.isoformat()}",{decided}"direction":"{question.direction}","gate":{_text(question.gate)},'
        f'"kind":"scan","offline":"{asked.offline}","pass":"{asked.pass_id}","reader":{_text(question.reader)},'
        f'"reason":{_text(asked.reason)},"token":"{question.token}"}}'
    ).encode()


def decision_facts(of: int, decision: Decision, at: datetime) -> bytes:
    """The journal's record of an answer given at the reader, spelled."""
    return (
        f'{{"at":"{at.isoformat()}","kind":"decision","of":{of},"reason":{_text(decision.reason)},'
        f'"scan":{_text(decision.scan)},"source":"{decision.source}","verdict":"{decision.verdict}"}}'
    ).encode()


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


def answers_facts(taken: Sequence[tuple[int, Answer]], at: datetime) -> dict[str, Any]:
    """The same for several scans told at once: verdict, reason and the service's name by the scan's number."""
    return {
        "kind": "answers",
        "at": at.isoformat(),
        "of": {str(of): [answer.verdict.value, answer.reason, answer.scan] for of, answer in taken},
    }


def asked_in(sequence: int, facts: Mapping[str, Any], journal_id: str) -> Asked:
    """The scan that the record of this number tells of."""
    question = Question(
        key=question_key(journal_id, sequence),
        sequence=sequence,
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
