"""A refusal that is dropped or switched off changes no row; the verifier looks at the shape too."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.store.environment import Environment
from service.store.migrate import upgrade
from service.store.verify import shape, verify
from service.store.verify.raw import snapshot
from tests.postgres import Databases

BOTH = {
    "DROP INDEX uq_person_iin_index": "shape.missing",
    "DROP TABLE throttle": "shape.missing",
    "CREATE TABLE shadow (id int)": "shape.unexpected",
    "CREATE VIEW shadow AS SELECT * FROM person": "shape.unexpected",
    "ALTER TABLE room ADD COLUMN reserved text": "shape.unexpected",
    "UPDATE alembic_version SET version_num = '0000'": "shape.version",
    "DELETE FROM alembic_version": "shape.version",
}
SQLITE = {
    "DROP TRIGGER tr_appointment_fixed": "shape.missing",
    "CREATE TRIGGER quiet AFTER INSERT ON scan BEGIN DELETE FROM throttle; END": "shape.unexpected",
}
POSTGRESQL = {
    "DROP TRIGGER tr_appointment_fixed ON appointment": "shape.missing",
    "ALTER TABLE appointment DISABLE TRIGGER tr_appointment_fixed": "shape.changed",
    "ALTER TABLE appointment DISABLE TRIGGER ALL": "shape.changed",
    "ALTER TABLE appointment DROP CONSTRAINT ex_appointment_place": "shape.missing",
    "ALTER TABLE relationship DROP CONSTRAINT ck_relationship_two_people": "shape.missing",
    "ALTER TABLE device DROP CONSTRAINT ck_device_kind, "
    "ADD CONSTRAINT ck_device_kind CHECK (kind IN ('bridge', 'kiosk', 'other'))": "shape.changed",
    "ALTER TABLE person ALTER COLUMN language DROP NOT NULL": "shape.changed",
    "ALTER TABLE person ALTER COLUMN language TYPE text": "shape.changed",
    "CREATE OR REPLACE FUNCTION kz_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$": (
        "shape.changed"
    ),
    "CREATE RULE quiet AS ON DELETE TO scan DO INSTEAD NOTHING": "shape.unexpected",
    "ALTER TABLE scan ENABLE ROW LEVEL SECURITY": "shape.changed",
    "CREATE POLICY quiet ON scan USING (false)": "shape.unexpected",
}


def codes_after(founded: Environment, url: str, statement: str) -> set[str]:
    with founded.database.engine.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
    return {finding.code for finding in verify(url, founded.vault).findings}


@pytest.mark.parametrize("statement", BOTH)
def test_a_changed_shape_is_found(founded: Environment, engine_url: str, statement: str) -> None:
    assert BOTH[statement] in codes_after(founded, engine_url, statement)


OWN = [("sqlite", statement) for statement in SQLITE] + [("postgresql", statement) for statement in POSTGRESQL]
on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("engine_url", "statement"), OWN, indirect=["engine_url"])
def test_what_stands_in_an_insiders_way_is_not_taken_away_unseen(
    founded: Environment, engine_url: str, statement: str
) -> None:
    assert {**SQLITE, **POSTGRESQL}[statement] in codes_after(founded, engine_url, statement)


def rewrite_definition(founded: Environment, name: str, old: str, new: str) -> None:
    """Changes SQLite's own note of how something is defined, behind its back."""
    with founded.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        statement = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?"
        connection.exec_driver_sql(statement, (old, new, name))
        connection.commit()


@on_sqlite
def test_a_constraint_taken_out_of_sqlites_own_definition_is_found(founded: Environment, engine_url: str) -> None:
    rewrite_definition(founded, "relationship", "verified_by <> confirmed_by", "1 = 1")
    assert [one.code for one in verify(engine_url, founded.vault).findings] == ["shape.changed"]


@on_sqlite
def test_a_damaged_index_of_sqlite_is_found(founded: Environment, engine_url: str) -> None:
    rewrite_definition(founded, "uq_institution_number", "(number)", "(kind)")
    found = {one.code for one in verify(engine_url, founded.vault).findings}
    assert {"shape.changed", "shape.damaged"} <= found


def test_the_shape_kept_for_postgresql_is_that_of_the_migrations(postgres_databases: Databases) -> None:
    url = postgres_databases.make()
    upgrade(url)
    with snapshot(url) as raw:
        found = shape.shape_of(raw)
    postgres_databases.drop(url)
    stale = "migrate an empty PostgreSQL database and run: python -m service.store.verify.shape URL"
    assert found == shape.shape_wanted(sqlite=False), stale


def test_every_refusal_of_the_database_is_part_of_the_shape() -> None:
    folder = Path(shape.__file__).parents[1] / "migrations"
    for engine in ("sqlite", "postgresql"):
        names = {
            name
            for script in folder.glob(f"refusals_*.{engine}.sql")
            for name in re.findall(r"CREATE TRIGGER (\w+)|ADD CONSTRAINT (\w+)", script.read_text(encoding="utf-8"))
            for name in name
            if name
        }
        known = {place.partition(".")[2] for place in shape.shape_wanted(sqlite=engine == "sqlite")}
        assert names
        assert names <= known


def test_a_database_without_tables_is_not_called_clean(empty_url: str) -> None:
    engine = sa.create_engine(empty_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alone (id int)")
    engine.dispose()
    codes = {finding.code for finding in verify(empty_url, None).findings}
    assert codes == {"shape.missing", "shape.unexpected"}


def test_a_database_in_which_nothing_was_founded_is_not_called_clean(engine_url: str) -> None:
    assert "log.missing" in {finding.code for finding in verify(engine_url, None).findings}
