"""Reads for one person or device: what is committed, with sealed cells opened under the keys of people met."""

from types import TracebackType

from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.store.tables import Person, Row
from service.store.unit_of_work import UnitOfWork

MOST = 100
"""The longest page of any list."""


class Reading(UnitOfWork):
    """A unit that only reads, so that what weighs a booking can be asked for a calendar too. It waits for no writer.

    `streams`: it reads more than fits into memory, which PostgreSQL hands out in parts within a transaction only.
    """

    def __init__(self, environment: Environment, actor: Actor, *, streams: bool = False) -> None:
        super().__init__(environment, actor)
        self.session = environment.database.reads() if streams else environment.database.looks()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.expunge_all()  # what was read stays readable; a rollback would forget it
        self.session.close()

    def commit(self) -> None:
        raise TypeError("a reading changes nothing")

    def name_of(self, person: Person) -> str | None:
        """Family name, given name and patronymic; None where the person was erased."""
        if person.wrapped_key is None:
            return None
        self.meet(person)
        parts = (self.open(person, name) for name in ("family_name", "given_name", "patronymic"))
        return " ".join(part for part in parts if part)

    def words_in(self, row: Row, column: str) -> str | None:
        """A sealed cell; None where it is empty or the person it is about was erased."""
        try:
            return self.open(row, column)
        except Refusal:
            return None
