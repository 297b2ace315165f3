"""The officer's hand on a call (IR 101, 105): identity first, then live, warnings, a muted side, notes, and the end."""

from typing import Any

from service.app.appointment_close import charge_of_no_show
from service.app.call_keep import Held, hold_call, keep, mark, touch_room
from service.app.call_timers import Timer, finish_timer
from service.app.family_tell import tell_family
from service.domain.access import Target, require
from service.domain.appointment import step
from service.domain.call_states import (
    CONVICT,
    OFFICERS_CODES,
    RELATIVE,
    ROOM,
    SUPERVISOR,
    WARNINGS,
    absent,
    end,
    go_live,
    identify,
    miss,
    over,
)
from service.domain.identity import clean_words
from service.domain.reasons import REASONS
from service.domain.refusal import refuse
from service.store.unit_of_work import UnitOfWork

NEVER_LIVE = {
    "no-supervisor": "call-not-supervised",
    "identity-not-matched": "call-other-person",
    "third-party": "call-broken-off",
    "indecency": "call-broken-off",
    "rules-broken": "call-broken-off",
    "party-asks": "call-party-asks",
    "connection-lost": "call-line-lost",
}
"""What the appointment says of a call that ended before it was live; nothing of the entitlement is then used up."""


def confirm_identity(unit: UnitOfWork, *, call: str, matched: bool) -> str:
    """The officer has compared the relative's face and document; where they do not match, the call ends there."""
    held = _hold(unit, call)
    if not matched:
        return _end(unit, held, "identity-not-matched")
    after = identify(held.now)
    insist_seat(unit, held)
    keep(unit, held, after, identified_at=unit.now, identified_by=unit.actor.id)
    unit.tell("call.identified", held.row.institution_id)
    return after.state


def start_call(unit: UnitOfWork, *, call: str) -> str:
    """The parties see and hear each other from now on; after a pause it goes on, with the limit where it was."""
    held = _hold(unit, call)
    before, after = held.now, go_live(held.now, unit.now)
    insist_seat(unit, held)
    if before.live_at is None:
        state, live = step("admit", held.loaded.row.state)
        unit.change(held.loaded.row, state=state, live=live)
    keep(unit, held, after)
    unit.tell("call.live" if before.live_at is None else "call.resumed", held.row.institution_id)
    return after.state


def warn_parties(unit: UnitOfWork, *, call: str, code: str) -> None:
    """A warning of the closed list, which both parties read in their languages."""
    held = _hold(unit, call)
    if code not in WARNINGS:
        raise refuse("not-possible", "choice-unknown")
    insist_room(held)
    insist_seat(unit, held)
    mark(unit, held, "warned", code=code)
    unit.tell("call.warned", held.row.institution_id)


def mute_party(unit: UnitOfWork, *, call: str, party: str | None) -> None:
    """One side is no longer heard (None: both are heard again)."""
    held = _hold(unit, call)
    if party not in (None, CONVICT, RELATIVE):
        raise refuse("not-possible", "choice-unknown")
    insist_room(held)
    insist_seat(unit, held)
    if held.row.muted == party:
        return
    mark(unit, held, "unmuted" if party is None else "muted", code=party or held.row.muted)
    unit.change(held.row, muted=party)
    touch_room(unit, held)
    unit.tell("call.muted", held.row.institution_id)


def speak_to_parties(unit: UnitOfWork, *, call: str, on: bool) -> None:
    """The officer breaks in by voice: while it is on, both parties hear him; each time stands on the timeline."""
    held = _hold(unit, call)
    insist_room(held)
    insist_seat(unit, held)
    if (held.row.voice_since is not None) == on:
        return
    mark(unit, held, "voice_on" if on else "voice_off")
    unit.change(held.row, voice_since=unit.now if on else None)
    touch_room(unit, held)
    unit.tell("call.spoken", held.row.institution_id)


def note_on_call(unit: UnitOfWork, *, call: str, words: str) -> None:
    """The officer's own words on the timeline; after the end as well. Never what was said."""
    held = _hold(unit, call)
    mark(unit, held, "noted", words=clean_words(words))
    unit.tell("call.noted", held.row.institution_id)


