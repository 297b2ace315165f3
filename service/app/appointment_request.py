"""The family confirms the held place: from now on the institution owes an answer by a deadline (IR 79-81)."""

from dataclasses import dataclass
from datetime import datetime, time

from service.app.appointment_load import load_appointment, weighing
from service.app.appointment_weigh import insist, kept_of, weigh
from service.app.notices import notify
from service.domain.access import require
from service.domain.appointment import step
from service.domain.refusal import refuse
from service.domain.timetable import local_day, local_moment
from service.store.tables import ConvictRequest
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Requested:
    """What was asked, and by when it is decided."""

    appointment: str
    institution: str
    starts_at: datetime
    decide_by: datetime


def request_appointment(unit: UnitOfWork, *, appointment: str) -> Requested:
    """Turns a hold into a request. Raises Refusal 'conflict' when the hold ran out or is no hold any more."""
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.request", loaded.target)
    row = loaded.row
    state, live = step("request", row.state)
    if row.held_until is None or row.held_until <= unit.now:
        raise refuse("conflict", "hold-expired")
    file, visitors = weighing(unit, loaded)
    insist(weigh(unit, file, visitors, loaded.wish, loaded.day, loaded.start, ignoring=row.id))
    due = unit.environment.law.decision_due(local_day(unit.now, loaded.zone))
    decide_by = min(local_moment(due, time(18).isoformat("minutes"), loaded.zone), row.starts_at)
    unit.change(row, state=state, live=live, requested_at=unit.now, decide_by=decide_by)
    coming = {one.relationship.id for one in visitors}
    for kept in kept_of(file, loaded.wish):
        if kept.relationship in coming:
            # What was kept for them is now theirs; the visit after it is anybody's again.
            kept_row = unit.get(ConvictRequest, kept.request)
            unit.change(kept_row, appointment_id=row.id)
            unit.tell("appointment.requested", kept_row.institution_id)
    notify(
        unit,
        person=row.asked_by,
        template="appointment-requested",
        institution=row.institution_id,
        appointment=row.id,
        arguments={"starts_at": row.starts_at.isoformat(), "decide_by": decide_by.isoformat()},
    )
    unit.tell("appointment.requested", row.institution_id)
    return Requested(row.id, row.institution_id, row.starts_at, decide_by)
