"""Reads one relationship for its next step, the convict locked first, and tells everybody when the step is done."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from service.app.convict_find import local_today, whereabouts_if_any
from service.app.notices import notify
from service.domain.access import Target
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import Institution, Relationship
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LoadedRelationship:
    """A relationship, the institution where the convict serves now (or last did), and the day there."""

    row: Relationship
    here: str
    today: date

    @property
    def target(self) -> Target:
        """What access to it depends on: the officers of the institution where the convict is now decide."""
        return Target(self.here, frozenset({self.claimant, self.row.person_id}), self.row.convict_id)

    @property
    def claimant(self) -> str:
        """Who hears of it: the person, or the legal representative of a minor."""
        return self.row.represented_by or self.row.person_id

    def without(self, *officers: str | None) -> Target:
        """The target of a second half, closed to whoever did the first."""
        first = frozenset(one for one in officers if one is not None)
        return Target(self.here, self.target.persons, self.row.convict_id, first)


def load_relationship(unit: UnitOfWork, relationship: str) -> LoadedRelationship:
    """The relationship with its convict locked. Raises Refusal 'not-found'."""
    column = of(Relationship)
    convict = unit.session.execute(sa.select(column.convict_id).where(column.id == relationship)).scalar()
    if convict is None:
        raise Refusal("not-found")
    where = whereabouts_if_any(unit, convict)
    row = unit.get(Relationship, relationship, lock=True)
    if where is not None:
        return LoadedRelationship(row, where.here, where.today)
    last = unit.get(Institution, row.institution_id)
    return LoadedRelationship(row, last.id, local_today(unit, last))


def not_about_oneself(unit: UnitOfWork, loaded: LoadedRelationship) -> None:
    """An officer never judges a tie of their own. Raises Refusal 'second-officer-needed'."""
    if unit.actor.person in (loaded.row.person_id, loaded.row.represented_by, loaded.row.convict_id):
        raise refuse("not-allowed", "second-officer-needed")


def tell_claimant(unit: UnitOfWork, loaded: LoadedRelationship, step: str, **arguments: str) -> None:
    """Notice and events of a step ('accepted', 'verified' …), in the log of the row and of where the convict is."""
    notify(
        unit,
        person=loaded.claimant,
        template=f"relationship-{step}",
        institution=loaded.here,
        arguments=arguments,
    )
    for log in {loaded.row.institution_id, loaded.here}:
        unit.tell(f"relationship.{step}", log)
