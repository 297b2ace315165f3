"""A streamed copy of a PostgreSQL that pages are read from: how far it is behind, and waiting for one's own change."""

import time
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from service.store.engine import Database

LATE = timedelta(minutes=1)
"""A worker renews its lease every few seconds: when nothing at all has arrived for so long, something is wrong."""
PATIENCE = 2.0
"""How many seconds an answer waits for the copy before it is given all the same."""
_BEHIND = """
SELECT CASE WHEN pg_is_in_recovery() THEN extract(epoch FROM
  clock_timestamp() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time())) ELSE 0 END
"""


def behind(database: Database) -> timedelta:
    """How long ago the newest change was made that the copy has; nothing where no copy is read from."""
    if database.copy is None:
        return timedelta()
    return timedelta(seconds=max(0.0, float(str(_asked(database.copy, _BEHIND)))))


def wait_until_read(database: Database, seconds: float, pause: Callable[[float], None] = time.sleep) -> bool:
    """Waits until the copy has what was committed before; False when it takes longer than `seconds`."""
    if database.copy is None:
        return True
    end = _asked(database.engine, "SELECT pg_current_wal_flush_lsn()::text")
    caught_up = f"SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= '{end}'::pg_lsn"
    giving_up = time.monotonic() + seconds
    while not _asked(database.copy, caught_up):
        if time.monotonic() > giving_up:
            return False
        pause(0.01)
    return True


def _asked(engine: sa.Engine, question: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(question).scalar_one()
