"""A call's room opens, and its parties come and go. One device a party: a newer seat ends the older one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service.app.call_keep import Held, hold_call, keep, mark, touch_room
from service.app.call_timers import Timer, finish_timer, set_timer
from service.app.family_tell import tell_family
from service.domain.access import Target, require
from service.domain.appointment import step
from service.domain.call_states import (
    CONVICT,
    NO_SHOW_AFTER,
    OPENS_BEFORE,
    PARTIES,
    RELATIVE,
    SUPERVISOR,
    CallNow,
    arrive,
    cancel,
    leave,
    open_room,
)
from service.domain.reasons import REASONS
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import CallParty
from service.store.unit_of_work import UnitOfWork

PARTY_OF = {"relative": RELATIVE, "kiosk": CONVICT, "officer": SUPERVISOR}
NOT_OPENED = "call-not-opened"
WARN_LATE, REMIND_LATE = timedelta(seconds=60), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CameOrWent:
    """What a supplier says of a room: `party` at `seat` came or went at `at` (its clock). May be late, twice, never."""

    call: str
    party: str
    seat: str
    came: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Seated:
    """Where somebody sits, and until when at the latest (None before the call is live)."""

    call: str
    party: str
    state: str
    hard_end_at: datetime | None


def join_call(unit: UnitOfWork, *, call: str, seat: str) -> Seated:
    """Seats whoever is signed in: the relative, the convict at the kiosk, the officer. `seat` names the device's visit.

    Raises Refusal 'conflict' before the room opens, after the end, once the limit has passed, and for an officer
    where another one sits: that one is relieved by `take_over_call`.
    """
    held = hold_call(unit, call)
    require(unit.actor, "call.join", held.loaded.target)
    party = PARTY_OF[unit.actor.principal]
    if party == SUPERVISOR and _other_officer(unit, held) is not None:
        raise refuse("conflict", "seat-taken")
    after = arrive(held.now, party, unit.now)
    officer = unit.actor.id if party == SUPERVISOR else None
    if _sit(unit, held, party, seat, unit.now, officer):
        keep(unit, held, after)
        unit.tell("call.joined", held.row.institution_id)
    return Seated(held.row.id, party, held.row.state, held.row.hard_end_at)


def take_over_call(unit: UnitOfWork, *, call: str, seat: str) -> Seated:
    """A second officer takes the seat of the one who sits there. The call goes on: at no moment is it unwatched.

    Raises Refusal 'conflict' where nobody else sits, and as `join_call` does.
    """
    held = hold_call(unit, call)
    require(unit.actor, "call.supervise", held.loaded.target)
    after = arrive(held.now, SUPERVISOR, unit.now)
    if _other_officer(unit, held) is None:
        raise refuse("conflict", "state-does-not-allow")
    _sit(unit, held, SUPERVISOR, seat, unit.now, unit.actor.id)
    mark(unit, held, "taken_over")
    keep(unit, held, after, supervisor_id=unit.actor.id, voice_since=None)
    touch_room(unit, held)
    unit.tell("call.taken_over", held.row.institution_id)
    return Seated(held.row.id, SUPERVISOR, held.row.state, held.row.hard_end_at)


def leave_call(unit: UnitOfWork, *, call: str, seat: str) -> str:
    """Whoever is signed in gets up; the officer's going pauses a live call in the same moment."""
    held = hold_call(unit, call)
    require(unit.actor, "call.join", held.loaded.target)
    _rise(unit, held, PARTY_OF[unit.actor.principal], seat, unit.now)
    return held.row.state


