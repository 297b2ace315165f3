"""Standing keys are rotated: each person's key is wrapped anew, each search index is computed anew, in batches.

What the record holds does not change: of a wrapped key it has the fingerprint of what is inside, of an index nothing. A
batch is one transaction; one that is cut off leaves rows of both kinds, which are both accepted, and is done again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from service.domain.access import Target, require
from service.store.columns import Lookup, Sealed, of
from service.store.environment import Environment
from service.store.key_rotation import key_name
from service.store.tables import NATIONAL, Person
from service.store.unit_of_work import UnitOfWork
from service.store.verify.tables import all_models

AT_ONCE = 500
Changed = Callable[[int], object]


class RowsCollide(RuntimeError):
    """Two rows hold the same value, which the index of one key could not see: they have to be merged first."""


@dataclass(frozen=True)
class _Place:
    """A column that holds an index, of which sealed column of the same row, and whose key opens that."""

    table: type[SQLModel]
    column: str
    sealed: str
    subject: str


def tell_rotation(unit: UnitOfWork, *, name: str, step: str, secret: bytes) -> None:
    """Puts a step of a rotation ('begun', 'ended') into the national log, with the name of the new key."""
    require(unit.actor, "standing_key.rotate", Target())
    unit.tell("standing_key.rotated", NATIONAL, name=name, step=step, key=key_name(secret))


def rewrap_keys(environment: Environment, changed: Changed) -> int:
    """Every wrapped key that is under another wrapping key than that of now, wrapped anew; answers how many."""
    person = of(Person)
    rows = sa.select(person.id, person.wrapped_key).where(person.wrapped_key.is_not(None))

    def batch(found: list[Any]) -> list[Any]:
        again = ((one, environment.vault.rewrapped(one.id, one.wrapped_key)) for one in found)
        return [
            # Whoever was erased meanwhile stays erased.
            sa.update(Person)
            .where(person.id == one.id, person.wrapped_key == one.wrapped_key)
            .values(wrapped_key=wrapped)
            for one, wrapped in again
            if wrapped is not None
        ]

    return _in_batches(environment, rows, person.id, batch, changed)


def reindex_rows(environment: Environment, changed: Changed) -> int:
    """Every search index that is under another lookup key than that of now, computed anew; answers how many.

    Raises RowsCollide.
    """
    done = 0
    for place in _places():
        row, owner = of(place.table), Person.__table__.alias("owner").c  # type: ignore[attr-defined]
        rows = (
            sa.select(row.id, row[place.column].label("held"), row[place.sealed].label("cell"))
            .add_columns(owner.id.label("person"), owner.wrapped_key)
            .join(owner.id.table, owner.id == row[place.subject])
            .where(owner.wrapped_key.is_not(None), row[place.sealed].is_not(None))
        )
        done += _in_batches(environment, rows, row.id, partial(_reindexed, environment, place), changed)
    return done


def _reindexed(environment: Environment, place: _Place, found: list[Any]) -> list[Any]:
    row, name = of(place.table), str(place.table.__tablename__)
    made = []
    for one in found:
        key = environment.vault.unwrap(one.person, one.wrapped_key)
        plain = key.open(f"{name}/{place.sealed}/{one.id}", one.cell)
        index = environment.vault.index(f"{name}.{place.sealed}", plain)
        if one.held != index:
            this = sa.update(place.table).where(row.id == one.id, row[place.column] == one.held)
            made.append(this.values({place.column: str(index)}))
    return made


def _places() -> list[_Place]:
    found = []
    for table in all_models():
        columns = {column.name: column.info.get("record") for column in table.__table__.columns}  # type: ignore[attr-defined]
        for name, record in columns.items():
            sealed = columns.get(record.of) if isinstance(record, Lookup) else None
            if isinstance(record, Lookup) and isinstance(sealed, Sealed):
                found.append(_Place(table, name, record.of, sealed.subject))
    return sorted(found, key=lambda place: (str(place.table.__tablename__), place.column))


def _in_batches(
    environment: Environment, rows: Any, key: Any, batch: Callable[[list[Any]], list[Any]], changed: Changed
) -> int:
    after, done = "", 0
    while True:
        with environment.database.reading() as session:
            found = list(session.execute(rows.where(key > after).order_by(key).limit(AT_ONCE)))
        if not found:
            return done
        statements = batch(found)
        if statements:
            with environment.database.writes() as session:
                try:
                    for statement in statements:
                        session.execute(statement)
                    session.commit()
                except IntegrityError as clash:
                    raise RowsCollide(f"{key.table.name}, among the rows from {found[0].id} on") from clash
            done += len(statements)
        after = found[-1].id
        changed(len(found))
