"""A model of the service: what `POST /api/v1/scans` must do, in the fewest lines. The real one is tried elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from firmware_bridge.decide import Direction, Verdict
from firmware_bridge.link import Answer, NoAnswer, Question
from tests.bridge.simulation.passes import read_once


@dataclass(slots=True)
class Kept:
    """A scan as the service has it."""

    question: Question
    verdict: Verdict
    label: str | None
    live: bool


class Service:
    """One institution's live state. `fault` makes it answer as a service does that is broken or misconfigured."""

    def __init__(self, now: Callable[[], datetime], zones: Mapping[str, int]) -> None:
        self._zones = zones
        self.fault: NoAnswer | None = None
        self.revoked: dict[str, datetime] = {}
        self.scans: dict[tuple[str, int], Kept] = {}
        self.inside: dict[str, tuple[str, int]] = {}
        self._answers: dict[tuple[str, str], tuple[Question, Answer]] = {}
        self._now = now

    def ask(self, device: str, question: Question) -> Answer | NoAnswer:
        if self.fault is not None:
            return self.fault
        if (device, question.key) in self._answers:
            asked, answer = self._answers[device, question.key]
            assert asked == question, "one key, one request"
            return answer
        answer = self._told(device, question)
        self._answers[device, question.key] = question, answer
        return answer

    def _told(self, device: str, question: Question) -> Answer:
        name = device, question.sequence
        kept = self.scans.get(name)
        if kept is not None and question.answered in (None, kept.verdict):
            return self._answer(name)
        pass_id = read_once(question.token).pass_id.hex()
        if kept is not None:
            # The live answer came too late and the gate did otherwise: what the gate did stands.
            if kept.verdict is Verdict.ADMIT and self.inside.get(pass_id) == name:
                del self.inside[pass_id]
            assert question.answered is not None
            kept.verdict = question.answered
        else:
            label = self._wrong(device, pass_id, question)
            alone = Verdict.LEAVE if question.direction is Direction.EXIT else Verdict.ADMIT
            verdict = question.answered or (Verdict.REFUSE if label else alone)
            self.scans[name] = Kept(question, verdict, label, question.answered is None)
        if self.scans[name].verdict is Verdict.ADMIT:
            self.inside.setdefault(pass_id, name)
        elif self.scans[name].verdict is Verdict.LEAVE:
            self.inside.pop(pass_id, None)
        return self._answer(name)

    def _answer(self, name: tuple[str, int]) -> Answer:
        kept = self.scans[name]
        return Answer(kept.verdict, kept.label, f"{name[0]}-{name[1]}")

    def _wrong(self, device: str, pass_id: str, question: Question) -> str | None:
        at = self._now() if question.answered is None else question.scanned_at
        found = read_once(question.token)
        if question.direction is Direction.EXIT:
            return None if pass_id in self.inside else "not-inside"
        if not found.not_before <= at.timestamp() <= found.not_after:
            return "too-early" if at.timestamp() < found.not_before else "too-late"
        if pass_id in self.revoked and at >= self.revoked[pass_id]:
            return "revoked"
        if found.gate_zone != self._zones[device]:
            return "wrong-gate"
        return "already-inside" if pass_id in self.inside else None
