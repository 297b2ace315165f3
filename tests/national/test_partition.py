"""A divided record is the record that it was: verified, refused and booked alike, and read by the part asked for."""

import pytest
from sqlalchemy.exc import IntegrityError

from service.app.checkpoint_publish import publish_checkpoint
from service.app.institution_open import open_institution
from service.app.transact import transact
from service.cli.migrate import not_applied
from service.config import Settings
from service.store.partition import missing
from service.store.verify import verify
from service.store.verify.raw import Raw, inspection_engine
from service.store.verify.shape import check_shape, shape_of
from tests.app.booking import granted, hold
from tests.builders import CONSOLE
from tests.cast import MEDIUM, World
from tests.national.divided import ALMATY, divided, insider, url_of

on_postgresql = pytest.mark.parametrize("world", ["postgresql"], indirect=True)
pytestmark = on_postgresql
TABLES = ("event", "opening")


def rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    with world.environment.database.engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]
            for table in TABLES
        }


def parts(world: World) -> dict[str, str]:
    with world.environment.database.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class "
            "WHERE relispartition AND relkind IN ('r', 'p')"
        )
        return dict(map(tuple, found))


def clean(world: World) -> bool:
    report = verify(url_of(world.environment), world.environment.vault)
    assert report.findings == []
    return report.events > 50


def test_the_same_history_verifies_before_and_after_and_bookings_go_on(world: World) -> None:
    granted(world)
    before = rows(world)
    made = divided(world.environment)
    assert {one.log for one in made} == {"la-155-8", "la-155-14", "si-18", "national"}
    assert rows(world) == before
    assert clean(world)
    hold(world, "Гульзат", "Олег")
    assert clean(world)
    assert not_applied(Settings(database_url=url_of(world.environment))) == []


def test_a_year_that_has_ended_is_cut_off_and_the_next_one_when_it_ends(world: World) -> None:
    granted(world)
    divided(world.environment)
    ended = parts(world)["event of la-155-8 2025"]
    assert ended.startswith("FOR VALUES FROM (0) TO (")
    assert divided(world.environment) == []
    world.clock.tick(days=310)
    transact(world.environment, CONSOLE, lambda unit: publish_checkpoint(unit, log=MEDIUM))
    before = rows(world)
    (again,) = [one for one in divided(world.environment) if one.log == MEDIUM]
    assert [one.year for one in again.years] == [2026]
    assert rows(world) == before
    assert parts(world)["event of la-155-8 2025"] == ended
    assert "event of la-155-8 2026" in parts(world)
    assert "opening of la-155-8 2026" in parts(world)
    assert clean(world)


def test_a_year_with_few_events_goes_with_the_next(world: World) -> None:
    divided(world.environment, at_least=10_000)
    assert not [name for name in parts(world) if name.endswith(" 2025")]


def test_a_new_institution_waits_in_the_default_partition_until_the_next_run(world: World) -> None:
    divided(world.environment)
    names = {"kk": "Жаңа", "ru": "Новая", "en": "New"}
    open_new = lambda unit: open_institution(  # noqa: E731
        unit, code="la-155-99", number=99, names=names, kind="medium", time_zone="Asia/Almaty"
    )
    world.run(CONSOLE, open_new)
    url, clock = url_of(world.environment), world.environment.clock
    (lacking,) = missing(url, now=clock(), zone=ALMATY)
    assert (lacking.log, lacking.known, lacking.years) == ("la-155-99", False, ())
    with world.environment.database.engine.connect() as connection:
        waiting = connection.exec_driver_sql('SELECT DISTINCT log_id FROM "event of others yet"').scalars().all()
    assert waiting == ["la-155-99"]
    before = rows(world)
    assert [one.log for one in divided(world.environment)] == ["la-155-99"]
    assert rows(world) == before
    assert clean(world)


