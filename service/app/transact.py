"""Runs one use case as one transaction."""

from collections.abc import Callable
from typing import TypeVar

from service.domain.access import Actor
from service.store.environment import Environment
from service.store.refused import with_retries
from service.store.unit_of_work import UnitOfWork

T = TypeVar("T")


def transact(
    environment: Environment,
    actor: Actor,
    use_case: Callable[[UnitOfWork], T],
    beside: Callable[[UnitOfWork, T], None] | None = None,
) -> T:
    """What the use case answers, after its rows, events and messages are committed together.

    `beside` writes what must stand or fall with it, such as the answer kept for a repeated request. Raises Refusal.
    """

    def once() -> T:
        with UnitOfWork(environment, actor) as unit:
            answer = use_case(unit)
            if beside is not None:
                beside(unit, answer)
            unit.commit()
            return answer

    return with_retries(once)
