"""Appointments as their people see them: time, place, state, who comes, what is in doubt."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    Appointment,
    AppointmentVisitor,
    Institution,
    Person,
    Place,
    Relationship,
    ReviewFlag,
    Room,
)


@dataclass(frozen=True, slots=True)
class ShownVisitor:
    """One who comes. `name` is None for auditors and for people erased."""

    relationship: str
    kind: str
    adult: bool
    name: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One appointment. `place` is the label of what it takes in the room: a long-visit room, a seat, a booth.

    `convict_name` is for officers; `words` go with a refusal or cancellation; `needs` are codes of
    `service.domain.party_needs`, for the family and the officers who prepare the visit.
    """

    row: Appointment
    institution: Institution
    room: str
    place: str
    visitors: tuple[ShownVisitor, ...]
    flags: tuple[ReviewFlag, ...]
    convict_name: str | None
    words: str | None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which appointments: in some states, beginning in [`since`, `before`), those after another one of the list.

    `flagged`: only those with a flag that nobody has resolved. `by_deadline`: the next to be decided first, where the
    list is one of requests; it has no `after`.
    """

    states: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    after: str | None = None
    limit: int = MOST
    flagged: bool = False
    by_deadline: bool = False


def show_appointment(environment: Environment, actor: Actor, appointment: str) -> Shown:
    """One appointment. Raises Refusal 'not-found' alike for one that is not there and one of other people."""
    with Reading(environment, actor) as reading:
        return read_appointment(reading, appointment, "appointment.see")


def read_appointment(reading: Reading, appointment: str, act: str) -> Shown:
    """The appointment, if the reader may do `act` to it."""
    found = reading.session.execute(_one(), {"appointment": appointment}).first()
    if found is None:
        raise Refusal("not-found")
    row: Appointment = found[0]
    party = _parties(reading, [appointment])
    adults = {seat.person_id for seat, _, _ in party[appointment] if seat.adult}
    persons = frozenset(adults | {row.asked_by}) - {row.convict_id}
    require(reading.actor, act, Target(row.institution_id, persons, row.convict_id))
    return _shown(reading, [found], party)[0]


def list_appointments(environment: Environment, actor: Actor, wanted: Wanted) -> list[Shown]:
    """The caller's appointments, the latest first: a relative's own, a convict's own, or an institution's."""
    row = of(Appointment)
    with Reading(environment, actor) as reading:
        query = _rows().where(_mine(actor))
        if wanted.states:
            query = query.where(row.state.in_(wanted.states))
        if wanted.since is not None:
            query = query.where(row.starts_at >= wanted.since)
        if wanted.before is not None:
            query = query.where(row.starts_at < wanted.before)
        if wanted.after is not None:
            last = reading.session.execute(
                sa.select(row.starts_at, row.id).where(row.id == wanted.after, _mine(actor))
            ).first()
            if last is None:
                raise Refusal("not-found")
            query = query.where(
                sa.or_(row.starts_at < last.starts_at, sa.and_(row.starts_at == last.starts_at, row.id < last.id))
            )
        if wanted.flagged:
            flag = of(ReviewFlag)
            query = query.where(row.id.in_(sa.select(flag.appointment_id).where(flag.resolved_at.is_(None))))
        order = (row.decide_by, row.id) if wanted.by_deadline else (row.starts_at.desc(), row.id.desc())
        found = reading.session.execute(query.order_by(*order).limit(min(wanted.limit, MOST))).all()
        return _shown(reading, found, _parties(reading, [one[0].id for one in found]))


Party = list[tuple[AppointmentVisitor, str, Person]]


def _mine(actor: Actor) -> Any:
    row, visitor = of(Appointment), of(AppointmentVisitor)
    if actor.principal == "relative":
        mine = sa.select(visitor.appointment_id).where(visitor.person_id == actor.person, visitor.adult)
        return row.id.in_(mine)
    if actor.principal == "kiosk":
        return sa.and_(row.convict_id == actor.person, row.institution_id == actor.institution)
    require(actor, "appointment.see", Target(actor.institution))
    return row.institution_id == actor.institution


@cache  # as the others below: to build a statement takes longer than to run it
def _rows() -> sa.Select[Any]:
    return (
        sa.select(Appointment, Institution, of(Room).name, of(Place).label, Person)
        .join(Institution, of(Institution).id == of(Appointment).institution_id)
        .join(Room, of(Room).id == of(Appointment).room_id)
        .join(Place, of(Place).id == of(Appointment).place_id)
        .join(Person, of(Person).id == of(Appointment).convict_id)
    )


@cache
def _one() -> sa.Select[Any]:
    return _rows().where(of(Appointment).id == sa.bindparam("appointment"))


def _parties(reading: Reading, appointments: Sequence[str]) -> dict[str, Party]:
    found: dict[str, Party] = defaultdict(list)
    for seat, kind, person in reading.session.execute(_seats(), {"appointments": list(appointments)}):
        found[seat.appointment_id].append((seat, kind, person))
    return found


@cache
def _seats() -> sa.Select[Any]:
    visitor = of(AppointmentVisitor)
    return (
        sa.select(AppointmentVisitor, of(Relationship).kind, Person)
        .join(Relationship, of(Relationship).id == visitor.relationship_id)
        .join(Person, of(Person).id == visitor.person_id)
        .where(visitor.appointment_id.in_(sa.bindparam("appointments", expanding=True)))
        .order_by(visitor.adult.desc(), visitor.id)
    )


@cache
def _open_flags() -> sa.Select[Any]:
    flag = of(ReviewFlag)
    return (
        sa.select(ReviewFlag)
        .where(flag.appointment_id.in_(sa.bindparam("appointments", expanding=True)), flag.resolved_at.is_(None))
        .order_by(flag.raised_at, flag.id)
    )


def _shown(reading: Reading, found: Sequence[Any], parties: dict[str, Party]) -> list[Shown]:
    flags: dict[str, list[ReviewFlag]] = defaultdict(list)
    for one in reading.session.scalars(_open_flags(), {"appointments": [row.id for row, *_ in found]}):
        flags[one.appointment_id].append(one)
    names = reading.actor.principal != "auditor"
    officer = reading.actor.principal == "officer"
    shown = []
    for row, institution, room, place, convict in found:
        visitors = tuple(
            ShownVisitor(seat.relationship_id, kind, seat.adult, reading.name_of(person) if names else None)
            for seat, kind, person in parties[row.id]
        )
        words = reading.words_in(row, "ended_words") if names else None
        who = reading.name_of(convict) if officer else None
        needs = tuple((reading.words_in(row, "needs") or "").split()) if names else ()
        shown.append(Shown(row, institution, room, place, visitors, tuple(flags[row.id]), who, words, needs))
    return shown
