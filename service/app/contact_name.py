"""Whom a convict wants told of transfer, release and worse (Mandela Rules 68 to 70)."""

import sqlalchemy as sa

from service.app.convict_find import whereabouts
from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import ContactPerson, Relationship
from service.store.unit_of_work import UnitOfWork


def name_contact(unit: UnitOfWork, *, convict: str, relationship: str, paper: str | None = None) -> str:
    """Names one of the confirmed relationships, in the place of whoever was named before; answers the row's id.

    By the convict at the kiosk, or by the registry on a signed paper. Raises Refusal 'not-confirmed'.
    """
    where = whereabouts(unit, convict)
    require(unit.actor, "contact.name", Target(where.here, convict=convict))
    tie = unit.get(Relationship, relationship)
    if tie.convict_id != convict:
        raise Refusal("not-found")
    if tie.state != "confirmed":
        raise refuse("conflict", "not-confirmed")
    how = "kiosk" if unit.actor.principal == "kiosk" else "paper"
    before = _named(unit, convict)
    if before is not None:
        if before.relationship_id == relationship:
            raise refuse("conflict", "already-there")
        unit.change(before, ended_at=unit.now)
        unit.tell("contact.named", before.institution_id)
    contact = unit.environment.new_id()
    unit.add(
        ContactPerson(
            id=contact,
            institution_id=where.here,
            convict_id=convict,
            relationship_id=relationship,
            how=how,
            paper=clean_line(paper or "", 80) if how == "paper" else None,
            named_at=unit.now,
        )
    )
    unit.tell("contact.named", where.here)
    return contact


def to_tell(unit: UnitOfWork, convict: str) -> list[str]:
    """The persons who are told: whoever is named, as long as the relationship stands; else all who are confirmed."""
    named, row = _named(unit, convict), of(Relationship)
    confirmed = list(
        unit.session.execute(
            sa.select(row.id, row.person_id, row.represented_by)
            .where(row.convict_id == convict, row.state == "confirmed")
            .order_by(row.id)
        )
    )
    chosen = [one for one in confirmed if named is not None and one.id == named.relationship_id] or confirmed
    return sorted({one.represented_by or one.person_id for one in chosen})


def _named(unit: UnitOfWork, convict: str) -> ContactPerson | None:
    row = of(ContactPerson)
    return unit.session.scalars(
        sa.select(ContactPerson).where(row.convict_id == convict, row.ended_at.is_(None))
    ).first()
