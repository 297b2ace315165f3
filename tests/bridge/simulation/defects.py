"""Four faults put in on purpose, each of which the simulation must find."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from firmware_bridge.decide import Decision, Source
from firmware_bridge.gatehouse import FITTING, Gatehouse
from firmware_bridge.link import Answer, NoAnswer, Question
from firmware_bridge.memory import Asked, decision_facts
from tests.bridge.simulation.machine import Disk, Way


class Defect(Enum):
    """What is wrong with the bridge."""

    NONE = "nothing"
    ANSWERS_FIRST = "the answer goes out before the journal has it"
    NO_REPAIR = "a torn end is not cut off"
    FORGETS = "what the service will not take is forgotten"
    ADMITS_TWICE = "who is inside is forgotten at a restart"


class HastyGatehouse(Gatehouse):
    """Answers, and writes the answer down when it is next asked something."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._later: list[Mapping[str, Any]] = []
        super().__init__(*arguments, **named)

    def _settled(self, asked: Asked, answer: Answer | NoAnswer) -> Decision:
        question = asked.question
        live = isinstance(answer, Answer) and answer.verdict in FITTING[question.direction]
        verdict = answer.verdict if live and isinstance(answer, Answer) else asked.offline
        source = Source.LIVE if live else Source.OFFLINE
        reason = answer.reason if isinstance(answer, Answer) and live else asked.reason
        decision = Decision(verdict, reason, source, question.sequence)
        with self._lock:
            self._later.append(decision_facts(question.sequence, decision, self._clock.now()))
            self._memory.decided(asked, decision)
        return decision

    def _settle_unanswered(self) -> None:
        while self._later:
            self._journal.append(self._later.pop(0))
        super()._settle_unanswered()


class NoRepairDisk(Disk):
    """Leaves what should be cut off."""

    def cut(self, length: int) -> None:
        """Does nothing."""


class ForgetfulWay(Way):
    """Takes "will not be taken" for "was taken"."""

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        answer = super().ask(question, within)
        if isinstance(answer, NoAnswer) and answer.lasting and question.answered is not None:
            return Answer(question.answered, None, "forgotten")
        return answer
