"""Keeping a place, and the entitlement with it, while the family fills in the form (15 minutes, set once)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_weigh import Visitor, Wish, charge_columns, insist, read_party, weigh
from service.app.hold_lapse import lapse
from service.domain.access import Target, require
from service.domain.appointment import HOLD
from service.domain.refusal import Refusal, refuse
from service.domain.timetable import Period, period
from service.store.columns import of
from service.store.facts import ConvictFile, convict_file, locked_convict
from service.store.tables import Appointment, AppointmentVisitor, Institution, SessionTemplate
from service.store.times import Opening, free_times, locked_opening, places_in
from service.store.unit_of_work import UnitOfWork

LOOK_AHEAD = 30
OFFERED = 5


@dataclass(frozen=True, slots=True)
class Held:
    """A place kept until `held_until`."""

    appointment: str
    institution: str
    room: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime


def hold_place(
    unit: UnitOfWork,
    *,
    convict: str,
    relationships: Sequence[str],
    template: str,
    day: date,
    wish: Wish,
) -> Held:
    """Holds a place of the template's room on an institution-local day for a party, given by its relationships.

    Raises Refusal: 'not-possible' with every reason of the law and the day it falls due, 'conflict' with the next free
    times when the room is full, 'not-found' for what is not this person's affair.
    """
    unit.instead = partial(next_free, template=template, day=day, now=unit.now)
    opening = locked_opening(unit.session, template, day, convict)
    found = locked_convict(unit.session, convict)
    if opening is None or found is None:
        raise Refusal("not-found")
    unit.meet(found.person)
    file = convict_file(unit.session, found.convict, found.dated)
    visitors = read_party(unit, convict, relationships)
    require(unit.actor, "appointment.hold", _target(opening.institution.id, convict, visitors))
    check_opening(opening, file, wish, day)
    start = time.fromisoformat(opening.template.starts)
    stale = [hold.id for hold in file.holds if hold.held_until <= unit.now]
    # A second hold of the same person for the same convict takes the place of the first: nobody hoards.
    replaced = [hold.id for hold in file.holds if hold.id not in stale and hold.asked_by == unit.actor.person]
    if stale or replaced:
        for hold in stale:
            lapse(unit, hold)
        for hold in replaced:
            lapse(unit, hold, "hold-replaced")
        file = convict_file(unit.session, found.convict, found.dated)
    answer = weigh(unit, file, visitors, wish, day, start)
    charge = insist(answer)
    wanted = period(opening.template, day, ZoneInfo(opening.institution.time_zone), answer.duration)
    if wanted.starts_at <= unit.now:
        raise refuse("not-possible", "no-session", day=day)
    appointment = Appointment(
        id=unit.environment.new_id(),
        institution_id=opening.institution.id,
        convict_id=convict,
        kind=wish.kind,
        by_video=wish.by_video,
        room_id=opening.room.id,
        place_id=free_place(unit, opening, wanted, day, answer.duration),
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        state="held",
        live=True,
        from_long=wish.from_long,
        purpose=wish.purpose,
        asked_by=unit.actor.person or "",
        asked_at=unit.now,
        held_until=unit.now + HOLD,
        **charge_columns(charge, wish),
    )
    unit.add(appointment)
    unit.add(*(_visitor(unit, appointment, one, day) for one in visitors))
    unit.tell("appointment.held", opening.institution.id)
    return Held(
        appointment.id,
        opening.institution.id,
        opening.room.name,
        wanted.starts_at,
        wanted.ends_at,
        unit.now + HOLD,
    )


def _target(institution: str, convict: str, visitors: Sequence[Visitor]) -> Target:
    confirmed = frozenset(one.person.id for one in visitors if one.relationship.state == "confirmed")
    return Target(institution=institution, convict=convict, persons=confirmed)


def check_opening(opening: Opening, file: ConvictFile, wish: Wish, day: date) -> None:
    """Whether the room receives this kind of appointment on that day, where the convict now is. Raises Refusal."""
    if file.institution != opening.institution.id:
        raise Refusal("not-found")
    room_kind = "video" if wish.by_video else {"video_call": "call"}.get(wish.kind, wish.kind)
    if opening.room.kind not in (room_kind, "short" if wish.kind not in ("long", "call", "video_call") else room_kind):
        raise refuse("not-possible", "no-session", day=day)
    if not opening.template.opens_on(day):
        raise refuse("not-possible", "no-session", day=day)
    if opening.blocked:
        raise refuse("not-possible", "date-blocked", day=day)
    if opening.room.closed_on is not None and day >= opening.room.closed_on:
        raise refuse("not-possible", "room-closed", day=day)


def free_place(
    unit: UnitOfWork,
    opening: Opening,
    wanted: Period,
    day: date,
    lawful: timedelta | None,
    ignoring: str | None = None,
) -> str:
    """A place of the room that nobody has in the period. Raises Refusal 'conflict' with the next free times."""
    rows = places_in(unit.session, opening.room.id, wanted, day)
    busy = set()
    for row in rows:
        if row.appointment is None or row.appointment == ignoring:
            continue
        if row.state == "held" and row.held_until is not None and row.held_until <= unit.now:
            lapse(unit, row.appointment)
        else:
            busy.add(row.place)
    for row in rows:
        if row.place not in busy:
            return row.place
    offered = _offers(unit.session, opening.institution, opening.template.kind, day, lawful, unit.now)
    raise Refusal("conflict", refuse("conflict", "place-taken").reasons, offered)


def next_free(session: Session, *, template: str, day: date, now: datetime) -> list[dict[str, str]]:
    """The next free times of the kind and institution of a template, from a day on: its template, day and start."""
    row = of(SessionTemplate)
    found = session.execute(
        sa.select(Institution, row.kind)
        .join(SessionTemplate, row.institution_id == of(Institution).id)
        .where(row.id == template)
    ).first()
    return [] if found is None else _offers(session, found[0], found[1], day, None, now)


def _offers(
    session: Session, institution: Institution, kind: str, day: date, lawful: timedelta | None, now: datetime
) -> list[dict[str, str]]:
    days = [day + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)]
    return [
        {"template": slot.template, "day": slot.day.isoformat(), "starts_at": slot.starts_at.isoformat()}
        for slot in free_times(session, institution, kind, days, lawful, now)
        if slot.free
    ][:OFFERED]


def _visitor(unit: UnitOfWork, appointment: Appointment, one: Visitor, day: date) -> AppointmentVisitor:
    return AppointmentVisitor(
        id=unit.environment.new_id(),
        institution_id=appointment.institution_id,
        appointment_id=appointment.id,
        person_id=one.person.id,
        relationship_id=one.relationship.id,
        adult=one.adult_on(day, unit.environment.law.age_of_majority),
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        live=True,
    )
