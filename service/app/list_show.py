"""The lists a visit room keeps: a day's visits, the journal of applications (Annex 12), and the figures of a period."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.timetable import local_moment
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    Appointment,
    AppointmentVisitor,
    Institution,
    Officer,
    Person,
    Place,
    ReviewFlag,
    Room,
)

LONGEST = 400
"""Days of the longest period."""
MOST_ROWS = 5000
ON_THE_DAY = ("requested", "granted", "underway", "completed", "no_show")


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment with its people by name; `decided_by` who granted or refused it;
    `needs` are codes of `service.domain.party_needs`."""

    row: Appointment
    room: str
    place: str
    convict: str | None
    asked_by: str | None
    visitors: tuple[str | None, ...]
    decided_by: str | None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one kind of appointment asked for in a period; hours are the median to the decision."""

    kind: str
    by_video: bool
    asked: int
    states: Counter[str]
    late: int
    median_hours: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with the institution and the institution-local days it is about, both included."""

    institution: Institution
    first: date
    last: date
    lines: tuple[Line, ...]
    figures: tuple[Figures, ...] = ()
    flags: int = 0
    """How many flags were raised in the period."""


def visits_of_day(environment: Environment, actor: Actor, day: date | None = None) -> Listed:
    """Everything that begins on a day, or is under way since before, by its hour. Today, where none is named."""
    with Reading(environment, actor) as reading:
        house, first, last, begin, end = _period(reading, day, day)
        row = of(Appointment)
        chosen = (row.state.in_(ON_THE_DAY), row.starts_at < end, row.ends_at > begin)
        return Listed(house, first, last, tuple(_lines(reading, house.id, chosen, (row.starts_at, of(Room).name))))


def journal(environment: Environment, actor: Actor, first: date | None = None, last: date | None = None) -> Listed:
    """The applications made on these days, in their order; from the first of this month, where none is named."""
    with Reading(environment, actor) as reading:
        house, first, last, begin, end = _period(reading, first, last)
        row = of(Appointment)
        chosen = (row.requested_at >= begin, row.requested_at < end)
        return Listed(house, first, last, tuple(_lines(reading, house.id, chosen, (row.requested_at,))))


def figures_of(environment: Environment, actor: Actor, first: date | None = None, last: date | None = None) -> Listed:
    """The figures of the applications made on these days."""
    with Reading(environment, actor) as reading:
        house, first, last, begin, end = _period(reading, first, last)
        row, flag = of(Appointment), of(ReviewFlag)
        rows = reading.session.execute(
            sa.select(row.kind, row.by_video, row.state, row.requested_at, row.decide_by, row.decided_at).where(
                row.institution_id == house.id, row.requested_at >= begin, row.requested_at < end
            )
        ).all()
        kinds: dict[tuple[str, bool], list[Any]] = defaultdict(list)
        for one in rows:
            kinds[one.kind, one.by_video].append(one)
        flags = reading.session.scalar(
            sa.select(sa.func.count())
            .select_from(ReviewFlag)
            .where(flag.institution_id == house.id, flag.raised_at >= begin, flag.raised_at < end)
        )
        found = tuple(_figures(*kind, kinds[kind], reading.now) for kind in sorted(kinds))
        return Listed(house, first, last, (), found, flags or 0)


def _period(
    reading: Reading, first: date | None, last: date | None
) -> tuple[Institution, date, date, datetime, datetime]:
    require(reading.actor, "lists.see", Target(reading.actor.institution))
    house = reading.get(Institution, reading.actor.institution or "")
    zone = ZoneInfo(house.time_zone)
    today = reading.now.astimezone(zone).date()
    begin = first or (last or today).replace(day=1) if last or first else today
    until = max(begin, min(last or today, begin + timedelta(days=LONGEST)))
    until = begin if first is not None and first == last else until
    return house, begin, until, _midnight(begin, zone), _midnight(until + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return local_moment(day, "00:00", zone)


def _lines(reading: Reading, institution: str, chosen: Sequence[Any], order: Sequence[Any]) -> list[Line]:
    row, convict, asker = of(Appointment), sa.orm.aliased(Person), sa.orm.aliased(Person)
    found = reading.session.execute(
        sa.select(Appointment, of(Room).name, of(Place).label, convict, asker)
        .join(Room, of(Room).id == row.room_id)
        .join(Place, of(Place).id == row.place_id)
        .join(convict, convict.id == row.convict_id)
        .join(asker, asker.id == row.asked_by)
        .where(row.institution_id == institution, *chosen)
        .order_by(*order, row.id)
        .limit(MOST_ROWS)
    ).all()
    visitors = _visitors(reading, [one[0].id for one in found])
    officers = _officers(reading, {one[0].decided_by for one in found if one[0].decided_by})
    return [
        Line(
            one,
            room,
            label,
            reading.name_of(who),
            reading.name_of(whoever),
            tuple(visitors[one.id]),
            officers.get(one.decided_by or ""),
            tuple((reading.words_in(one, "needs") or "").split()),
        )
        for one, room, label, who, whoever in found
    ]


def _visitors(reading: Reading, appointments: Sequence[str]) -> dict[str, list[str | None]]:
    row = of(AppointmentVisitor)
    found: dict[str, list[str | None]] = defaultdict(list)
    for start in range(0, len(appointments), 500):
        for seat, person in reading.session.execute(
            sa.select(AppointmentVisitor, Person)
            .join(Person, of(Person).id == row.person_id)
            .where(row.appointment_id.in_(appointments[start : start + 500]))
            .order_by(row.adult.desc(), row.id)
        ):
            found[seat.appointment_id].append(reading.name_of(person))
    return found


def _officers(reading: Reading, ids: set[str]) -> dict[str, str | None]:
    rows = reading.session.execute(
        sa.select(of(Officer).id, Person)
        .join(Person, of(Person).id == of(Officer).person_id)
        .where(of(Officer).id.in_(sorted(ids)))
    )
    return {officer: reading.name_of(person) for officer, person in rows}


def _figures(kind: str, by_video: bool, rows: Sequence[Any], now: datetime) -> Figures:
    decided = sorted(one.decided_at - one.requested_at for one in rows if one.decided_at is not None)
    late = sum((one.decided_at or now) > one.decide_by for one in rows if one.decide_by is not None)
    hours = round(decided[len(decided) // 2] / timedelta(hours=1)) if decided else None
    return Figures(kind, by_video, len(rows), Counter(one.state for one in rows), late, hours)
