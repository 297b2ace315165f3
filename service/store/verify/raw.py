"""Reading cells as they are stored, so that no convenience of a driver hides a change of representation.

On SQLite a cell answers with the type it was stored in; on PostgreSQL moments and days are read as their text. A text
that is no UTF-8 is read too: an inspection must not stop where somebody spoiled a byte.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from service.store.types import LocalDay, UtcMoment

BATCH = 1000
Cell = str | int | bool | bytes | float | None
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(_DAY.pattern + r"T\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


class NotReadable(RuntimeError):
    """There is no database to verify at this address."""


class Raw:
    """One snapshot of a database, read cell by cell past everything that would turn cells into something nicer."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._streams = count()

    def rows(self, statement: str, *values: str | int, many: bool = False) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement with `?` for values; `many` streams them in batches."""
        with self._cursor(many) as cursor:
            cursor.execute(statement if self.is_sqlite else statement.replace("?", "%s"), values)
            while batch := cursor.fetchmany(BATCH):
                yield from batch

    def one(self, statement: str, *values: str | int) -> Any:
        """The only cell of the only row."""
        ((cell,),) = self.rows(statement, *values)
        return cell

    def stored(self, column: sa.Column[Any], value: object) -> Cell:
        """How a leaf's value is stored in this column. Raises ValueError for one that does not belong there."""
        return stored_form(column.type, sqlite=self.is_sqlite)(value)

    def _cursor(self, many: bool) -> Any:
        driver: Any = self.connection.connection.driver_connection
        if many and not self.is_sqlite:
            return driver.cursor(name=f"verify_{next(self._streams)}")
        return closing(driver.cursor())


@cache
def stored_form(kind: sa.types.TypeEngine[Any], *, sqlite: bool) -> Callable[[object], Cell]:
    """How a leaf's value is stored in a column of that type. What it answers raises ValueError for no such value."""
    sort, form = leaf_form(kind)
    stored: Callable[[Any], Cell] | None = None
    if sort is bool and sqlite:
        stored = int
    elif form is _MOMENT and not sqlite:
        stored = postgres_moment

    def of(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not sort or (form is not None and form.fullmatch(str(value)) is None):
            raise ValueError("a value of another sort")
        return stored(value) if stored is not None else value

    return of


def leaf_form(kind: sa.types.TypeEngine[Any]) -> tuple[type, re.Pattern[str] | None]:
    """What a leaf's value of a column of that type is: its sort, and the form of its text."""
    if isinstance(kind, sa.Boolean):
        return bool, None
    if isinstance(kind, sa.Integer):
        return int, None
    if isinstance(kind, UtcMoment):
        return str, _MOMENT
    return str, _DAY if isinstance(kind, LocalDay) else None


def postgres_moment(text: str) -> str:
    """How PostgreSQL writes a moment in UTC (DateStyle ISO): no more fraction than there is."""
    return f"{text[:10]} {text[11:26].rstrip('0').rstrip('.')}+00"


@contextmanager
def snapshot(url: str) -> Iterator[Raw]:
    """One unchanging, read-only view of the database at `url`. Raises NotReadable."""
    engine = inspection_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield Raw(connection)
    except (sa.exc.DatabaseError, engine.dialect.loaded_dbapi.Error) as error:
        raise NotReadable(str(getattr(error, "orig", error))) from error
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
    from psycopg.adapt import Buffer, Loader  # noqa: PLC0415  (there only where PostgreSQL is used)

    class AsText(Loader):
        def load(self, data: Buffer) -> str:
            return str(data, "utf-8")

    options = "-c timezone=UTC -c datestyle=ISO -c search_path=public"
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), poolclass=NullPool, connect_args={"options": options}
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        for name in ("timestamptz", "timestamp", "date"):
            connection.adapters.register_loader(name, AsText)

    return engine
