"""What the supplier's room of a call shall be like, and what is overdue or was overlooked."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_load import load_appointment
from service.app.appointment_weigh import CALLS
from service.app.call_arrange import PROVIDER, add_call
from service.app.call_join import time_call
from service.app.call_keep import hold_call, mark
from service.app.call_timers import Timer, finish_timer, set_timer
from service.domain.access import Target, require
from service.domain.call_states import OPENS_BEFORE, ROOM
from service.gateways.calls import CallSpec, RoomView
from service.store.columns import of
from service.store.tables import Appointment, Call, CallParty, CallTimer
from service.store.unit_of_work import UnitOfWork

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """The room as it shall be; `view` is None where there shall be none."""

    spec: CallSpec
    view: RoomView | None
    recorded: bool = False


def wanted_room(session: Session, call: str) -> Wanted | None:
    """What the row says of the room now; None for a call that is not there."""
    row = session.get(Call, call)
    if row is None:
        return None
    seat = of(CallParty)
    seats = session.execute(sa.select(seat.party, seat.seat).where(seat.call_id == call, seat.left_at.is_(None)))
    spec = CallSpec(call, row.kind)
    if row.state not in ROOM:
        return Wanted(spec, None)
    sitting = {one.party: one.seat for one in seats}
    view = RoomView(row.state == "live", sitting, row.muted, row.voice_since is not None)
    # What they say while nobody watches is not said to each other, and is not kept either.
    return Wanted(spec, view, row.recorded_since is not None and view.live)


def provider_of(session: Session, call: str) -> str:
    """The name of the supplier who carries a call; "" for one that is not there."""
    return session.execute(sa.select(of(Call).provider).where(of(Call).id == call)).scalar() or ""


def room_settled(unit: UnitOfWork, *, timer: Timer, outcome: str) -> None:
    """The room is as it shall be. Raises Refusal 'conflict' where the row changed meanwhile; it is looked at again."""
    held = hold_call(unit, timer.call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    finish_timer(unit, timer, outcome)


def limit_near(unit: UnitOfWork, *, timer: Timer, late: bool) -> bool:
    """Two minutes are left: it stands on the timeline, and pages show it; said too late, it is not said at all."""
    held = hold_call(unit, timer.call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    fits = held.row.state in ("live", "paused") and not late
    finish_timer(unit, timer, "done" if fits else "stale")
    if fits:
        mark(unit, held, "limit_near", code="two-minutes")
        unit.tell("call.limit_near", held.row.institution_id)
    return fits


def overdue(session: Session, now: datetime) -> list[str]:
    """Calls whose limit has passed and that stand as live or paused: whatever became of their timers, they end now."""
    row = of(Call)
    late = sa.select(row.id).where(row.state.in_(("live", "paused")), row.hard_end_at <= now)
    return list(session.scalars(late.order_by(row.hard_end_at).limit(AT_ONCE)))


def cut_overdue(unit: UnitOfWork, *, call: str) -> None:
    """Sets the cut of an overdue call for now, whether it was lost, dropped or is held by a worker that died."""
    held = hold_call(unit, call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    if held.row.state in ("live", "paused"):
        set_timer(unit, call, "cut", unit.now)


def moved(session: Session) -> list[str]:
    """Calls whose slot was moved since their timers were set."""
    row, slot, timer = of(Call), of(Appointment), of(CallTimer)
    found = session.execute(
        sa.select(row.id, slot.starts_at, timer.due_at)
        .join(Appointment, slot.id == row.appointment_id)
        .join(CallTimer, sa.and_(timer.call_id == row.id, timer.kind == "open"))
        .where(row.state == "scheduled")
    )
    return [one.id for one in found if one.due_at != one.starts_at - OPENS_BEFORE]


def time_moved(unit: UnitOfWork, *, call: str) -> None:
    """The timers of a moved call, anew."""
    held = hold_call(unit, call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    if held.row.state == "scheduled":
        time_call(unit, call, held.loaded.row.starts_at)


def without_call(session: Session, now: datetime) -> list[str]:
    """Granted calls to come that were booked by another way than a convict's request, and have no row yet."""
    row, call = of(Appointment), of(Call)
    return list(
        session.scalars(
            sa.select(row.id)
            .outerjoin(Call, call.appointment_id == row.id)
            .where(row.kind.in_(CALLS), row.state == "granted", row.starts_at > now, call.id.is_(None))
            .order_by(row.starts_at)
            .limit(AT_ONCE)
        )
    )


def add_missing(unit: UnitOfWork, *, appointment: str, provider: str = PROVIDER) -> str:
    """The call of a granted appointment that has none. Raises Refusal 'conflict' where it has one meanwhile."""
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "call.arrange", loaded.target)
    new = add_call(unit, loaded.row, provider, None)
    unit.tell("call.arranged", loaded.row.institution_id)
    return new
