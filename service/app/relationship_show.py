"""Relationships with the names of those they tie, each reader seeing what is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.app.reading import MOST, Reading
from service.app.relationship_see import relationships_at, relationships_of, relationships_to
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Person, Relationship

OPEN = ("claimed", "accepted", "verified")
"""States in which somebody still has something to do."""


@dataclass(frozen=True, slots=True)
class ShownRelationship:
    """One relationship. `person` names who comes; `convict` is named only to those who know them already."""

    row: Relationship
    person: str | None
    convict: str | None


def list_own(environment: Environment, actor: Actor) -> list[ShownRelationship]:
    """A relative's own and their children's; the convict is named once the relationship is confirmed."""
    if actor.person is None:
        return []
    with Reading(environment, actor) as reading:
        return shown_relationships(reading, relationships_of(reading.session, actor.person), named=("confirmed",))


def list_of_convict(environment: Environment, actor: Actor) -> list[ShownRelationship]:
    """The convict's own, at the kiosk: whom they are asked to accept, and whom they have."""
    with Reading(environment, actor) as reading:
        require(actor, "relationship.see", Target(actor.institution, convict=actor.person))
        return shown_relationships(
            reading, relationships_to(reading.session, actor.person or "", *OPEN, "confirmed"), named=()
        )


def list_at(
    environment: Environment, actor: Actor, states: Sequence[str] = (), after: str | None = None, limit: int = MOST
) -> list[ShownRelationship]:
    """The registry's work at the officer's institution, oldest first: those after another one of the list."""
    if actor.institution is None:
        raise Refusal("not-found")
    with Reading(environment, actor) as reading:
        require(actor, "relationship.see", Target(actor.institution))
        found = list(relationships_at(reading.session, actor.institution, *(states or OPEN)))
        start = next((place + 1 for place, row in enumerate(found) if row.id == after), 0)
        return shown_relationships(reading, found[start : start + min(limit, MOST)], named=(*OPEN, "confirmed"))


def shown_relationships(
    reading: Reading, rows: Sequence[Relationship], named: Sequence[str]
) -> list[ShownRelationship]:
    """The rows with the names of those they tie, convicts named in the states `named` only. One statement."""
    wanted = {row.person_id for row in rows} | {row.convict_id for row in rows}
    people = reading.session.scalars(_people(), {"wanted": list(wanted)})
    names = {person.id: reading.name_of(person) for person in people}
    return [
        ShownRelationship(row, names[row.person_id], names[row.convict_id] if row.state in named else None)
        for row in rows
    ]


@cache  # to build the statement takes longer than to run it
def _people() -> sa.Select[Any]:
    return sa.select(Person).where(of(Person).id.in_(sa.bindparam("wanted", expanding=True)))