def end_call(unit: UnitOfWork, *, call: str, code: str) -> str:
    """The officer ends the call with a reason of the closed list, which both parties see. Raises Refusal for others.

    Indecency is no reason to end a call with a lawyer (IR 105); a talk that never began cannot have been finished.
    """
    held = _hold(unit, call)
    lawyer = held.loaded.row.purpose == "legal" and code == "indecency"
    if code not in OFFICERS_CODES or lawyer:
        raise refuse("not-possible", "choice-unknown")
    insist_room(held)
    if held.now.live_at is None and code not in NEVER_LIVE:
        raise refuse("conflict", "state-does-not-allow")
    return _end(unit, held, code)


def cut_call(unit: UnitOfWork, *, timer: Timer) -> str:
    """The limit has passed: the call ends, whatever its pages do (PEC 109(1))."""
    held = _timed(unit, timer)
    if not over(held.now, unit.now):
        finish_timer(unit, timer, "not-due")
        return held.row.state
    finish_timer(unit, timer, "done")
    return _end(unit, held, "time-limit")


def end_unwatched(unit: UnitOfWork, *, timer: Timer) -> str:
    """No officer came back into a paused call."""
    held = _timed(unit, timer)
    waits = held.row.state == "paused" and "supervisor" in absent(held.now)
    finish_timer(unit, timer, "done" if waits else "stale")
    return _end(unit, held, "no-supervisor") if waits else held.row.state


def miss_call(unit: UnitOfWork, *, timer: Timer) -> str:
    """The call was never live though its time has come: who was absent stands in the stays of the record.

    Where the absent one is the officer, nobody of the family pays for it: it is cancelled, and nothing is used up.
    """
    held = _timed(unit, timer)
    if held.row.state not in ("open", "waiting_monitor"):
        finish_timer(unit, timer, "stale")
        return held.row.state
    finish_timer(unit, timer, "done")
    gone = absent(held.now)
    if gone and set(gone) <= {"supervisor"}:
        return _end(unit, held, "no-supervisor")
    keep(unit, held, miss(held.now))
    row = held.loaded.row
    if row.state == "granted":
        state, live = step("miss", row.state)
        unit.change(row, state=state, live=live, ended_at=unit.now, ended_code="no-show", **charge_of_no_show(unit))
        tell_family(unit, held.loaded, "call-missed")
    unit.tell("call.missed", held.row.institution_id, absent=",".join(gone))
    return held.row.state


def _hold(unit: UnitOfWork, call: str) -> Held:
    held = hold_call(unit, call)
    require(unit.actor, "call.supervise", Target(held.row.institution_id))
    return held


def _timed(unit: UnitOfWork, timer: Timer) -> Held:
    held = hold_call(unit, timer.call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    return held


def insist_room(held: Held) -> None:
    """Raises Refusal 'conflict' for a call that has no room now."""
    if held.row.state not in ROOM:
        raise refuse("conflict", "state-does-not-allow")


def insist_seat(unit: UnitOfWork, held: Held) -> None:
    """Raises Refusal 'conflict' for an officer who does not sit in the call: whoever acts has seen and heard it."""
    stay = held.seats.get(SUPERVISOR)
    if stay is None or stay.officer_id != unit.actor.id:
        raise refuse("conflict", "seat-not-yours")


def _end(unit: UnitOfWork, held: Held, code: str) -> str:
    """One end: of a call that has ended already, nothing more is written."""
    before, after = held.now, end(held.now, code)
    if after == before:
        return before.state
    keep(unit, held, after, ended_by=unit.actor.id if unit.actor.principal == "officer" else None)
    row = held.loaded.row
    if row.state == "underway":
        state, live = step("complete", row.state)
        unit.change(row, state=state, live=live, ended_at=unit.now)
    elif row.state == "granted":
        ground = NEVER_LIVE[code]
        state, live = step("cancel", row.state)
        ended: dict[str, Any] = {"ended_at": unit.now, "ended_code": ground, "ended_article": REASONS[ground].article}
        unit.change(row, state=state, live=live, **ended)
        tell_family(unit, held.loaded, "call-cancelled", ground=ground)
    unit.tell("call.ended", held.row.institution_id, reason=code)
    return after.state
