"""Keeping a place, and the entitlement with it, while the family fills in the form (15 minutes, set once)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_weigh import CALLS, Visitor, Wish, charge_columns, insist, read_party, weigh_wish
from service.app.hold_lapse import lapse
from service.domain.access import Target, require
from service.domain.appointment import HOLD
from service.domain.calls import HELP
from service.domain.party_needs import clean_needs
from service.domain.queue import REACH
from service.domain.refusal import Refusal, refuse
from service.domain.timetable import Period, period
from service.store.columns import of
from service.store.facts import ConvictFile, convict_file, locked_convict
from service.store.tables import Appointment, AppointmentVisitor, Institution, SessionTemplate
from service.store.times import Opening, PlaceTaken, free_times, locked_opening, places_in, queued_days
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


@dataclass(frozen=True, slots=True)
class Sought:
    """Which place is kept, for whom: a template of the timetable on an institution-local day, and the relationships of
    the party. `needs` are codes of `service.domain.party_needs`. `asked_by` is the person who asked."""

    convict: str
    relationships: Sequence[str]
    template: str
    day: date
    wish: Wish
    asked_by: str
    needs: Sequence[str] = ()


def hold_place(
    unit: UnitOfWork,
    *,
    convict: str,
    relationships: Sequence[str],
    template: str,
    day: date,
    wish: Wish,
    needs: Sequence[str] = (),
) -> Held:
    """Holds a place of the template's room on an institution-local day for a party, given by its relationships.

    Raises Refusal: 'not-possible' with every reason of the law and the day it falls due, 'conflict' with the next free
    times when the room is full, 'not-found' for what is not this person's affair.
    """
    unit.instead = partial(next_free, template=template, day=day, now=unit.now)
    asked = Sought(convict, relationships, template, day, wish, unit.actor.person or "", clean_needs(needs))
    held = keep_place(unit, asked, "appointment.hold", lambda _: unit.now + HOLD)
    unit.tell("appointment.held", held.institution)
    return held


def keep_place(
    unit: UnitOfWork,
    asked: Sought,
    act: str,
    until: Callable[[datetime], datetime | None],
    *,
    in_turn: bool = False,
) -> Held:
    """Keeps the place as part of a larger act, which tells the event. `until` answers how long, given when it begins.

    `in_turn`: it is the turn of whoever asked, among those who wait for that day; while anything else of the convict
    is held, the turn waits (Refusal 'someone-was-faster').
    """
    day, wish, convict = asked.day, asked.wish, asked.convict
    opening = locked_opening(unit.session, asked.template, day, convict)
    found = locked_convict(unit.session, convict)
    if opening is None or found is None:
        raise Refusal("not-found")
    unit.meet(found.person)
    file = convict_file(unit.session, found.convict, found.dated)
    # A call for legal or medical help goes to nobody of the file, and is never blocked for that.
    nobody = wish.kind in CALLS and wish.purpose in HELP and not asked.relationships
    visitors = () if nobody else read_party(unit, convict, asked.relationships)
    require(unit.actor, act, party_target(opening.institution.id, convict, visitors))
    check_opening(opening, file, wish, day)
    start = time.fromisoformat(opening.template.starts)
    stale = [hold.id for hold in file.holds if hold.held_until <= unit.now]
    # A second hold of the same person for the same convict takes the place of the first: nobody hoards.
    replaced = [hold.id for hold in file.holds if hold.id not in stale and hold.asked_by == asked.asked_by]
    if in_turn and len(file.holds) > len(stale):
        raise refuse("conflict", "someone-was-faster")
    if stale or replaced:
        for hold in stale:
            lapse(unit, hold)
        for hold in replaced:
            lapse(unit, hold, "hold-replaced")
        file = convict_file(unit.session, found.convict, found.dated)
    answer = weigh_wish(unit, file, visitors, wish, day, start)
    charge = insist(answer)
    wanted = period(opening.template, day, ZoneInfo(opening.institution.time_zone), answer.duration)
    held_until = until(wanted.starts_at)
    if wanted.starts_at <= unit.now or held_until is None:
        raise refuse("not-possible", "no-session", day=day)
    place = free_place(unit, opening, wanted, day, answer.duration, in_turn=in_turn)
    appointment = _held(unit, asked, opening, wanted, place, held_until, charge_columns(charge, wish))
    unit.add(appointment)
    if visitors:
        unit.add(*(_visitor(unit, appointment, one, day) for one in visitors))
    return Held(
        appointment.id,
        opening.institution.id,
        opening.room.name,
        wanted.starts_at,
        wanted.ends_at,
        held_until,
    )


def _held(
    unit: UnitOfWork,
    asked: Sought,
    opening: Opening,
    wanted: Period,
    place: str,
    held_until: datetime,
    charge: Mapping[str, Any],
) -> Appointment:
    wish, appointment = asked.wish, unit.environment.new_id()
    written = " ".join(asked.needs) or None
    sealed = {} if written is None else unit.sealed(Appointment, appointment, asked.asked_by, needs=written)
    return Appointment(
        id=appointment,
        institution_id=opening.institution.id,
        convict_id=asked.convict,
        kind=wish.kind,
        by_video=wish.by_video,
        room_id=opening.room.id,
        place_id=place,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        state="held",
        live=True,
        from_long=wish.from_long,
        purpose=wish.purpose,
        asked_by=asked.asked_by,
        asked_at=unit.now,
        held_until=held_until,
        **charge,
        **sealed,
    )


def party_target(institution: str, convict: str, visitors: Sequence[Visitor]) -> Target:
    """What access to a booking depends on: whose confirmed relationships the party is of."""
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
    if opening.paused:
        raise refuse("not-possible", "in-pause", day=day)
    if opening.room.closed_on is not None and day >= opening.room.closed_on:
        raise refuse("not-possible", "room-closed", day=day)


def free_place(
    unit: UnitOfWork,
    opening: Opening,
    wanted: Period,
    day: date,
    lawful: timedelta | None,
    ignoring: str | None = None,
    *,
    in_turn: bool = False,
) -> str:
    """A place of the room that nobody has in the period. Raises Refusal 'conflict' with the next free times.

    A place for which somebody waits goes to the queue and to no click: only whose turn it is (`in_turn`) takes it.
    """
    kept = set() if in_turn or not opening.queued else _waited_for(unit, opening, wanted, day, lawful)
    rows = places_in(unit.session, opening.room.id, wanted, day)
    busy = set()
    for row in rows:
        if row.appointment is None or row.appointment == ignoring:
            continue
        if _ran_out(row, unit.now):
            lapse(unit, row.appointment)
        else:
            busy.add(row.place)
    capacity = opening.template.capacity
    room_left = capacity is None or len(busy) < capacity
    for row in rows:
        if room_left and row.place not in busy and row.place not in kept:
            return row.place
    offered = _offers(unit.session, opening.institution, opening.template.kind, day, lawful, unit.now)
    code = "place-queued" if room_left and any(row.place not in busy for row in rows) else "place-taken"
    raise Refusal("conflict", refuse("conflict", code).reasons, offered)


def _waited_for(unit: UnitOfWork, opening: Opening, wanted: Period, day: date, lawful: timedelta | None) -> set[str]:
    """Places of the room that are free on a day somebody waits for, where that day's visit would overlap `wanted`."""
    template, zone = opening.template, ZoneInfo(opening.institution.time_zone)
    days = queued_days(unit.session, opening.institution.id, template.kind, day - REACH, day + REACH)
    kept: set[str] = set()
    for other in sorted(days):
        theirs = period(template, other, zone, lawful)
        if template.opens_on(other) and theirs.overlaps(wanted):
            rows = places_in(unit.session, opening.room.id, theirs, other)
            busy = {row.place for row in rows if row.appointment is not None and not _ran_out(row, unit.now)}
            kept |= {row.place for row in rows} - busy
    return kept


def _ran_out(row: PlaceTaken, now: datetime) -> bool:
    return row.state == "held" and row.held_until is not None and row.held_until <= now


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
