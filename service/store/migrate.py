"""Brings a database to the newest shape, and says when the shape in the code has moved on without a migration."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import service.store.tables  # noqa: F401  (fills the metadata)
from service.store.migrations_compare import without_partitions

HERE = Path(__file__).parent / "migrations"
LOCK = 0x4B5A4D47
LOCK_TIMEOUT_MS = 1000
"""How long a migration waits for a table. Whoever comes after it waits too, and gives up after three times as long."""
TRIES = 120
PAUSE_SECONDS = 1.0


def upgrade(database_url: str, revision: str = "head", *, folder: Path = HERE) -> None:
    """Applies the migrations of `folder` up to `revision`: all or, when it is cut off, none. Two wait for each other.

    A table that somebody holds is asked for again and again, so that nobody waits behind the migration for long. Raises
    OperationalError when it was not to be had in two minutes; nothing has changed then.
    """
    _run(database_url, lambda config: command.upgrade(config, revision), folder)


def downgrade(database_url: str, revision: str) -> None:
    """Takes migrations back down to `revision` ('base' for none)."""
    _run(database_url, lambda config: command.downgrade(config, revision))


def new_revision(database_url: str, message: str, number: str) -> None:
    """Writes the migration that leads from the database at `database_url` to the tables in the code."""
    _run(database_url, lambda config: command.revision(config, message, autogenerate=True, rev_id=number))


def head() -> str:
    """The number of the newest migration."""
    newest = ScriptDirectory(str(HERE)).get_current_head()
    assert newest is not None
    return newest


def current(connection: sa.Connection) -> str | None:
    """The number of the migration a database stands at."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(database_url: str) -> list[Any]:
    """What autogeneration would still change in a database at head; empty when no migration is missing."""
    engine = sa.create_engine(_driver(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": without_partitions(connection)}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, SQLModel.metadata))


def _driver(database_url: str) -> sa.URL:
    url = sa.engine.make_url(database_url)
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def _run(database_url: str, step: Callable[[Config], object], folder: Path = HERE) -> None:
    # NullPool: an idle pooled connection would keep CREATE DATABASE … TEMPLATE waiting.
    engine = sa.create_engine(_driver(database_url), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        _in_one_transaction(engine)
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
            connection.exec_driver_sql(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
            connection.commit()
        config.attributes["connection"] = connection
        _again_while_locked(connection, lambda: step(config))
        connection.commit()
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
            connection.commit()
    engine.dispose()


def _again_while_locked(connection: sa.Connection, step: Callable[[], object]) -> None:
    for left in reversed(range(TRIES)):
        try:
            step()
            return
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != "55P03" or not left:
                raise
        connection.rollback()
        time.sleep(PAUSE_SECONDS)


def _in_one_transaction(engine: sa.Engine) -> None:
    """The driver's own BEGIN comes too late: what a cut-off migration had made until then would stay."""

    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout=30000").close()
        connection.execute("PRAGMA journal_mode=WAL").close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
