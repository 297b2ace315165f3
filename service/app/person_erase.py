"""Erasing a person: their key is destroyed, so that what is sealed can never be read again. It takes two.

The person asks, or a registry officer on their written wish; the head carries it out. The record stays whole: its
commitments verify, its openings about this person do not open.
"""

from typing import Any

import sqlalchemy as sa

from service.app.account_close import end_account
from service.app.photo_keep import end_photos
from service.domain.access import Target, require
from service.domain.refusal import Refusal, refuse
from service.domain.relationship import KNOWN_TO_CLAIMANT, LIVE
from service.store.columns import of
from service.store.tables import (
    NATIONAL,
    Account,
    AppointmentVisitor,
    Convict,
    ErasureRequest,
    Officer,
    OneTimeCode,
    Person,
    Placement,
    Relationship,
)
from service.store.unit_of_work import UnitOfWork


def ask_erasure(unit: UnitOfWork, *, person: str) -> str:
    """Asks that a person be erased; answers the request's id. Raises Refusal 'conflict' while something is bound.

    A claim that the convict has not answered binds when it is decided, not when the person asks: a refusal would tell
    them that the convict is there.
    """
    require(unit.actor, "erasure.ask", Target(unit.actor.institution, frozenset({person})))
    found = unit.get(Person, person, lock=True)
    unit.meet(found)
    officer = unit.actor.principal == "officer"
    _check_free(unit, person, LIVE if officer else LIVE & KNOWN_TO_CLAIMANT)
    row = of(ErasureRequest)
    open_ = unit.session.execute(sa.select(row.id).where(row.person_id == person, row.state == "asked")).first()
    if open_ is not None:
        raise refuse("conflict", "already-there")
    request = unit.environment.new_id()
    by = unit.actor.id if officer else None
    unit.add(ErasureRequest(id=request, person_id=person, state="asked", asked_by=by, asked_at=unit.now))
    unit.tell("erasure.asked", NATIONAL)
    return request


def decide_erasure(unit: UnitOfWork, *, request: str, erase: bool) -> None:
    """Carries a request out, or refuses it. Never by whoever asked, nor about oneself.

    Raises Refusal 'not-found' to heads before whom it does not stand (`open_at`).
    """
    row = unit.get(ErasureRequest, request, lock=True)
    first = frozenset({row.asked_by} if row.asked_by else ())
    require(unit.actor, "erasure.decide", Target(unit.actor.institution, not_by=first))
    if row.state != "asked" or row.person_id == unit.actor.person:
        raise refuse("conflict", "state-does-not-allow")
    here = open_at(unit.actor.institution or "").where(of(ErasureRequest).id == request)
    if unit.session.scalars(here).first() is None:
        raise Refusal("not-found")
    person = unit.get(Person, row.person_id, lock=True)
    unit.meet(person)
    if erase:
        _check_free(unit, person.id, LIVE)
        _erase(unit, person)
    state = "done" if erase else "refused"
    unit.change(row, state=state, decided_by=unit.actor.id, decided_at=unit.now)
    unit.tell("person.erased" if erase else "erasure.refused", NATIONAL)


def open_at(institution: str) -> sa.Select[Any]:
    """The open requests before the heads of an institution: of people who are or were tied to a convict who serves
    there, and of people tied to nobody who serves anywhere, which stand before every head.
    """
    row, tie, placement = of(ErasureRequest), of(Relationship), of(Placement)
    tied = (
        sa.select(tie.id)
        .join(Placement, sa.and_(placement.convict_id == tie.convict_id, placement.until.is_(None)))
        .where(sa.or_(tie.person_id == row.person_id, tie.represented_by == row.person_id))
        .correlate(ErasureRequest)
    )
    return sa.select(ErasureRequest).where(
        row.state == "asked", sa.or_(tied.where(placement.institution_id == institution).exists(), ~tied.exists())
    )


def _erase(unit: UnitOfWork, person: Person) -> None:
    end_photos(unit, person.id, "erased")
    account, code = of(Account), of(OneTimeCode)
    for one in unit.session.scalars(sa.select(Account).where(account.person_id == person.id)).all():
        unit.session.execute(sa.delete(OneTimeCode).where(code.phone_index == one.phone_index))
        if one.closed_at is None:
            end_account(unit, one, "erased")
        unit.change(one, phone_index="")
    unit.change(person, wrapped_key=None, iin_index=None, document_index=None, erased_at=unit.now)


def _check_free(unit: UnitOfWork, person: str, binding: frozenset[str]) -> None:
    """Convicts, officers, and whoever still has a visit before them or a relationship in a state of `binding`."""
    convict, officer = of(Convict), of(Officer)
    relationship, visitor = of(Relationship), of(AppointmentVisitor)
    bound = unit.session.execute(
        sa.select(
            sa.or_(
                sa.exists().where(convict.id == person),
                sa.exists().where(officer.person_id == person),
                sa.exists().where(
                    sa.or_(relationship.person_id == person, relationship.represented_by == person),
                    relationship.state.in_(sorted(binding)),
                ),
                sa.exists().where(
                    visitor.person_id == person,
                    visitor.live,
                    visitor.ends_at > sa.literal(unit.now, visitor.ends_at.type),
                ),
            )
        )
    ).scalar_one()
    if bound:
        raise refuse("conflict", "still-bound")
