"""Migrations lead from nothing to the tables in the code and back, with rows in them, on both engines."""

import sqlalchemy as sa
from sqlmodel import SQLModel

import service.store.tables  # noqa: F401  (fills the metadata)
from service.store.engine import open_database
from service.store.migrate import current, differences, downgrade, head, upgrade
from tests.store.bare_rows import bare


def names(url: str) -> set[str]:
    database = open_database(url)
    found = set(sa.inspect(database.engine).get_table_names())
    database.close()
    return found


def test_the_newest_migration_makes_the_tables_of_the_code(engine_url: str) -> None:
    assert names(engine_url) == set(SQLModel.metadata.tables) | {"alembic_version"}
    assert differences(engine_url) == []
    database = open_database(engine_url)
    with database.engine.connect() as connection:
        assert current(connection) == head()
    database.close()


def test_migrations_go_down_over_rows_and_up_again(engine_url: str) -> None:
    rows = bare(engine_url)
    booked = rows.appointment()
    rows.visitor(booked, rows.ids["mother"], rows.ids["tie"])
    rows.database.close()
    downgrade(engine_url, "base")
    assert names(engine_url) == {"alembic_version"}
    upgrade(engine_url)
    assert differences(engine_url) == []
    again = bare(engine_url)
    again.visitor(again.appointment(), again.ids["mother"], again.ids["tie"])
    again.database.close()


def test_migrating_twice_changes_nothing(engine_url: str) -> None:
    before = names(engine_url)
    upgrade(engine_url)
    assert names(engine_url) == before
