"""A hold that ran out gives its place back."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.access import Target, require
from service.domain.appointment import step
from service.store.columns import of
from service.store.tables import Appointment
from service.store.unit_of_work import UnitOfWork


def lapse(unit: UnitOfWork, appointment_id: str, code: str = "hold-expired") -> bool:
    """Ends a hold as part of a larger act; the act tells the event. False when it is no hold any more."""
    appointment = unit.get(Appointment, appointment_id, lock=True)
    if appointment.state != "held":
        return False
    state, live = step("lapse", appointment.state)
    unit.change(appointment, state=state, live=live, ended_at=unit.now, ended_code=code)
    return True


def expired_holds(session: Session, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """Institution and id of holds past their deadline."""
    row = of(Appointment)
    return [
        (found.institution_id, found.id)
        for found in session.execute(
            sa.select(row.institution_id, row.id).where(row.state == "held", row.held_until <= now).limit(limit)
        )
    ]


def lapse_hold(unit: UnitOfWork, institution: str, appointment_id: str) -> bool:
    """Ends one expired hold; the job calls it for each. False when somebody else ended it meanwhile."""
    require(unit.actor, "hold.lapse", Target(institution=institution))
    if not lapse(unit, appointment_id):
        return False
    unit.tell("appointment.lapsed", institution)
    return True
