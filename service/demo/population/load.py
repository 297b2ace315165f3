"""Writes a drawn institution into the database, in one transaction, with every constraint and trigger in force."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel

from service.demo.population.scribe import Values, Written
from service.store.columns import of
from service.store.engine import Database
from service.store.tables import (
    Account,
    Admission,
    Appointment,
    AppointmentVisitor,
    Convict,
    EntryPass,
    Event,
    FileEntry,
    Log,
    Opening,
    Person,
    Placement,
    Relationship,
    Scan,
)

T = TypeVar("T")
CHUNK = 5000
BEFORE: tuple[type[SQLModel], ...] = (
    Person,
    Account,
    Convict,
    Placement,
    FileEntry,
    Relationship,
    Appointment,
    AppointmentVisitor,
)
AFTER: tuple[type[SQLModel], ...] = (EntryPass, Scan, Admission)


def load(database: Database, written: Written) -> None:
    """Inserts everything of one institution.

    Appointments begin as holds, since the database lets nobody join any other; then each becomes what it came to.
    """
    with database.writes() as session:
        connection = session.connection()
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA cache_size=-100000")
        for table in BEFORE:
            _insert(connection, table, written.rows.get(table, {}).values())
        _update_appointments(connection, written)
        for table in AFTER:
            _insert(connection, table, written.rows.get(table, {}).values())
        log = of(Log)
        for name, place in written.logs.items():
            connection.execute(sa.update(Log).where(log.id == name).values(size=place.size, last_at=place.last_at))
        _insert(connection, Event, written.events)
        _insert(connection, Opening, written.openings)
        session.commit()


def _insert(connection: sa.Connection, table: type[SQLModel], rows: Iterable[Values]) -> None:
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
        return
    statement = sa.insert(table.__table__)  # type: ignore[attr-defined]
    for chunk in _chunks(rows):
        connection.execute(statement, chunk)


def _copy(connection: sa.Connection, table: type[SQLModel], rows: Iterable[Values]) -> None:
    """PostgreSQL takes rows many times faster by COPY; triggers and constraints see each of them all the same."""
    names = [column.name for column in table.__table__.columns]  # type: ignore[attr-defined]
    quoted = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.__tablename__}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def _update_appointments(connection: sa.Connection, written: Written) -> None:
    """Only the cells that changed: naming a column wakes its triggers."""
    begun, row = written.rows.get(Appointment, {}), of(Appointment)
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row_id, end in written.ends.get(Appointment, {}).items():
        changed = tuple(name for name, value in end.items() if begun[row_id][name] != value)
        if changed:
            groups[changed].append({"the_id": row_id, **{f"new_{name}": end[name] for name in changed}})
    for names, values in sorted(groups.items()):
        statement = (
            sa.update(Appointment.__table__)  # type: ignore[attr-defined]
            .where(row.id == sa.bindparam("the_id"))
            .values({name: sa.bindparam(f"new_{name}") for name in names})
        )
        for chunk in _chunks(values):
            connection.execute(statement, chunk)


def _chunks(rows: Iterable[T]) -> Iterator[Sequence[T]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
