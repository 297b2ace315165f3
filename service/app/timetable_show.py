"""The whole timetable of an institution: rooms, sessions, closed days, pauses, and the days off of the year."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from service.app.convict_find import local_today
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.law import Law
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import BlockedDate, DailyPause, Gate, Institution, Place, Room, SessionTemplate


@dataclass(frozen=True, slots=True)
class RoomTimetable:
    """A room, its places and its sessions, ended ones left out."""

    room: Room
    places: tuple[Place, ...]
    sessions: tuple[SessionTemplate, ...]


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day off of the law file; `block` is what closes the institution on it, if something does."""

    day: date
    block: BlockedDate | None


@dataclass(frozen=True, slots=True)
class Timetable:
    """What the duty officer changes. Days and hours are institution-local."""

    institution: Institution
    today: date
    rooms: tuple[RoomTimetable, ...]
    gates: tuple[Gate, ...]
    blocks: tuple[tuple[BlockedDate, Room | None], ...]
    pauses: tuple[DailyPause, ...]
    days_off: tuple[DayOff, ...]


def show_timetable(environment: Environment, actor: Actor) -> Timetable:
    """What is in force today or will be."""
    with Reading(environment, actor) as reading:
        require(actor, "timetable.change", Target(actor.institution))
        house = reading.get(Institution, actor.institution or "")
        today = local_today(reading, house)
        session, room = reading.session, of(Room)
        rooms = session.scalars(
            sa.select(Room)
            .where(room.institution_id == house.id, sa.or_(room.closed_on.is_(None), room.closed_on > today))
            .order_by(room.kind, room.name, room.id)
        ).all()
        named = {one.id: one for one in rooms}
        places = session.scalars(
            sa.select(Place)
            .where(
                of(Place).institution_id == house.id, sa.or_(of(Place).closed_on.is_(None), of(Place).closed_on > today)
            )
            .order_by(of(Place).label, of(Place).id)
        ).all()
        sitting = of(SessionTemplate)
        sessions = session.scalars(
            sa.select(SessionTemplate)
            .where(sitting.institution_id == house.id, sa.or_(sitting.valid_to.is_(None), sitting.valid_to >= today))
            .order_by(sitting.starts, sitting.valid_from, sitting.id)
        ).all()
        block, pause = of(BlockedDate), of(DailyPause)
        blocks = session.scalars(
            sa.select(BlockedDate)
            .where(block.institution_id == house.id, block.last_on >= today, block.lifted_at.is_(None))
            .order_by(block.first_on, block.id)
        ).all()
        pauses = session.scalars(
            sa.select(DailyPause)
            .where(pause.institution_id == house.id, sa.or_(pause.valid_to.is_(None), pause.valid_to >= today))
            .order_by(pause.starts, pause.id)
        ).all()
        gates = session.scalars(
            sa.select(Gate)
            .where(of(Gate).institution_id == house.id, of(Gate).closed_at.is_(None))
            .order_by(of(Gate).zone)
        ).all()
        return Timetable(
            house,
            today,
            tuple(
                RoomTimetable(
                    one,
                    tuple(seat for seat in places if seat.room_id == one.id),
                    tuple(each for each in sessions if each.room_id == one.id),
                )
                for one in rooms
            ),
            tuple(gates),
            tuple((one, named.get(one.room_id or "")) for one in blocks),
            tuple(pauses),
            tuple(
                DayOff(
                    day,
                    next((one for one in blocks if one.room_id is None and one.first_on <= day <= one.last_on), None),
                )
                for day in days_off(environment.law, today)
            ),
        )


def days_off(law: Law, today: date) -> list[date]:
    """The days off from today to the end of the next year, weekends that are no holiday left out."""
    return [day for year in (today.year, today.year + 1) for day in sorted(law.days_off_in(year)) if day >= today]
