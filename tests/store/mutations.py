"""Changes an insider with SQL could make: one cell, one row, by hand, with every trigger and check out of the way.

Each is made inside a transaction of the inspector's own connection and taken back, so that thousands fit in a test.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.store.types import LocalDay, UtcMoment
from service.store.verify.raw import Raw, inspection_engine
from service.store.verify.tables import all_models

KINDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "sqlite": {
        "text": ("{c} || 'x'", "' ' || {c}", "CAST({c} AS BLOB)", "NULL", "'ж'", "0"),
        "number": ("{c} + 1", "{c} || 'x'", "{c} + 0.5", "NULL", "-1"),
        "truth": ("NOT {c}", "2", "'true'", "NULL"),
        "moment": (
            "replace({c}, 'Z', '+00:00')",
            "replace({c}, 'T', ' ')",
            "substr({c}, 1, 25) || '9Z'",
            "'2026-03-10T04:00:00.000001Z'",
            "NULL",
            "CAST({c} AS BLOB)",
        ),
        "day": ("replace({c}, '-', '')", "{c} || ' '", "date({c}, '+1 day')", "'2026-03-11'", "NULL"),
        "octets": (
            "CAST(substr({c}, 1, length({c}) - 1) || x'00' AS BLOB)",
            "CAST({c} || x'00' AS BLOB)",
            "x''",
            "CAST({c} AS TEXT)",
            "NULL",
        ),
    },
    "postgresql": {
        "text": ("{c} || 'x'", "' ' || {c}", "upper({c})", "NULL", "'ж'"),
        "number": ("{c} + 1", "NULL", "-1"),
        "truth": ("{c} IS NOT TRUE", "NULL"),
        "moment": ("{c} + interval '1 microsecond'", "'infinity'", "{c} - interval '1 day'", "NULL"),
        "day": ("{c} + 1", "'-infinity'", "'2026-03-11'", "NULL"),
        "octets": ("set_byte({c}, 0, 255 - get_byte({c}, 0))", "{c} || '\\x00'::bytea", "''::bytea", "NULL"),
    },
}
Place = tuple[str, str]
SWAP = "(SELECT {c} FROM {t} WHERE {other})"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database itself describes it."""

    table: str
    name: str
    sort: str

    @property
    def place(self) -> "Place":
        """Table and name."""
        return self.table, self.name


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its key, as SQL."""

    table: str
    where: str
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One cell to be changed, and how."""

    column: Column
    row: Row
    statement: str


class Insider:
    """Somebody with SQL rights on the whole database."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.connection = raw.connection
        self.engine = "sqlite" if raw.is_sqlite else "postgresql"
        inspector = sa.inspect(self.connection)
        self.columns: dict[str, list[Column]] = {}
        self.keys: dict[str, list[str]] = {}
        for table in sorted(inspector.get_table_names()):
            self.columns[table] = [
                Column(table, column["name"], _sort(table, column["name"], column["type"]))
                for column in inspector.get_columns(table)
            ]
            self.keys[table] = inspector.get_pk_constraint(table)["constrained_columns"]

    def rows(self, table: str) -> list[Row]:
        """All rows of a table."""
        names = [column.name for column in self.columns[table]]
        quoted = ", ".join(f'"{name}"' for name in names)
        found = []
        for row in self.raw.rows(f'SELECT {quoted} FROM "{table}"'):
            cells = dict(zip(names, row, strict=True))
            where = " AND ".join(f'"{name}" = {_literal(cells[name])}' for name in self.keys[table])
            found.append(Row(table, where, cells))
        return sorted(found, key=lambda row: row.where)

    @contextmanager
    def doing(self, *statements: str) -> Iterator[bool]:
        """The database after these statements; as before at the end. Answers whether it let them happen."""
        point = self.connection.begin_nested()
        try:
            for statement in statements:
                self.connection.exec_driver_sql(statement.replace("%", "%%") if self.engine != "sqlite" else statement)
            done = True
        except (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.OperationalError, sa.exc.ProgrammingError):
            done = False
            point.rollback()
        yield done
        if point.is_active:
            point.rollback()

    def all_changes(self, table: str, leave: Callable[[Row, Column], bool]) -> Iterator[Change]:
        """Changes of every column of a table, spread over the rows; `leave` tells the cells that are left alone."""
        rows = self.rows(table)
        for column in self.columns[table]:
            yield from self.changes(column, [row for row in rows if not leave(row, column)])

    def changes(self, column: Column, rows: Sequence[Row]) -> Iterator[Change]:
        """Changes of one column, spread over the rows."""
        name, table = f'"{column.name}"', f'"{column.table}"'
        for number, kind in enumerate((*KINDS[self.engine][column.sort], SWAP)):
            row, other = rows[number % len(rows)], rows[(number + 1) % len(rows)]
            value = kind.replace("{c}", name).replace("{t}", table).replace("{other}", other.where)
            yield Change(column, row, f"UPDATE {table} SET {name} = {value} WHERE {row.where}")

    def unchanged(self, change: Change) -> bool:
        """Whether the cell is now as it was; a row that got another key has changed."""
        name, row = change.column.name, change.row
        found = list(self.raw.rows(f'SELECT "{name}" FROM "{row.table}" WHERE {row.where}'))
        cell = found[0][0] if found else None
        return (type(cell), cell) == (type(row.cells[name]), row.cells[name])


@contextmanager
def insider(url: str) -> Iterator[Insider]:
    """An insider at work in one transaction, with triggers, foreign keys and checks out of the way; all taken back."""
    engine = inspection_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
                driver.execute(f"PRAGMA {pragma}")
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.exec_driver_sql(triggers).all():
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            checks = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'x')"
            for table, name in connection.exec_driver_sql(f"{checks} AND connamespace = 'public'::regnamespace").all():
                connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        yield Insider(Raw(connection))
        connection.rollback()
    engine.dispose()


def _sort(table: str, name: str, kind: Any) -> str:
    if table != "alembic_version":
        kind = _model(table).__table__.columns[name].type
    sorts = {UtcMoment: "moment", LocalDay: "day", sa.Boolean: "truth", sa.Integer: "number", sa.LargeBinary: "octets"}
    return next((sort for type_, sort in sorts.items() if isinstance(kind, type_)), "text")


def _model(table: str) -> Any:
    return next(model for model in all_models() if model.__tablename__ == table)


def _literal(value: Any) -> str:
    if isinstance(value, bytes):  # on SQLite an insider can make one of a text
        return f"x'{value.hex()}'"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
