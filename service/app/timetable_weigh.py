"""Whether the room still receives an appointment at its hour: blocked days, closed rooms and places, ended sessions."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_load import Loaded
from service.domain.reasons import Reason, reason
from service.domain.timetable import paused
from service.store.columns import of
from service.store.tables import BlockedDate, Place, Room, SessionTemplate
from service.store.times import pauses_of


def timetable_doubts(session: Session, loaded: Loaded) -> list[Reason]:
    """What of the timetable stands against an appointment to come. One that an exception allowed at an hour of its own
    needs no session."""
    row, day = loaded.row, loaded.day
    found: list[Reason] = []
    if _blocked(session, row.institution_id, row.room_id, day):
        found.append(reason("date-blocked", day=day))
    room, place = of(Room), of(Place)
    closed = session.execute(
        sa.select(room.closed_on, place.closed_on)
        .join(Place, place.room_id == room.id)
        .where(room.id == row.room_id, place.id == row.place_id)
    ).one()
    if any(on is not None and on <= day for on in closed):
        found.append(reason("room-closed", day=day))
    if row.exception_id is None:
        clock = loaded.start.strftime("%H:%M")
        if not _opens(session, row.room_id, day, clock):
            found.append(reason("no-session", day=day))
        if paused(pauses_of(session, row.institution_id), day, clock):
            found.append(reason("in-pause", day=day))
    return found


def _blocked(session: Session, institution: str, room: str, day: date) -> bool:
    blocked = of(BlockedDate)
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(BlockedDate)
        .where(
            blocked.institution_id == institution,
            sa.or_(blocked.room_id.is_(None), blocked.room_id == room),
            blocked.first_on <= day,
            blocked.last_on >= day,
            blocked.lifted_at.is_(None),
        )
    )
    return bool(count)


def _opens(session: Session, room: str, day: date, clock: str) -> bool:
    row = of(SessionTemplate)
    weekdays = session.scalars(
        sa.select(row.weekdays).where(
            row.room_id == room,
            row.starts == clock,
            row.valid_from <= day,
            sa.or_(row.valid_to.is_(None), row.valid_to >= day),
        )
    )
    return any(str(day.isoweekday()) in one for one in weekdays)
