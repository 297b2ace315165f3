"""The work list of what no longer fits: kept, moved or cancelled in one act, with a coded outcome; the family hears."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_load import load_appointment
from service.app.appointment_move import move_appointment
from service.app.appointment_show import Shown, read_appointment
from service.app.family_tell import tell_family
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import refuse
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import ReviewFlag
from service.store.times import Slot, free_times
from service.store.unit_of_work import UnitOfWork

AHEAD = 30
"""Days in which another time is looked for."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with its appointment, and the free times to which it may be moved, as far as rooms go."""

    flag: ReviewFlag
    shown: Shown
    times: tuple[Slot, ...]


def show_flag(environment: Environment, actor: Actor, flag: str) -> Flagged:
    """One flag of the work list. Whether the law allows a time is asked when it is chosen."""
    with Reading(environment, actor) as reading:
        row = reading.get(ReviewFlag, flag)
        require(actor, "flag.resolve", Target(row.institution_id))
        shown = read_appointment(reading, row.appointment_id, "appointment.see")
        one, house = shown.row, shown.institution
        today = local_day(reading.now, ZoneInfo(house.time_zone))
        kind = "video" if one.by_video else {"video_call": "call"}.get(one.kind, one.kind)
        days = [today + timedelta(days=ahead) for ahead in range(AHEAD)]
        times = free_times(reading.session, house, kind, days, None, reading.now)
        return Flagged(row, shown, tuple(slot for slot in times if slot.free))


def settle_flag(
    unit: UnitOfWork,
    *,
    flag: str,
    outcome: Literal["kept", "moved", "cancelled"],
    ground: str | None = None,
    words: str | None = None,
    template: str | None = None,
    day: date | None = None,
) -> None:
    """Settles every open flag of the appointment: nothing else about it is left to decide.

    `kept`: it stays, and the family hears that. `moved` needs a session and a day, `cancelled` a ground and words.
    Raises Refusal as moving and cancelling do; then the flags stay open.
    """
    row = unit.get(ReviewFlag, flag)
    require(unit.actor, "flag.resolve", Target(row.institution_id))
    if row.resolved_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    if outcome == "moved":
        if template is None or day is None:
            raise refuse("not-possible", "text-missing")
        move_appointment(unit, appointment=row.appointment_id, template=template, day=day)
    elif outcome == "cancelled":
        if ground is None or not (words or "").strip():
            raise refuse("not-possible", "text-missing")
        cancel_appointment(unit, appointment=row.appointment_id, ground=ground, words=words)
    else:
        tell_family(unit, load_appointment(unit, row.appointment_id), "appointment-kept")
        unit.tell("flag.resolved", row.institution_id)
    column = of(ReviewFlag)
    for one in unit.session.scalars(
        sa.select(ReviewFlag)
        .where(column.appointment_id == row.appointment_id, column.resolved_at.is_(None))
        .order_by(column.id)
        .with_for_update()
    ):
        unit.change(one, resolved_at=unit.now, resolved_by=unit.actor.id, outcome=outcome)
