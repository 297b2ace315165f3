"""PostgreSQL that was started again: connections of before are found dead, and cost nobody more than one answer."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from service.store import engine
from service.store.engine import Database, open_database
from tests.postgres import PostgresServer


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def ask(database: Database) -> int:
    with database.reading() as session:
        return int(session.scalar(sa.text("SELECT 1")) or 0)


def used_three_times_at_once(database: Database) -> None:
    with database.reading() as one, database.reading() as two, database.looks() as three:
        for session in (one, two, three):
            assert session.scalar(sa.text("SELECT 1")) == 1


def restarted(postgres: PostgresServer) -> None:
    postgres.kill()
    postgres.start()


def test_a_connection_that_lay_idle_is_tried_before_it_is_used(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "TRUSTED_SECONDS", 0.0)
    database = open_database(postgres.url("postgres"))
    with closing(database):
        used_three_times_at_once(database)
        restarted(postgres)
        used_three_times_at_once(database)


def test_one_used_a_moment_ago_is_trusted_and_costs_one_answer_for_all_of_them(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "TRUSTED_SECONDS", 3600.0)
    database = open_database(postgres.url("postgres"))
    with closing(database):
        used_three_times_at_once(database)
        restarted(postgres)
        with pytest.raises(OperationalError):  # answered 503: come again
            ask(database)
        used_three_times_at_once(database)