def hear_provider(unit: UnitOfWork, *, event: CameOrWent) -> str:
    """Takes in what the supplier says. Lost, repeated and late events leave the call in a state that is true or safer.

    Only our own service seats officers: no event of a supplier ever makes one present.
    """
    held = hold_call(unit, event.call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    if event.party not in PARTIES:
        raise refuse("not-possible", "choice-unknown")
    if not event.came:
        _rise(unit, held, event.party, event.seat, event.at)
    elif event.party != SUPERVISOR:
        after = arrive(held.now, event.party, unit.now)
        if _sit(unit, held, event.party, event.seat, event.at, None):
            keep(unit, held, after)
            unit.tell("call.joined", held.row.institution_id)
    return held.row.state


def hear_present(unit: UnitOfWork, *, call: str, seats: frozenset[str], asked_at: datetime) -> str:
    """Takes in who the supplier had in the room when it was asked: whoever sat before and is not there has gone.

    So the loss of an event keeps an empty seat no longer than until the next question; it seats nobody.
    """
    held = hold_call(unit, call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    for party, stay in list(held.seats.items()):
        if stay.seat not in seats and stay.joined_at < asked_at:
            _rise(unit, held, party, stay.seat, unit.now)
    return held.row.state


def open_call(unit: UnitOfWork, *, timer: Timer) -> str:
    """Five minutes before its slot the room opens; too late to be of use, the call is cancelled and nothing used up."""
    held = hold_call(unit, timer.call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    appointment = held.loaded.row
    opens_at = appointment.starts_at - OPENS_BEFORE
    if held.row.state != "scheduled":
        finish_timer(unit, timer, "stale")
        return held.row.state
    finish_timer(unit, timer, "done")
    if unit.now < opens_at:  # it was moved meanwhile
        time_call(unit, held.row.id, appointment.starts_at)
        return held.row.state
    if appointment.state != "granted" or unit.now > appointment.starts_at + NO_SHOW_AFTER:
        return _not_opened(unit, held)
    keep(unit, held, open_room(held.now))
    unit.tell("call.opened", held.row.institution_id)
    return held.row.state


def remind_of_call(unit: UnitOfWork, *, timer: Timer) -> bool:
    """An hour before, the family is reminded; more than ten minutes late, no more."""
    held = hold_call(unit, timer.call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    fits = held.row.state == "scheduled" and unit.now <= timer.due_at + REMIND_LATE
    fits = fits and held.loaded.row.state == "granted"
    finish_timer(unit, timer, "done" if fits else "stale")
    if fits:
        tell_family(unit, held.loaded, "call-soon")
        unit.tell("call.reminded", held.row.institution_id)
    return fits


def time_call(unit: UnitOfWork, call: str, starts_at: datetime) -> None:
    """The timers of a call that waits for its slot; called again when the slot is moved."""
    from_now = {"remind": timedelta(hours=-1), "open": -OPENS_BEFORE, "no_show": NO_SHOW_AFTER}
    for kind, apart in from_now.items():
        set_timer(unit, call, kind, starts_at + apart)


def _not_opened(unit: UnitOfWork, held: Held) -> str:
    keep(unit, held, cancel(held.now, NOT_OPENED))
    row = held.loaded.row
    if row.state == "granted":
        state, live = step("cancel", row.state)
        ended: dict[str, Any] = {
            "ended_at": unit.now,
            "ended_code": NOT_OPENED,
            "ended_article": REASONS[NOT_OPENED].article,
        }
        unit.change(row, state=state, live=live, **ended)
        tell_family(unit, held.loaded, "call-cancelled", ground=NOT_OPENED)
    unit.tell("call.not_opened", held.row.institution_id)
    return held.row.state


def _sit(unit: UnitOfWork, held: Held, party: str, seat: str, at: datetime, officer: str | None) -> bool:
    """Whether somebody sits who did not before. A seat is used once: what comes of it later is late, or twice."""
    known = _seat_of(unit, held, seat)
    if known is not None:
        if known.left_at is not None or known.party != party:
            raise refuse("conflict", "state-does-not-allow")
        return False
    current = held.seats.get(party)
    if current is not None and at < current.joined_at:
        _add(unit, held, party, seat, at, officer, left_at=at)
        unit.tell("call.joined", held.row.institution_id)
        return False
    if current is not None:
        unit.change(current, left_at=unit.now)
        touch_room(unit, held)
    held.seats[party] = _add(unit, held, party, seat, at, officer)
    return True


def _rise(unit: UnitOfWork, held: Held, party: str, seat: str, at: datetime) -> None:
    row = _seat_of(unit, held, seat)
    if row is None:
        if party != SUPERVISOR:  # it went before we heard that it came; when that comes, it is known to be over
            _add(unit, held, party, seat, at, None, left_at=at)
            unit.tell("call.left", held.row.institution_id)
        return
    if row.left_at is not None or row.party != party:
        return
    after: CallNow = leave(held.now, row.party)
    keep(unit, held, after)
    held.seats.pop(row.party, None)
    if row.left_at is None:
        unit.change(row, left_at=unit.now)
    unit.tell("call.left", held.row.institution_id)


def _other_officer(unit: UnitOfWork, held: Held) -> str | None:
    stay = held.seats.get(SUPERVISOR)
    return stay.officer_id if stay is not None and stay.officer_id != unit.actor.id else None


def _seat_of(unit: UnitOfWork, held: Held, seat: str) -> CallParty | None:
    row = of(CallParty)
    return unit.session.scalars(sa.select(CallParty).where(row.call_id == held.row.id, row.seat == seat)).first()


def _add(
    unit: UnitOfWork,
    held: Held,
    party: str,
    seat: str,
    at: datetime,
    officer: str | None,
    left_at: datetime | None = None,
) -> CallParty:
    stay = CallParty(
        id=unit.environment.new_id(),
        institution_id=held.row.institution_id,
        call_id=held.row.id,
        party=party,
        seat=seat,
        officer_id=officer,
        joined_at=at,
        left_at=left_at,
    )
    unit.add(stay)
    return stay
