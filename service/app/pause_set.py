"""Hours at which nothing begins: a change of shift, a meal, the night (SIZO-R 136)."""

import re
from datetime import date

from service.app.convict_find import local_today
from service.domain.access import Target, require
from service.domain.calendar import ONE_DAY
from service.domain.identity import clean_line
from service.domain.refusal import refuse
from service.store.tables import DailyPause, Institution
from service.store.unit_of_work import UnitOfWork

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def set_pause(
    unit: UnitOfWork,
    *,
    institution: str,
    name: str,
    weekdays: str,
    starts: str,
    ends: str,
    valid_from: date,
    valid_to: date | None = None,
) -> str:
    """Between local "HH:MM" and "HH:MM" of these ISO weekdays nothing begins; both days are days in force.

    What is booked at such an hour stays, is flagged, and is settled one by one.
    """
    require(unit.actor, "timetable.change", Target(institution))
    today = local_today(unit, unit.get(Institution, institution))
    if not weekdays or set(weekdays) - set("1234567") or len(set(weekdays)) < len(weekdays):
        raise refuse("not-possible", "choice-unknown")
    if not _CLOCK.fullmatch(starts) or not _CLOCK.fullmatch(ends) or ends <= starts:
        raise refuse("not-possible", "choice-unknown")
    if valid_from < today or (valid_to is not None and valid_to < valid_from):
        raise refuse("not-possible", "date-impossible", day=valid_from)
    pause = unit.environment.new_id()
    unit.add(
        DailyPause(
            id=pause,
            institution_id=institution,
            name=clean_line(name, 80),
            weekdays="".join(sorted(weekdays)),
            starts=starts,
            ends=ends,
            valid_from=valid_from,
            valid_to=valid_to,
            set_by=unit.actor.id,
            set_at=unit.now,
        )
    )
    unit.tell("pause.set", institution)
    return pause


def end_pause(unit: UnitOfWork, *, pause: str, last: date) -> None:
    """The last day on which a pause holds; shortened, never made longer again."""
    row = unit.get(DailyPause, pause, lock=True)
    require(unit.actor, "timetable.change", Target(row.institution_id))
    yesterday = local_today(unit, unit.get(Institution, row.institution_id)) - ONE_DAY
    if (row.valid_to is not None and last >= row.valid_to) or last < max(yesterday, row.valid_from):
        raise refuse("not-possible", "date-impossible", day=last)
    unit.change(row, valid_to=last)
    unit.tell("pause.ended", row.institution_id)
