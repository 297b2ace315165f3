"""What every resource is declared on: the contract, the world, and how an act is carried out once."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel

from service.app.transact import transact
from service.domain.access import NOBODY, Actor
from service.store.environment import Environment
from service.store.unit_of_work import UnitOfWork
from service.web.api.contract import Api, Once
from service.web.call_room import CallRooms

T = TypeVar("T")
A = TypeVar("A", bound=BaseModel)
UseCase = Callable[[UnitOfWork], T]


@dataclass(frozen=True)
class Interface:
    """The interface under construction. `send_code` hands a one-time code over to be sent, given the code's id."""

    api: Api
    environment: Environment
    send_code: Callable[[str], None]
    second_factor: tuple[str, ...] = ()
    """The roles of officers who sign in with one."""
    pause: Callable[[float], None] = time.sleep
    """Waits for so many seconds, where an answer may not tell by its time what was found."""
    calls: CallRooms = field(default_factory=CallRooms)

    def act(self, actor: Actor, once: Once, use_case: UseCase[T], answer: Callable[[T], A]) -> A:
        """Carries out one use case and keeps its answer in the same transaction, for the request's repetition."""
        made: list[A] = []

        def keep(unit: UnitOfWork, result: T) -> None:
            made[:] = [answer(result)]
            once.remember(unit, made[0])

        transact(self.environment, actor, use_case, keep)
        return made[0]

    def do(self, actor: Actor, once: Once, use_case: UseCase[object]) -> None:
        """The same for an act that has nothing to answer."""
        transact(self.environment, actor, use_case, lambda unit, _: once.remember(unit, None))

    def open_to_anyone(self, use_case: UseCase[T]) -> T:
        """A use case of whoever has not signed in."""
        return transact(self.environment, NOBODY, use_case)
