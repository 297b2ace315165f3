"""What an act would change, before it is done: the act itself, in a unit that is never committed.

Nothing is computed a second way, so what is shown before cannot differ from what happens after.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_load import Loaded, load_appointment
from service.app.review_nightly import doubts, review_appointment
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.appointment import UPCOMING
from service.domain.reasons import Reason
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.refused import with_retries
from service.store.tables import Appointment, Person
from service.store.unit_of_work import UnitOfWork

T = TypeVar("T")
REVIEW = Actor("system", "review")


@dataclass(frozen=True, slots=True)
class Touched:
    """An appointment to come that no longer fits after the act, and why."""

    id: str
    kind: str
    by_video: bool
    starts_at: datetime
    ends_at: datetime
    convict_name: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Rehearsed(Generic[T]):
    """What the act touches; `before` and `after` are what `look` saw. `mark` changes when what is touched does."""

    touched: tuple[Touched, ...]
    before: T
    after: T
    mark: str


def rehearse(
    environment: Environment,
    actor: Actor,
    act: Callable[[UnitOfWork], object],
    candidates: Callable[[Session, datetime], Sequence[str]],
    look: Callable[[UnitOfWork], T],
    doubt: Callable[[UnitOfWork, Loaded], Sequence[Reason]] = lambda unit, loaded: doubts(unit, loaded)[0],
) -> Rehearsed[T]:
    """Does `act`, looks at what became of the appointments that `candidates` names, and takes everything back.

    `doubt` says what stands against an appointment: the law and the timetable, unless only one of them can change.
    Raises Refusal as the act itself would.
    """

    def once() -> Rehearsed[T]:
        with UnitOfWork(environment, actor) as unit:
            ids = candidates(unit.session, unit.now)
            before, doubted = look(unit), {one: _doubted(unit, one, doubt)[1] for one in ids}
            act(unit)
            unit.session.expire_all()
            touched = tuple(_touched(unit, ids, doubted, doubt))
            return Rehearsed(touched, before, look(unit), _mark(touched))

    return with_retries(once)


def review_now(environment: Environment, appointments: Iterable[str]) -> None:
    """Weighs appointments again at once, as the night would: flags are raised and families told. Each on its own."""
    for one in appointments:
        try:
            transact(environment, REVIEW, lambda unit, one=one: review_appointment(unit, appointment=one))  # type: ignore[misc]
        except Refusal:
            continue  # it ended meanwhile


def upcoming_where(*conditions: Any) -> Callable[[Session, datetime], list[str]]:
    """The appointments to come that satisfy the conditions, as candidates."""
    row = of(Appointment)
    return lambda session, now: list(
        session.scalars(
            sa.select(row.id)
            .where(row.state.in_(UPCOMING), row.starts_at > now, *conditions)
            .order_by(row.starts_at, row.id)
        )
    )


Doubt = Callable[[UnitOfWork, Loaded], Sequence[Reason]]


def _doubted(unit: UnitOfWork, appointment: str, doubt: Doubt) -> tuple[Loaded, tuple[Reason, ...]]:
    loaded = load_appointment(unit, appointment, lock=False)
    return loaded, tuple(doubt(unit, loaded))


def _touched(
    unit: UnitOfWork, ids: Sequence[str], before: dict[str, tuple[Reason, ...]], doubt: Doubt
) -> Iterable[Touched]:
    for one in ids:
        loaded, found = _doubted(unit, one, doubt)
        known = {reason.code for reason in before[one]}
        fresh = tuple(reason for reason in found if reason.code not in known)
        row = loaded.row
        if row.state not in UPCOMING or fresh:
            yield Touched(one, row.kind, row.by_video, row.starts_at, row.ends_at, _name(unit, row.convict_id), fresh)


def _name(unit: UnitOfWork, convict: str) -> str | None:
    person = unit.get(Person, convict)
    if person.wrapped_key is None:
        return None
    return " ".join(part for name in ("family_name", "given_name") if (part := unit.open(person, name)))


def _mark(touched: Sequence[Touched]) -> str:
    said = repr([(one.id, one.starts_at, [reason.code for reason in one.reasons]) for one in touched])
    return hashlib.sha256(said.encode()).hexdigest()[:24]
