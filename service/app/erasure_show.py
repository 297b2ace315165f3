"""Requests to erase a person: one's own, and those that the heads of an institution may carry out."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.person_erase import open_at
from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import ErasureRequest, Officer, Person


@dataclass(frozen=True, slots=True)
class ShownErasure:
    """One request. `person` is named on its own page only; `asked_by` is an employee number, None for the person."""

    row: ErasureRequest
    person: str | None
    asked_by: str | None


def own_erasure(environment: Environment, actor: Actor) -> ErasureRequest | None:
    """The open request about the relative who asks, else the newest; None where nobody ever asked. Raises Refusal."""
    person = actor.person or ""
    require(actor, "erasure.ask", Target(actor.institution, frozenset({person})))
    row = of(ErasureRequest)
    with Reading(environment, actor) as reading:
        return reading.session.scalars(
            sa.select(ErasureRequest)
            .where(row.person_id == person)
            .order_by(row.state != "asked", row.asked_at.desc(), row.id)
            .limit(1)
        ).first()


def list_erasures(environment: Environment, actor: Actor) -> list[ShownErasure]:
    """Those open before the heads of the officer's institution, the oldest first, without names. Raises Refusal.

    They are about people who are or were tied to a convict who serves there. Whoever is tied to nobody who serves
    anywhere stands before the heads of every institution.
    """
    here = actor.institution or ""
    require(actor, "erasure.decide", Target(actor.institution))
    row = of(ErasureRequest)
    with Reading(environment, actor) as reading:
        found = reading.session.scalars(open_at(here).order_by(row.asked_at, row.id).limit(MOST)).all()
        return [ShownErasure(one, None, _number(reading, one)) for one in found]


def show_erasure(environment: Environment, actor: Actor, request: str) -> ShownErasure:
    """One open request with the name of whoever it is about. Raises Refusal 'not-found' for those of other heads."""
    here = actor.institution or ""
    require(actor, "erasure.decide", Target(actor.institution))
    with Reading(environment, actor) as reading:
        found = reading.session.scalars(open_at(here).where(of(ErasureRequest).id == request)).first()
        if found is None:
            raise Refusal("not-found")
        person = reading.get(Person, found.person_id)
        return ShownErasure(found, reading.name_of(person), _number(reading, found))


def _number(reading: Reading, asked: ErasureRequest) -> str | None:
    return reading.get(Officer, asked.asked_by).employee_number if asked.asked_by else None
