"""A day before a visit, the family and the convict are reminded of it, once."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_load import load_appointment
from service.app.family_tell import tell_family
from service.domain.access import Target, require
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import Appointment, Message
from service.store.unit_of_work import UnitOfWork

BEFORE = timedelta(hours=24)
TEMPLATE = "appointment-reminder"
AT_ONCE = 500


def due_reminders(session: Session, now: datetime, only: str | None = None) -> list[str]:
    """Granted visits that begin within a day and of which nobody was reminded.

    Whoever was granted one half a day ago or later has just been told. After a reminder there is none for a day: a
    visit that is moved meanwhile is told of by the move; moved to a later day, it is reminded of anew.
    """
    row, message = of(Appointment), of(Message)
    reminded = (
        sa.select(message.id)
        .where(message.appointment_id == row.id, message.template == TEMPLATE, message.created_at > now - BEFORE)
        .exists()
    )
    return list(
        session.scalars(
            sa.select(row.id)
            .where(
                row.state == "granted",
                row.starts_at > now,
                row.starts_at <= now + BEFORE,
                sa.or_(row.decided_at.is_(None), row.decided_at <= now - BEFORE / 2),
                ~reminded,
                *((row.id == only,) if only else ()),
            )
            .order_by(row.starts_at, row.id)
            .limit(AT_ONCE)
        )
    )


def remind_of_appointment(unit: UnitOfWork, *, appointment: str) -> int:
    """Writes the reminders of one visit; answers how many adults come.

    Raises Refusal 'conflict' where none is due (any more).
    """
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "notice.send", Target(loaded.row.institution_id))
    if not due_reminders(unit.session, unit.now, only=appointment):
        raise refuse("conflict", "state-does-not-allow")
    tell_family(unit, loaded, TEMPLATE)
    unit.tell("appointment.reminded", loaded.row.institution_id)
    return len({one.row.person_id for one in loaded.party if one.row.adult})
