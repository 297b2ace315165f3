"""'This did not happen': said by the convict or a relative about an appointment under their name, and answered."""

import sqlalchemy as sa

from service.app.convict_find import whereabouts_if_any
from service.app.notices import notify
from service.domain.access import Target, require
from service.domain.grounds import DISPUTE_CODES, DISPUTE_OUTCOMES
from service.domain.identity import clean_words
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import Appointment, AppointmentVisitor, Dispute, Person, Relationship
from service.store.unit_of_work import UnitOfWork


def raise_dispute(unit: UnitOfWork, *, appointment: str, code: str, words: str | None = None) -> str:
    """Says against the record of an appointment; answers the dispute's id. One open dispute a person and appointment.

    Who may: the convict, at a kiosk of the institution where they are now, and everybody recorded as a visitor, the
    legal representatives of minors, and whoever is recorded as having asked for it.
    """
    column = of(Appointment)
    convict = unit.session.execute(sa.select(column.convict_id).where(column.id == appointment)).scalar()
    if convict is None:
        raise Refusal("not-found")
    where = whereabouts_if_any(unit, convict)
    row = unit.get(Appointment, appointment, lock=True)
    here = row.institution_id if where is None else where.here
    require(unit.actor, "appointment.dispute", Target(here, _named(unit, row), row.convict_id))
    if code not in DISPUTE_CODES:
        raise refuse("not-possible", "choice-unknown")
    person = unit.actor.person or ""
    dispute = of(Dispute)
    still_open = sa.select(dispute.id).where(
        dispute.appointment_id == appointment, dispute.raised_by == person, dispute.answered_at.is_(None)
    )
    if unit.session.execute(still_open).first() is not None:
        raise refuse("conflict", "already-there")
    unit.meet(unit.get(Person, person))
    new = unit.environment.new_id()
    said = clean_words(words) if words is not None and words.strip() else None
    unit.add(
        Dispute(
            id=new,
            institution_id=row.institution_id,
            appointment_id=appointment,
            raised_by=person,
            as_convict=unit.actor.principal == "kiosk",
            code=code,
            raised_at=unit.now,
            **unit.sealed(Dispute, new, person, words=said),
        )
    )
    unit.tell("appointment.disputed", row.institution_id)
    return new


def answer_dispute(unit: UnitOfWork, *, dispute: str, outcome: str) -> None:
    """The head answers; whoever raised it is told. The dispute stays in the record, whatever the answer."""
    row = unit.get(Dispute, dispute, lock=True)
    require(unit.actor, "dispute.answer", Target(row.institution_id))
    if outcome not in DISPUTE_OUTCOMES:
        raise refuse("not-possible", "choice-unknown")
    if row.answered_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, answered_at=unit.now, answered_by=unit.actor.id, outcome=outcome)
    notify(
        unit,
        person=row.raised_by,
        template="dispute-answered",
        institution=row.institution_id,
        appointment=row.appointment_id,
        arguments={"outcome": outcome},
    )
    unit.tell("dispute.answered", row.institution_id)


def _named(unit: UnitOfWork, appointment: Appointment) -> frozenset[str]:
    visitor, relationship = of(AppointmentVisitor), of(Relationship)
    rows = unit.session.execute(
        sa.select(visitor.person_id, relationship.represented_by)
        .join(Relationship, relationship.id == visitor.relationship_id)
        .where(visitor.appointment_id == appointment.id)
    ).all()
    people = {one for row in rows for one in row if one is not None} | {appointment.asked_by}
    return frozenset(people - {appointment.convict_id})