def test_an_event_is_not_changed_nor_removed_by_any_name(world: World) -> None:
    granted(world)
    divided(world.environment)
    leaves = {name for name in parts(world) if name.startswith(TABLES)} | set(TABLES)
    refused = 0
    for name in sorted(leaves):
        table = name.partition(" ")[0]
        changes = ("SET leaf = leaf", "SET number = number + 1000000") if table == "event" else ("SET sealed = sealed",)
        for statement, rule in [(f'DELETE FROM "{name}"', f"tr_{table}_kept")] + [
            (f'UPDATE "{name}" {change}', f"tr_{table}_append_only") for change in changes
        ]:
            with insider(world.environment) as connection:
                if connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() == 0:
                    continue
                with pytest.raises(IntegrityError, match=rule):
                    connection.exec_driver_sql(statement)
                refused += 1
    assert refused > 3 * len(TABLES) * 4


def test_an_event_cannot_be_put_where_it_does_not_belong(world: World) -> None:
    granted(world)
    divided(world.environment)
    with insider(world.environment) as connection:
        taken = "SELECT log_id, number, type, at, leaf, leaf_hash FROM event WHERE log_id = 'si-18'"
        with pytest.raises(IntegrityError, match="partition constraint"):
            connection.exec_driver_sql(f'INSERT INTO "event of la-155-8 later" {taken}')


CHANGES = {
    'ALTER TABLE "event of si-18 2025" DISABLE TRIGGER tr_event_kept': "shape.unexpected",
    'ALTER TABLE "event of si-18 2025" DISABLE TRIGGER ALL': "shape.unexpected",
    'ALTER TABLE "event of si-18" DETACH PARTITION "event of si-18 later"': "shape.unexpected",
    "ALTER TABLE event DISABLE TRIGGER tr_event_append_only": "shape.changed",
    "DROP TRIGGER tr_event_kept ON event": "shape.missing",
    "ALTER TABLE event DROP CONSTRAINT pk_event CASCADE": "shape.missing",
    "ALTER TABLE opening DROP CONSTRAINT fk_opening_event": "shape.missing",
    'ALTER TABLE "event of si-18 2025" ADD CONSTRAINT short CHECK (number < 1000)': "shape.unexpected",
    'CREATE INDEX quiet ON "event of si-18 2025" (type)': "shape.unexpected",
    'CREATE RULE quiet AS ON INSERT TO "event of si-18 later" DO INSTEAD NOTHING': "shape.unexpected",
    'ALTER TABLE "event of si-18 2025" ENABLE ROW LEVEL SECURITY': "shape.unexpected",
    "CREATE TABLE aside PARTITION OF event FOR VALUES IN ('aside') PARTITION BY LIST (log_id)": "shape.unexpected",
}


def test_what_an_insider_changes_of_the_parts_is_found(world: World) -> None:
    granted(world)
    divided(world.environment)
    url, missed = url_of(world.environment), []
    engine = inspection_engine(url)
    for statement, code in CHANGES.items():
        with engine.connect() as connection, connection.begin() as changing:
            connection.exec_driver_sql(statement)
            raw = Raw(connection)
            found = {finding.code for finding in check_shape(raw, shape_of(raw))}
            changing.rollback()
        if code not in found:
            missed.append((statement, found))
    engine.dispose()
    assert missed == []


def test_a_part_that_was_dropped_is_missed_in_the_record(world: World) -> None:
    granted(world)
    divided(world.environment)
    with world.environment.database.engine.connect() as connection:
        connection.exec_driver_sql('DROP TABLE "opening of la-155-8 later"')
        connection.commit()
    report = verify(url_of(world.environment), world.environment.vault)
    assert report.findings != []


def test_a_question_about_one_log_reads_its_parts_only(world: World) -> None:
    divided(world.environment)
    with world.environment.database.engine.connect() as connection:
        asked = "EXPLAIN SELECT leaf FROM event WHERE log_id = 'la-155-8'"
        plan = "\n".join(connection.exec_driver_sql(f"{asked} AND number = 3").scalars())
        whole = "\n".join(connection.exec_driver_sql(asked).scalars())
    assert "event of la-155-8 2025" in plan
    assert "later" not in plan
    assert "event of la-155-8 later" in whole
    assert "si-18" not in whole
    assert "national" not in whole
