"""Reads relationships for those whose affair they are."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.relationship import KNOWN_TO_CLAIMANT
from service.store.columns import of
from service.store.tables import Placement, Relationship


def relationships_of(session: Session, person: str) -> Sequence[Relationship]:
    """What a relative may see of their own and their children's: nothing that the convict has not answered yet."""
    return session.scalars(_of_a_relative(), {"person": person}).all()


@cache  # to build the statement takes longer than to run it
def _of_a_relative() -> sa.Select[Any]:
    row = of(Relationship)
    person: sa.BindParameter[str] = sa.bindparam("person")
    return (
        sa.select(Relationship)
        .where(sa.or_(row.person_id == person, row.represented_by == person), row.state.in_(sorted(KNOWN_TO_CLAIMANT)))
        .order_by(row.claimed_at, row.id)
    )


def relationships_to(session: Session, convict: str, *states: str) -> Sequence[Relationship]:
    """Those to a convict, in the states named or all: for the kiosk (claims to answer) and the registry."""
    row = of(Relationship)
    wanted = sa.select(Relationship).where(row.convict_id == convict).order_by(row.claimed_at, row.id)
    return session.scalars(wanted.where(row.state.in_(states)) if states else wanted).all()


def relationships_at(session: Session, institution: str, *states: str) -> Sequence[Relationship]:
    """Those to convicts who serve at an institution now, in the states named, oldest first: the registry's work."""
    row, placement = of(Relationship), of(Placement)
    return session.scalars(
        sa.select(Relationship)
        .join(Placement, sa.and_(placement.convict_id == row.convict_id, placement.until.is_(None)))
        .where(placement.institution_id == institution, row.state.in_(states))
        .order_by(row.claimed_at, row.id)
    ).all()
