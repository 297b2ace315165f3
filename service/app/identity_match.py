"""The gate officer compares face and document with what the pass points at (IR 86): it is them, or it is not."""

import sqlalchemy as sa

from service.domain.access import Target, require
from service.domain.appointment import step
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import Admission, Appointment, EntryPass
from service.store.unit_of_work import UnitOfWork


def match_identity(unit: UnitOfWork, *, admission: str, matched: bool) -> str:
    """Records the officer's comparison; a match opens the visit, a mismatch ends the admission at once.

    Answers the appointment's state. Raises Refusal 'conflict' when it was compared before.
    """
    entry = of(EntryPass)
    found = unit.session.execute(
        sa.select(Admission, Appointment)
        .join(EntryPass, entry.id == of(Admission).pass_id)
        .join(Appointment, of(Appointment).id == entry.appointment_id)
        .where(of(Admission).id == admission)
        .with_for_update(of=(Appointment, Admission))
    ).first()
    if found is None:
        raise Refusal("not-found")
    row, appointment = found
    require(unit.actor, "identity.match", Target(institution=row.institution_id))
    if row.matched is not None or row.left_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, matched=matched, matched_by=unit.actor.id, matched_at=unit.now)
    if not matched:
        unit.change(row, left_at=unit.now, ended_code="identity-not-matched")
        unit.tell("identity.not_matched", row.institution_id)
        return str(appointment.state)
    state, live = step("admit", appointment.state)
    unit.change(appointment, state=state, live=live)
    unit.tell("identity.matched", row.institution_id)
    return state
