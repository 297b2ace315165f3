"""Opens SQLite or PostgreSQL so that an acknowledged booking survives a power cut, or refuses to write."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

T = TypeVar("T")

LOCK_TIMEOUT_MS = 3000
TRUSTED_SECONDS = 1.0
"""How long after its last use a connection is taken to be alive still."""
DURABLE = {
    "fsync": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    "full_page_writes": ("on",),
}


class NotDurable(RuntimeError):
    """The server would acknowledge what a power cut may take back."""


@dataclass(frozen=True)
class Database:
    """One database. Reads see a snapshot; writes hold the writer's lock from their first statement (SQLite).

    `single` runs one reading statement that is a transaction of its own, without BEGIN and ROLLBACK around it. `looks`
    are sessions for a page: on SQLite a snapshot; on PostgreSQL each statement sees what was committed before it, as it
    does in `reads`, and two turns to the server are spared. `copy` is the streamed copy that all three read from, where
    they do not read from the database that is written to.
    """

    engine: Engine
    reads: sessionmaker[Session]
    looks: sessionmaker[Session]
    writes: sessionmaker[Session]
    single: Engine
    copy: Engine | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether the engine is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with self.reads() as session:
            yield session

    def reading_from(self, copy: "Database") -> Self:
        """The same to write to, with everything that only reads asked of a streamed copy of it."""
        return replace(self, reads=copy.reads, looks=copy.looks, single=copy.single, copy=copy.engine)

    def close(self) -> None:
        """Returns every connection; needed after a fork and before a database is dropped."""
        self.engine.dispose()
        if self.copy is not None:
            self.copy.dispose()


def open_database(url: str, *, pool_size: int = 8, only_reading: bool = False) -> Database:
    """The database at `url` (`sqlite:///file` or `postgresql+psycopg://…`).

    `only_reading` is for a copy of a PostgreSQL: nothing is acknowledged by it, so its durability is not asked for.
    Raises NotDurable where PostgreSQL's fsync, synchronous_commit or full_page_writes are weakened.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=pool_size)
        _prepare_sqlite(engine)
        writing: Engine = engine.execution_options(writes=True)
        single: Engine = engine.execution_options(single=True)
        looking: Engine = engine
    elif parsed.get_backend_name() == "postgresql":
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=0,
            connect_args={
                "options": f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC"
                + (" -c default_transaction_read_only=on" if only_reading else "")
            },
        )
        _try_what_lay_idle(engine)
        try:
            if not only_reading:
                _check_durable(engine)
        except Exception:
            engine.dispose()
            raise
        writing = engine
        single = looking = engine.execution_options(isolation_level="AUTOCOMMIT")
    else:
        raise ValueError("the database is SQLite or PostgreSQL")
    return Database(
        engine,
        reads=sessionmaker(engine, class_=Session, autoflush=False, expire_on_commit=False),
        looks=sessionmaker(looking, class_=Session, autoflush=False, expire_on_commit=False),
        writes=sessionmaker(writing, class_=Session, autoflush=False, expire_on_commit=False),
        single=single,
    )


def when_it_answers(make: Callable[[], T], seconds: float = 120) -> T:
    """What `make` makes of a database, tried again while its server is still starting or recovering.

    A service that comes up before its PostgreSQL, or while that restarts, must not die of it. Raises the driver's
    OperationalError when it does not answer within `seconds`.
    """
    giving_up = time.monotonic() + seconds
    while True:
        try:
            return make()
        except OperationalError:
            if time.monotonic() > giving_up:
                raise
            time.sleep(0.2)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # pysqlite's own BEGIN comes too late to lock what was read
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # NORMAL loses acknowledged bookings at a power cut (measured)
            "foreign_keys=ON",
            "busy_timeout=30000",
            "secure_delete=ON",
            "cache_size=-16000",  # the upper pages of a whole country stay in memory; 2 MB do not hold them
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A write unit that began with a read would fail when another wrote in between; one that only reads
        # must not wait for writers.
        options = connection.get_execution_options()
        if not options.get("single", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")


def _try_what_lay_idle(engine: Engine) -> None:
    """Asks a connection whether it still lives, where it was not used for a while.

    To ask each time, as the pool can, costs as much as a small statement; when one connection is found dead, all are
    made anew, so that a PostgreSQL that was restarted costs at most the requests of its last second.
    """

    @event.listens_for(engine, "checkin")
    def checkin(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", time.monotonic()) < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _check_durable(engine: Engine) -> None:
    with engine.connect() as connection:
        for name, wanted in DURABLE.items():
            found = connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            if found not in wanted:
                raise NotDurable(f"PostgreSQL has {name}={found}; it must be {wanted[0]} before bookings are taken")
