"""All future appointments are weighed again every night; what no longer fits is flagged, never deleted."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_load import Loaded, load_appointment, weighing
from service.app.appointment_weigh import charge_columns, weigh
from service.app.family_tell import tell_family
from service.app.timetable_weigh import timetable_doubts
from service.domain.access import Target, require
from service.domain.answer import Entitlement
from service.domain.appointment import UPCOMING
from service.domain.reasons import REASONS, Reason, reason
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import Appointment, ReviewFlag
from service.store.unit_of_work import UnitOfWork

OUTCOMES = ("kept", "moved", "cancelled")


def upcoming(session: Session, now: datetime) -> list[str]:
    """The appointments the night looks at."""
    row = of(Appointment)
    return list(session.scalars(sa.select(row.id).where(row.state.in_(UPCOMING), row.starts_at > now)))


def review_appointment(unit: UnitOfWork, *, appointment: str) -> tuple[str, ...]:
    """Weighs one future appointment again; raises a flag for each reason that has none open and tells the family.

    Answers the codes newly flagged. A reason that a person's decision already lifted is none.
    """
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.review", Target(institution=loaded.row.institution_id))
    if loaded.row.state not in UPCOMING or loaded.row.starts_at <= unit.now:
        return ()
    flag = of(ReviewFlag)
    standing = set(
        unit.session.scalars(sa.select(flag.code).where(flag.appointment_id == appointment, flag.resolved_at.is_(None)))
    )
    found, recharged = _weighed_again(unit, loaded)
    fresh = [one for one in found if one.code not in standing]
    if not fresh:
        if recharged:
            unit.tell("appointment.recharged", loaded.row.institution_id)
        return ()
    unit.add(
        *(
            ReviewFlag(
                id=unit.environment.new_id(),
                institution_id=loaded.row.institution_id,
                appointment_id=appointment,
                code=one.code,
                article=one.article,
                raised_at=unit.now,
            )
            for one in fresh
        )
    )
    tell_family(unit, loaded, "appointment-flagged", reason=fresh[0].code)
    unit.tell("appointment.flagged", loaded.row.institution_id)
    return tuple(one.code for one in fresh)


def resolve_flag(unit: UnitOfWork, *, flag: str, outcome: str) -> None:
    """An officer resolves a flag: kept, moved or cancelled (the moving and cancelling are acts of their own)."""
    row = unit.get(ReviewFlag, flag, lock=True)
    require(unit.actor, "flag.resolve", Target(institution=row.institution_id))
    if row.resolved_at is not None or outcome not in OUTCOMES:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, resolved_at=unit.now, resolved_by=unit.actor.id, outcome=outcome)
    unit.tell("flag.resolved", row.institution_id)


def doubts(unit: UnitOfWork, loaded: Loaded) -> tuple[list[Reason], Entitlement]:
    """What no longer fits about an appointment to come, and the law's answer as it is now."""
    file, visitors = weighing(unit, loaded)
    answer = weigh(unit, file, visitors, loaded.wish, loaded.day, loaded.start, ignoring=loaded.row.id)
    found = [one for one in answer.reasons if REASONS[one.code].group != "decision"]
    if file.institution is not None and file.institution != loaded.row.institution_id:
        found.append(reason("ground-transfer"))
    return [*found, *timetable_doubts(unit.session, loaded)], answer


def _weighed_again(unit: UnitOfWork, loaded: Loaded) -> tuple[list[Reason], bool]:
    """What no longer fits; and whether the charge was brought up to date, as after a change of condition."""
    found, answer = doubts(unit, loaded)
    if found or answer.charge is None:
        return found, False
    charge = charge_columns(answer.charge, loaded.wish)
    changed = any(getattr(loaded.row, name) != value for name, value in charge.items())
    unit.change(loaded.row, **charge)
    return found, changed
