"""An acknowledged booking survives a power cut, or the database is not taken."""

import pytest
import sqlalchemy as sa

from service.store.engine import NotDurable, open_database
from tests.postgres import Databases

WEAK = ("fsync", "synchronous_commit", "full_page_writes")


def test_sqlite_syncs_every_commit_and_keeps_foreign_keys(empty_url: str) -> None:
    database = open_database(empty_url)
    if not database.is_sqlite:
        database.close()
        return
    with database.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_postgresql_that_may_forget_what_it_acknowledged_is_refused(postgres_databases: Databases) -> None:
    url = postgres_databases.make()
    database = open_database(url)
    name = database.engine.url.database
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    database.close()
    with pytest.raises(NotDurable, match="synchronous_commit"):
        open_database(url)
    postgres_databases.drop(url)


def test_another_engine_is_refused_in_words() -> None:
    with pytest.raises((ValueError, sa.exc.NoSuchModuleError), match=r"SQLite or PostgreSQL|mysql"):
        open_database("mysql://nowhere/kezdesu")


def test_readers_on_sqlite_do_not_wait_for_the_writer(empty_url: str) -> None:
    database = open_database(empty_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE fact (n INTEGER)")
    with database.writes() as writer:
        writer.execute(sa.text("INSERT INTO fact VALUES (1)"))
        with database.reading() as reader:
            assert reader.execute(sa.text("SELECT count(*) FROM fact")).scalar_one() == 0
        writer.commit()
    with database.reading() as reader:
        assert reader.execute(sa.text("SELECT count(*) FROM fact")).scalar_one() == 1
    database.close()
