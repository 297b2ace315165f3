"""Reads timetables and what is taken: one room on one day, or all free times of a kind over days."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.queue import REACH
from service.domain.timetable import Pause, Period, Template, paused, period
from service.store.columns import of
from service.store.tables import (
    Appointment,
    BlockedDate,
    Convict,
    DailyPause,
    Institution,
    Place,
    QueueEntry,
    Room,
    SessionTemplate,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A room's opening on a day, with the number of places left."""

    template: str
    room: str
    day: date
    starts_at: datetime
    ends_at: datetime
    free: int
    places: int


@dataclass(frozen=True, slots=True)
class Opening:
    """One room, by one template, locked for booking. `paused`: nothing begins at that hour. `queued`: somebody waits
    for it on this day or one near it."""

    template: Template
    room: Room
    institution: Institution
    blocked: bool
    queued: bool
    paused: bool = False


@dataclass(frozen=True, slots=True)
class PlaceTaken:
    """A place of a room and the live appointment on it in a period, if there is one."""

    place: str
    appointment: str | None
    state: str | None
    held_until: datetime | None


def as_template(row: SessionTemplate) -> Template:
    """The row as the domain knows it."""
    days = (row.valid_from, row.valid_to)
    return Template(row.id, row.room_id, row.kind, row.weekdays, row.starts, row.minutes, *days, row.capacity)


def locked_opening(session: Session, template_id: str, day: date, convict_id: str | None = None) -> Opening | None:
    """The template with its room and institution; bookings of one room, and of one convict, wait for each other here.

    The waiting is a statement of its own: on PostgreSQL one that waits and reads answers from before the wait. SQLite
    has one writer, who need not wait again.
    """
    if session.get_bind().dialect.name == "postgresql":
        locked = sa.select(of(Room).id).join(SessionTemplate, of(SessionTemplate).room_id == of(Room).id)
        tables: tuple[type[Room] | type[Convict], ...] = (Room,)
        if convict_id is not None:
            locked, tables = locked.join(Convict, of(Convict).id == convict_id), (Room, Convict)
        session.execute(locked.where(of(SessionTemplate).id == template_id).with_for_update(of=tables))
    blocked = of(BlockedDate)
    is_blocked = (
        sa.select(sa.literal(1))
        .where(
            blocked.institution_id == of(SessionTemplate).institution_id,
            sa.or_(blocked.room_id.is_(None), blocked.room_id == of(SessionTemplate).room_id),
            blocked.first_on <= day,
            blocked.last_on >= day,
            blocked.lifted_at.is_(None),
        )
        .exists()
    )
    is_queued = _waiting(day - REACH, day + REACH, of(SessionTemplate).institution_id).exists()
    found = session.execute(
        sa.select(SessionTemplate, Room, Institution, is_blocked, is_queued, _pauses_it(day).exists())
        .join(Room, of(Room).id == of(SessionTemplate).room_id)
        .join(Institution, of(Institution).id == of(SessionTemplate).institution_id)
        .where(of(SessionTemplate).id == template_id)
    ).first()
    if found is None:
        return None
    template, room, institution, *stands = found
    return Opening(as_template(template), room, institution, *map(bool, stands))


def _pauses_it(day: date) -> sa.Select[Any]:
    """A pause at the hour at which the session of the outer query begins."""
    pause, session = of(DailyPause), of(SessionTemplate)
    return sa.select(sa.literal(1)).where(
        pause.institution_id == session.institution_id,
        pause.starts <= session.starts,
        pause.ends > session.starts,
        pause.weekdays.contains(str(day.isoweekday())),
        pause.valid_from <= day,
        sa.or_(pause.valid_to.is_(None), pause.valid_to >= day),
    )


def pauses_of(session: Session, institution: str) -> list[Pause]:
    """The daily pauses of an institution, ended ones too."""
    return [Pause(*row) for row in session.execute(_pauses(), {"institution": institution})]


@cache  # as the others below: to build a statement takes longer than to run it
def _pauses() -> sa.Select[Any]:
    row = of(DailyPause)
    return (
        sa.select(row.id, row.name, row.weekdays, row.starts, row.ends, row.valid_from, row.valid_to)
        .where(row.institution_id == sa.bindparam("institution"))
        .order_by(row.starts, row.id)
    )


def queued_days(session: Session, institution: str, kind: str, first: date, last: date) -> set[date]:
    """The days from `first` to `last` for which somebody waits; `kind` is that of a template."""
    by_video = kind == "video"
    asked = {"first": first, "last": last, "institution": institution, "by_video": by_video}
    return set(session.scalars(_queued_days(), {**asked, "kind": "short" if by_video else kind}))


@cache
def _queued_days() -> sa.Select[Any]:
    row = of(QueueEntry)
    return (
        _waiting(sa.bindparam("first"), sa.bindparam("last"), sa.bindparam("institution"))
        .with_only_columns(row.wanted_on)
        .where(row.kind == sa.bindparam("kind"), row.by_video == sa.bindparam("by_video"))
        .distinct()
    )


def _waiting(first: Any, last: Any, institution: Any) -> sa.Select[Any]:
    row = of(QueueEntry)
    return sa.select(sa.literal(1)).where(
        row.institution_id == institution, row.state == "waiting", row.wanted_on >= first, row.wanted_on <= last
    )


def places_in(session: Session, room_id: str, wanted: Period, day: date) -> list[PlaceTaken]:
    """Every open place of a room, with what takes it in the period; a place may stand more than once."""
    place, taken = of(Place), of(Appointment)
    rows = session.execute(
        sa.select(place.id, taken.id, taken.state, taken.held_until)
        .outerjoin(
            Appointment,
            sa.and_(
                taken.place_id == place.id,
                taken.live,
                taken.starts_at < wanted.ends_at,
                taken.ends_at > wanted.starts_at,
            ),
        )
        .where(place.room_id == room_id, sa.or_(place.closed_on.is_(None), place.closed_on > day))
        .order_by(place.label, place.id)
    )
    return [PlaceTaken(*row) for row in rows]


