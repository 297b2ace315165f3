"""Reading cells as they are stored, so that no convenience of a driver hides a change of representation.

On SQLite a cell answers with the type it was stored in; on PostgreSQL moments and days are read as their text. A text
that is no UTF-8 is read too: an inspection must not stop where somebody spoiled a byte.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg.adapt import Buffer, Loader
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from service.store.types import LocalDay, UtcMoment, parse_moment

BATCH = 1000
Cell = str | int | bool | bytes | float | None


class NotReadable(RuntimeError):
    """There is no database to verify at this address."""


class _AsText(Loader):
    def load(self, data: Buffer) -> str:
        return str(data, "utf-8")


class Raw:
    """One snapshot of a database, read cell by cell."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"

    def rows(self, statement: str, *values: str | int, many: bool = False) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement with `?` for values; `many` streams them in batches."""
        if not self.is_sqlite:
            statement = statement.replace("?", "%s")
        options = {"stream_results": True, "yield_per": BATCH} if many else {}
        result = self.connection.exec_driver_sql(statement, values, execution_options=options)
        for batch in result.partitions(BATCH):
            for row in batch:
                yield tuple(row)

    def one(self, statement: str, *values: str | int) -> Any:
        """The only cell of the only row."""
        ((cell,),) = self.rows(statement, *values)
        return cell

    def stored(self, column: sa.Column[Any], value: object) -> Cell:
        """How a leaf's value is stored in this column. Raises ValueError for one that does not belong there."""
        return stored_form(column, value, sqlite=self.is_sqlite)


def stored_form(column: sa.Column[Any], value: object, *, sqlite: bool) -> Cell:
    """How a leaf's value is stored in a column of either engine. Raises ValueError for one that cannot be."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, sa.Boolean):
        if isinstance(value, bool):
            return int(value) if sqlite else value
    elif isinstance(kind, sa.Integer):
        if type(value) is int:
            return value
    elif isinstance(value, str):
        if isinstance(kind, UtcMoment):
            parse_moment(value)
            return value if sqlite else postgres_moment(value)
        if isinstance(kind, LocalDay) and date.fromisoformat(value).isoformat() != value:
            raise ValueError("not the written form of a day")
        return value
    raise ValueError("a value of another type")


def postgres_moment(text: str) -> str:
    """How PostgreSQL writes a moment in UTC (DateStyle ISO): no more fraction than there is."""
    return f"{text[:10]} {text[11:26].rstrip('0').rstrip('.')}+00"


@contextmanager
def snapshot(url: str) -> Iterator[Raw]:
    """One unchanging, read-only view of the database at `url`. Raises NotReadable."""
    engine = inspection_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield Raw(connection)
    except sa.exc.DatabaseError as error:
        raise NotReadable(str(error.orig)) from error
    finally:
        engine.dispose()


def inspection_engine(url: str) -> sa.Engine:
    """An engine whose connections read cells as they are stored. Raises NotReadable."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise NotReadable("the address of a database begins with sqlite:/// or postgresql://") from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.get_backend_name() == "postgresql":
        return _postgres_engine(parsed)
    raise NotReadable("the database is SQLite or PostgreSQL")


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if not url.database or not Path(url.database).is_file():
        raise NotReadable(f"there is no file {url.database}")
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.text_factory = lambda data: str(data, "utf-8", "surrogateescape")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _postgres_engine(url: sa.URL) -> sa.Engine:
    options = "-c timezone=UTC -c datestyle=ISO -c search_path=public"
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), poolclass=NullPool, connect_args={"options": options}
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        for name in ("timestamptz", "timestamp", "date"):
            connection.adapters.register_loader(name, _AsText)

    return engine
