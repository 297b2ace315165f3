"""Runs one use case as one transaction."""

from collections.abc import Callable
from typing import TypeVar

from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.store.refused import with_retries
from service.store.unit_of_work import UnitOfWork

T = TypeVar("T")

FASTER = frozenset({"someone-was-faster", "place-taken"})
"""Conflicts after which another time may do."""


def transact(
    environment: Environment,
    actor: Actor,
    use_case: Callable[[UnitOfWork], T],
    beside: Callable[[UnitOfWork, T], None] | None = None,
) -> T:
    """What the use case answers, after its rows, events and messages are committed together.

    `beside` writes what must stand or fall with it, such as the answer kept for a repeated request. Raises Refusal;
    where others were faster, with what the use case offers instead.
    """
    units: list[UnitOfWork] = []

    def once() -> T:
        with UnitOfWork(environment, actor) as unit:
            units[:] = [unit]
            answer = use_case(unit)
            if beside is not None:
                beside(unit, answer)
            unit.commit()
            return answer

    try:
        return with_retries(once)
    except Refusal as refusal:
        instead = units[0].instead
        if instead is None or refusal.alternatives or FASTER.isdisjoint(one.code for one in refusal.reasons):
            raise
        with environment.database.reading() as session:
            raise Refusal(refusal.sort, refusal.reasons, instead(session)) from refusal
