"""When a room opens for appointments."""

import re
from datetime import date

from service.app.convict_find import local_today
from service.domain.access import Target, require
from service.domain.calendar import ONE_DAY
from service.domain.refusal import refuse
from service.store.tables import Institution, Room, SessionTemplate
from service.store.unit_of_work import UnitOfWork

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_AT_ONCE = 500
LONGEST_MINUTES = 5 * 24 * 60
"""A long visit with a stay outside lasts at most five days (PEC 151)."""


def open_sessions(
    unit: UnitOfWork,
    *,
    room: str,
    weekdays: str,
    starts: str,
    minutes: int,
    valid_from: date,
    valid_to: date | None = None,
    capacity: int | None = None,
) -> str:
    """A weekly opening of a room: ISO weekdays ("135" is Monday, Wednesday, Friday), local start "HH:MM", its length.

    Both days are days in force; `capacity` is how many appointments it takes at once, where that is less than the
    room's places. Answers the session template's id.
    """
    row = unit.get(Room, room, lock=True)
    require(unit.actor, "timetable.change", Target(row.institution_id))
    if not weekdays or set(weekdays) - set("1234567") or len(set(weekdays)) < len(weekdays):
        raise refuse("not-possible", "choice-unknown")
    if not _CLOCK.fullmatch(starts) or not 0 < minutes <= LONGEST_MINUTES:
        raise refuse("not-possible", "choice-unknown")
    if valid_to is not None and valid_to < valid_from:
        raise refuse("not-possible", "date-impossible", day=valid_to)
    if row.closed_on is not None and valid_from >= row.closed_on:
        raise refuse("not-possible", "room-closed", day=valid_from)
    if capacity is not None and not 0 < capacity <= MOST_AT_ONCE:
        raise refuse("not-possible", "choice-unknown")
    template = unit.environment.new_id()
    unit.add(
        SessionTemplate(
            id=template,
            institution_id=row.institution_id,
            room_id=room,
            kind=row.kind,
            weekdays="".join(sorted(weekdays)),
            starts=starts,
            minutes=minutes,
            valid_from=valid_from,
            valid_to=valid_to,
            capacity=capacity,
        )
    )
    unit.tell("timetable.opened", row.institution_id)
    return template


def end_sessions_on(unit: UnitOfWork, *, template: str, last: date) -> None:
    """The last day on which a weekly opening holds; it may be shortened, never made longer again."""
    before = unit.get(SessionTemplate, template)
    unit.get(Room, before.room_id, lock=True)
    require(unit.actor, "timetable.change", Target(before.institution_id))
    yesterday = local_today(unit, unit.get(Institution, before.institution_id)) - ONE_DAY
    longer = before.valid_to is not None and last >= before.valid_to
    if longer or last < max(yesterday, before.valid_from):
        raise refuse("not-possible", "date-impossible", day=last)
    unit.change(before, valid_to=last)
    unit.tell("timetable.ended", before.institution_id)
