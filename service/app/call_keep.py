"""Reads a call with its appointment and those in it, locked, and writes what a step of its life changes."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.app.appointment_load import Loaded, load_appointment
from service.app.call_timers import drop_timers, set_timer
from service.domain.call_states import (
    FINAL,
    SEAT_EMPTY,
    SUPERVISOR,
    WARN_BEFORE,
    CallNow,
    cancel,
)
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Call, CallMark, CallParty
from service.store.unit_of_work import UnitOfWork

EVERY_TIMER = ("cut", "missing_supervisor", "warn", "open", "no_show", "remind")


@dataclass(slots=True)
class Held:
    """A call under its lock: the row, the appointment it is for, who is in the room."""

    row: Call
    loaded: Loaded
    seats: dict[str, CallParty]

    @property
    def now(self) -> CallNow:
        """The call as `service.domain.call_states` knows it."""
        row = self.row
        return CallNow(
            state=row.state,  # type: ignore[arg-type]
            present=frozenset(self.seats),
            identified=row.identified_at is not None,
            live_at=row.live_at,
            hard_end_at=row.hard_end_at,
            ended_code=row.ended_code,
        )


def hold_call(unit: UnitOfWork, call: str) -> Held:
    """The call, behind the locks of its convict and appointment. Raises Refusal 'not-found'."""
    appointment = unit.session.execute(sa.select(of(Call).appointment_id).where(of(Call).id == call)).scalar()
    if appointment is None:
        raise Refusal("not-found")
    loaded = load_appointment(unit, appointment)
    row = unit.get(Call, call, lock=True)
    seat = of(CallParty)
    seats = unit.session.scalars(sa.select(CallParty).where(seat.call_id == call, seat.left_at.is_(None)))
    return Held(row, loaded, {one.party: one for one in seats})


def keep(unit: UnitOfWork, held: Held, after: CallNow, **more: Any) -> None:
    """Writes the state after a step, with the timers and the marks of the timeline that belong to it.

    The appointment's own state is the use case's to change.
    """
    before = held.now
    cells: dict[str, Any] = {"state": after.state, "live_at": after.live_at, "hard_end_at": after.hard_end_at, **more}
    if before.identified and not after.identified:
        cells |= {"identified_at": None, "identified_by": None}
    if after.state in FINAL and before.state not in FINAL:
        cells |= {"ended_at": unit.now, "ended_code": after.ended_code, "recorded_since": None}
    if SUPERVISOR not in after.present:
        cells |= {"voice_since": None}
    was_recorded = held.row.recorded_since is not None
    unit.change(held.row, **cells)
    if after.state == before.state:
        return
    if after.state == "open" and held.row.opened_at is None:
        unit.change(held.row, opened_at=unit.now)
    if after.state == "live" and before.live_at is None and after.hard_end_at is not None:
        drop_timers(unit, held.row.id, ("no_show", "open", "remind"))
        set_timer(unit, held.row.id, "warn", after.hard_end_at - WARN_BEFORE)
        set_timer(unit, held.row.id, "cut", after.hard_end_at)
    elif after.state == "live":
        drop_timers(unit, held.row.id, ("missing_supervisor",))
        mark(unit, held, "resumed")
    elif after.state == "paused":
        set_timer(unit, held.row.id, "missing_supervisor", unit.now + SEAT_EMPTY)
        mark(unit, held, "paused", code="no-supervisor")
    elif after.state in FINAL:
        drop_timers(unit, held.row.id, EVERY_TIMER)
        if was_recorded:
            mark(unit, held, "unrecorded")
        for one in held.seats.values():
            unit.change(one, left_at=unit.now)
    touch_room(unit, held)


def touch_room(unit: UnitOfWork, held: Held) -> None:
    """The supplier's room is to be brought into line with the row, by a worker, at once."""
    set_timer(unit, held.row.id, "room", unit.now)


def mark(unit: UnitOfWork, held: Held, kind: str, code: str | None = None, words: str | None = None) -> None:
    """Something on the timeline of the call, by whoever acts where that is an officer."""
    new, convict = unit.environment.new_id(), held.row.convict_id
    unit.add(
        CallMark(
            id=new,
            institution_id=held.row.institution_id,
            call_id=held.row.id,
            convict_id=convict,
            at=unit.now,
            kind=kind,
            code=code,
            officer_id=unit.actor.id if unit.actor.principal == "officer" else None,
            **unit.sealed(CallMark, new, convict, words=words),
        )
    )


def withdraw_call(unit: UnitOfWork, appointment: str, code: str) -> None:
    """The call of an appointment that is cancelled; does nothing where there is none, or where it has ended."""
    row = of(Call)
    found = unit.session.execute(sa.select(row.id).where(row.appointment_id == appointment)).scalar()
    if found is not None:
        held = hold_call(unit, found)
        keep(unit, held, cancel(held.now, code))