def free_times(
    session: Session,
    institution: Institution,
    kind: str,
    days: Sequence[date],
    lawful: timedelta | None,
    now: datetime,
    *,
    in_turn: bool = False,
) -> list[Slot]:
    """All openings of a kind on the days asked for, with the places left; expired holds count as free. Six reads.

    A place that is free on a day for which somebody waits is theirs, and counts as free only for whose turn it is
    (`in_turn`).
    """
    if not days:
        return []
    first, last = min(days), max(days)
    templates = [
        as_template(row)
        for row in session.scalars(
            _templates(), {"institution": institution.id, "kind": kind, "first": first, "last": last}
        )
    ]
    rooms = sorted({template.room for template in templates})
    if not rooms:
        return []
    places = _places(session, rooms, first)
    blocked, pauses = _blocked(session, institution.id, first, last), pauses_of(session, institution.id)
    zone = ZoneInfo(institution.time_zone)
    openings = [
        (template, day, period(template, day, zone, lawful))
        for day in days
        for template in templates
        if template.opens_on(day)
        and not _is_blocked(blocked, template.room, day)
        and not paused(pauses, day, template.starts)
    ]
    if not openings:
        return []
    queued = set() if in_turn else queued_days(session, institution.id, kind, first - REACH, last + REACH)
    waited_for = [
        (template.room, period(template, day, zone, lawful))
        for day in sorted(queued)
        for template in templates
        if template.opens_on(day)
    ]
    periods = [one for _, _, one in openings] + [one for _, one in waited_for]
    starts_at, ends_at = min(one.starts_at for one in periods), max(one.ends_at for one in periods)
    taken = _taken(session, rooms, starts_at, ends_at, now)
    theirs = [
        (room, place, wanted)
        for room, wanted in waited_for
        for place in places[room] - {place for place, other in taken[room] if wanted.overlaps(other)}
    ]
    for room, place, wanted in theirs:
        taken[room].append((place, wanted))
    slots = []
    for template, day, wanted in openings:
        busy = {place for place, other in taken[template.room] if wanted.overlaps(other)}
        here = places[template.room]
        most = len(here) if template.capacity is None else min(len(here), template.capacity)
        free = min(len(here - busy), max(0, most - len(busy)))
        if wanted.starts_at > now:
            slots.append(Slot(template.id, template.room, day, wanted.starts_at, wanted.ends_at, free, most))
    return sorted(slots, key=lambda slot: (slot.starts_at, slot.room))


def _places(session: Session, rooms: Sequence[str], day: date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for room, place_id in session.execute(_open_places(), {"rooms": list(rooms), "day": day}):
        found[room].add(place_id)
    return found


@cache
def _templates() -> sa.Select[Any]:
    row, room = of(SessionTemplate), of(Room)
    first: sa.BindParameter[date] = sa.bindparam("first")
    return (
        sa.select(SessionTemplate)
        .join(Room, room.id == row.room_id)
        .where(
            row.institution_id == sa.bindparam("institution"),
            row.kind == sa.bindparam("kind"),
            row.valid_from <= sa.bindparam("last"),
            sa.or_(row.valid_to.is_(None), row.valid_to >= first),
            sa.or_(room.closed_on.is_(None), room.closed_on > first),
        )
    )


@cache
def _open_places() -> sa.Select[Any]:
    place = of(Place)
    return sa.select(place.room_id, place.id).where(
        place.room_id.in_(sa.bindparam("rooms", expanding=True)),
        sa.or_(place.closed_on.is_(None), place.closed_on > sa.bindparam("day")),
    )


def _blocked(session: Session, institution: str, first: date, last: date) -> list[tuple[str | None, date, date]]:
    asked = {"institution": institution, "first": first, "last": last}
    return [(found.room_id, found.first_on, found.last_on) for found in session.execute(_blocked_days(), asked)]


@cache
def _blocked_days() -> sa.Select[Any]:
    row = of(BlockedDate)
    return sa.select(row.room_id, row.first_on, row.last_on).where(
        row.institution_id == sa.bindparam("institution"),
        row.first_on <= sa.bindparam("last"),
        row.last_on >= sa.bindparam("first"),
        row.lifted_at.is_(None),
    )


def _is_blocked(blocked: Iterable[tuple[str | None, date, date]], room: str, day: date) -> bool:
    return any(where in (None, room) and first <= day <= last for where, first, last in blocked)


def _taken(
    session: Session, rooms: Sequence[str], starts_at: datetime, ends_at: datetime, now: datetime
) -> dict[str, list[tuple[str, Period]]]:
    found: dict[str, list[tuple[str, Period]]] = defaultdict(list)
    asked = {"rooms": list(rooms), "starts_at": starts_at, "ends_at": ends_at, "now": now}
    for one in session.execute(_taken_places(), asked):
        found[one.room_id].append((one.place_id, Period(one.starts_at, one.ends_at)))
    return found


@cache
def _taken_places() -> sa.Select[Any]:
    row = of(Appointment)
    return sa.select(row.room_id, row.place_id, row.starts_at, row.ends_at).where(
        row.room_id.in_(sa.bindparam("rooms", expanding=True)),
        row.live,
        row.starts_at < sa.bindparam("ends_at"),
        row.ends_at > sa.bindparam("starts_at"),
        sa.or_(row.state != "held", row.held_until > sa.bindparam("now")),
    )
