"""The worker asks the civil registry what officers wished to know, one question after another, outside transactions."""

import structlog

from service.app.reading import Reading
from service.app.registry_ask import keep_answer, questions_due, read_question, take_question
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.registry import CivilRegistry, RegistryAnswer, RegistryAway
from service.store.environment import Environment

ASKER = Actor("system", "registry")
_log = structlog.get_logger("kezdesu.jobs")


class RegistryAsker:
    """Asks what is due; a registry that is away is asked again later and holds up nobody."""

    def __init__(self, registry: CivilRegistry) -> None:
        self._registry = registry

    def turn(self, environment: Environment) -> int:
        """Asks every question that is due; answers how many were answered."""
        with environment.database.reading() as session:
            due = list(questions_due(session, environment.clock()))
        return sum(self._one(environment, question) for question in due)

    def _one(self, environment: Environment, question: str) -> bool:
        try:
            if not transact(environment, ASKER, lambda unit: take_question(unit, question=question)):
                return False
            answer = self._answer(environment, question)
            state = transact(environment, ASKER, lambda unit: keep_answer(unit, question=question, answer=answer))
        except Refusal as refusal:
            _log.info("left", job=ASKER.id, reasons=[one.code for one in refusal.reasons])
            return False
        return state != "asked"

    def _answer(self, environment: Environment, question: str) -> RegistryAnswer | None:
        with Reading(environment, ASKER) as reading:
            asked = read_question(reading, question)
        if asked is None:
            return RegistryAnswer(("person-unknown",))
        try:
            return self._registry.ask(asked)
        except RegistryAway:
            return None
