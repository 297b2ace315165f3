"""Those who wait, as they see it: for which day, at which place in the queue, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.app.reading import Reading
from service.app.relationship_show import shown_relationships
from service.domain.access import Actor, Target, require
from service.domain.queue import place_of
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Institution, QueueEntry, Relationship


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry. `place` counts from 1 among the `waiting` of its day; both are 0 once the waiting has ended."""

    row: QueueEntry
    institution: Institution
    convict: str | None
    place: int
    waiting: int


def list_entries(environment: Environment, actor: Actor) -> list[ShownEntry]:
    """The caller's entries that still wait, the nearest day first."""
    with Reading(environment, actor) as reading:
        found = reading.session.execute(_waiting_of(), {"person": actor.person}).all()
        return _shown(reading, found)


def show_entry(environment: Environment, actor: Actor, entry: str) -> ShownEntry:
    """One entry. Raises Refusal 'not-found' alike for none and for one of other people."""
    with Reading(environment, actor) as reading:
        found = reading.session.execute(_entries().where(of(QueueEntry).id == entry)).first()
        if found is None:
            raise Refusal("not-found")
        row = found[0]
        require(actor, "queue.leave", Target(row.institution_id, frozenset({row.asked_by}), row.convict_id))
        return _shown(reading, [found])[0]


@cache  # to build the statement takes longer than to run it
def _waiting_of() -> sa.Select[QueueEntry, Institution]:
    row = of(QueueEntry)
    mine = _entries().where(row.asked_by == sa.bindparam("person"), row.state == "waiting")
    return mine.order_by(row.wanted_on, row.turn)


def _entries() -> sa.Select[QueueEntry, Institution]:
    return sa.select(QueueEntry, Institution).join(Institution, of(Institution).id == of(QueueEntry).institution_id)


def _shown(reading: Reading, found: Sequence[Any]) -> list[ShownEntry]:
    if not found:
        return []
    tie, ties = of(Relationship), {one[0].relationship_id for one in found}
    rows = reading.session.scalars(sa.select(Relationship).where(tie.id.in_(sorted(ties)))).all()
    named = {one.row.id: one.convict for one in shown_relationships(reading, rows, named=("confirmed",))}
    shown = []
    for row, institution in found:
        turns = _turns(reading, row) if row.state == "waiting" else []
        place = place_of(row.turn, turns) if turns else 0
        shown.append(ShownEntry(row, institution, named.get(row.relationship_id), place, len(turns)))
    return shown


def _turns(reading: Reading, row: QueueEntry) -> list[int]:
    other = of(QueueEntry)
    return list(
        reading.session.scalars(
            sa.select(other.turn).where(
                other.institution_id == row.institution_id,
                other.kind == row.kind,
                other.by_video == row.by_video,
                other.wanted_on == row.wanted_on,
                other.state == "waiting",
            )
        )
    )
