"""The rooms of an institution over days: what opens, who is booked where, what is closed and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.convict_find import local_today
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.timetable import Pause, Template, local_day, local_moment, paused, period
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, BlockedDate, Institution, Person, Place, Room, SessionTemplate
from service.store.times import as_template, pauses_of

LONGEST = 31
"""Days of the longest board."""
SHOWN = ("held", "requested", "granted", "underway", "completed", "no_show")


@dataclass(frozen=True, slots=True)
class Booked:
    """One appointment on the board. A hold has no name yet: nobody has asked for the visit."""

    row: Appointment
    place: str
    convict: str | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session of a room on a day, with who is booked; `paused` and `blocked` sessions receive nobody."""

    template: Template
    starts_at: datetime
    ends_at: datetime
    booked: tuple[Booked, ...]
    places: int
    paused: bool

    @property
    def free(self) -> int:
        """How many places are left."""
        return max(0, self.places - len(self.booked))


@dataclass(frozen=True, slots=True)
class RoomDay:
    """A room on a day: its sessions, who is there without one (long visits of days before), and why it is closed."""

    day: date
    sittings: tuple[Sitting, ...]
    others: tuple[Booked, ...]
    blocked: str | None


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room with its places and days."""

    room: Room
    places: tuple[Place, ...]
    days: tuple[RoomDay, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The institution's rooms over the days asked for; `now` is when this was read."""

    institution: Institution
    today: date
    days: tuple[date, ...]
    rooms: tuple[RoomRow, ...]
    now: datetime


def show_board(environment: Environment, actor: Actor, first: date | None = None, length: int = 7) -> Board:
    """The board from `first` (the Monday of this week) on. Open to whoever keeps the rooms."""
    with Reading(environment, actor) as reading:
        require(actor, "board.see", Target(actor.institution))
        house = reading.get(Institution, actor.institution or "")
        today = local_today(reading, house)
        begin = first or today - timedelta(days=today.weekday())
        days = [begin + timedelta(days=ahead) for ahead in range(min(length, LONGEST))]
        rooms = reading.session.scalars(
            sa.select(Room)
            .where(
                of(Room).institution_id == house.id, sa.or_(of(Room).closed_on.is_(None), of(Room).closed_on > begin)
            )
            .order_by(of(Room).kind, of(Room).name, of(Room).id)
        ).all()
        places = _places(reading, [one.id for one in rooms])
        templates = _templates(reading, house.id, days)
        zone = ZoneInfo(house.time_zone)
        booked = _booked(reading, house.id, days, zone)
        blocks = list(reading.session.scalars(_blocks(house.id, days[0], days[-1])))
        pauses = pauses_of(reading.session, house.id)
        rows = tuple(
            RoomRow(
                room,
                tuple(places[room.id]),
                tuple(
                    _room_day(room, day, templates[room.id], booked[room.id], places[room.id], blocks, pauses, zone)
                    for day in days
                ),
            )
            for room in rooms
        )
        return Board(house, today, tuple(days), rows, reading.now)


def _room_day(
    room: Room,
    day: date,
    templates: Sequence[Template],
    booked: Sequence[Booked],
    places: Sequence[Place],
    blocks: Sequence[BlockedDate],
    pauses: Sequence[Pause],
    zone: ZoneInfo,
) -> RoomDay:
    open_places = sum(one.closed_on is None or one.closed_on > day for one in places)
    here = [one for one in booked if _touches(one.row, day, zone)]
    sittings, seen = [], set()
    for template in sorted(templates, key=lambda one: one.starts):
        if not template.opens_on(day):
            continue
        when = period(template, day, zone, timedelta(days=2) if template.kind == "long" else None)
        mine = tuple(one for one in here if one.row.starts_at == when.starts_at)
        seen |= {one.row.id for one in mine}
        most = open_places if template.capacity is None else min(open_places, template.capacity)
        stops = paused(pauses, day, template.starts)
        sittings.append(Sitting(template, when.starts_at, when.ends_at, mine, most, stops))
    closed = next(
        (one.ground for one in blocks if one.room_id in (None, room.id) and one.first_on <= day <= one.last_on), None
    )
    return RoomDay(day, tuple(sittings), tuple(one for one in here if one.row.id not in seen), closed)


def _touches(row: Appointment, day: date, zone: ZoneInfo) -> bool:
    ends = row.ends_at - timedelta(microseconds=1)
    return local_day(row.starts_at, zone) <= day <= local_day(ends, zone)


def _places(reading: Reading, rooms: Sequence[str]) -> dict[str, list[Place]]:
    row = of(Place)
    found: dict[str, list[Place]] = defaultdict(list)
    for one in reading.session.scalars(sa.select(Place).where(row.room_id.in_(rooms)).order_by(row.label, row.id)):
        found[one.room_id].append(one)
    return found


def _templates(reading: Reading, institution: str, days: Sequence[date]) -> dict[str, list[Template]]:
    row = of(SessionTemplate)
    found: dict[str, list[Template]] = defaultdict(list)
    for one in reading.session.scalars(
        sa.select(SessionTemplate).where(
            row.institution_id == institution,
            row.valid_from <= days[-1],
            sa.or_(row.valid_to.is_(None), row.valid_to >= days[0]),
        )
    ):
        found[one.room_id].append(as_template(one))
    return found


def _booked(reading: Reading, institution: str, days: Sequence[date], zone: ZoneInfo) -> dict[str, list[Booked]]:
    row = of(Appointment)
    midnight = time(0).isoformat("minutes")
    begin, end = local_moment(days[0], midnight, zone), local_moment(days[-1] + timedelta(days=1), midnight, zone)
    found: dict[str, list[Booked]] = defaultdict(list)
    for one, label, person in reading.session.execute(
        sa.select(Appointment, of(Place).label, Person)
        .join(Place, of(Place).id == row.place_id)
        .join(Person, of(Person).id == row.convict_id)
        .where(
            row.institution_id == institution,
            row.live,
            row.state.in_(SHOWN),
            row.starts_at < end,
            row.ends_at > begin,
            sa.or_(row.state != "held", row.held_until > reading.now),
        )
        .order_by(row.starts_at, of(Place).label)
    ):
        name = None if one.state == "held" else reading.name_of(person)
        found[one.room_id].append(Booked(one, label, name))
    return found


def _blocks(institution: str, first: date, last: date) -> sa.Select[BlockedDate]:
    row = of(BlockedDate)
    return (
        sa.select(BlockedDate)
        .where(row.institution_id == institution, row.first_on <= last, row.last_on >= first, row.lifted_at.is_(None))
        .order_by(row.first_on, row.id)
    )
