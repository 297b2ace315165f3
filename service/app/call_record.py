"""Recording of calls (off unless the head allows it): who agreed, when it was on, and until when it is kept."""

import sqlalchemy as sa

from service.app.call_join import PARTY_OF
from service.app.call_keep import Held, hold_call, mark, touch_room
from service.app.call_own import agreed_parties, days_kept
from service.app.call_supervise import insist_room, insist_seat
from service.domain.access import Target, require
from service.domain.call_states import CONVICT, RELATIVE
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import Institution, RecordingRule
from service.store.unit_of_work import UnitOfWork

LONGEST_DAYS = 365


def set_recording_rule(unit: UnitOfWork, *, institution: str, days: int | None) -> None:
    """The head allows that calls are recorded and kept for so many days, or (None) that none is recorded any more.

    What was recorded before is kept as it was promised then. Raises Refusal 'choice-unknown' for other numbers.
    """
    require(unit.actor, "recording.rule", Target(institution))
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise refuse("not-possible", "choice-unknown")
    unit.get(Institution, institution, lock=True)
    row = of(RecordingRule)
    standing = unit.session.scalars(
        sa.select(RecordingRule).where(row.institution_id == institution, row.ended_at.is_(None))
    ).first()
    if standing is not None:
        if standing.days == days:
            return
        unit.change(standing, ended_at=unit.now, ended_by=unit.actor.id)
    elif days is None:
        return
    if days is not None:
        new = unit.environment.new_id()
        by = unit.actor.id
        unit.add(RecordingRule(id=new, institution_id=institution, days=days, set_by=by, set_at=unit.now))
    unit.tell("recording.ruled", institution)


def agree_to_recording(unit: UnitOfWork, *, call: str) -> None:
    """The relative, or the convict at the kiosk, agrees that this call may be recorded; said twice it is said once."""
    held = hold_call(unit, call)
    require(unit.actor, "call.join", held.loaded.target)
    party = PARTY_OF[unit.actor.principal]
    if party not in (CONVICT, RELATIVE):
        raise Refusal("not-found")
    if held.row.ended_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    if days_kept(unit.session, held.row.institution_id) is None:
        raise refuse("not-possible", "recording-off")
    if party in agreed_parties(unit.session, held.row.id):
        return
    mark(unit, held, "agreed", code=party)
    unit.tell("call.agreed", held.row.institution_id)


def record_call(unit: UnitOfWork, *, call: str, on: bool, able: bool) -> None:
    """The officer in the seat turns recording on or off; both pages show it, and both times stand in the record.

    `able`: whether who carries the call can record it. Raises Refusal 'recording-off' where it cannot or the head has
    not allowed it, 'recording-not-agreed' before both have agreed.
    """
    held = hold_call(unit, call)
    require(unit.actor, "call.supervise", Target(held.row.institution_id))
    insist_room(held)
    insist_seat(unit, held)
    if (held.row.recorded_since is not None) == on:
        return
    if on:
        _insist_agreed(unit, held, able)
    mark(unit, held, "recorded" if on else "unrecorded")
    unit.change(held.row, recorded_since=unit.now if on else None)
    touch_room(unit, held)
    unit.tell("call.recorded" if on else "call.unrecorded", held.row.institution_id)


def _insist_agreed(unit: UnitOfWork, held: Held, able: bool) -> None:
    if not able or days_kept(unit.session, held.row.institution_id) is None:
        raise refuse("not-possible", "recording-off")
    wanted = {CONVICT, RELATIVE} if held.row.called is None else {CONVICT}
    if not wanted <= agreed_parties(unit.session, held.row.id):
        raise refuse("not-possible", "recording-not-agreed")
