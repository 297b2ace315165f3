"""A small rush: whatever happens at once, no place is given twice, nothing acknowledged is lost, no server fails."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from service.config import Settings
from service.demo.population.make import Wanted, make
from service.store.columns import of
from service.store.tables import Appointment
from tests.bench.rush import Size, play
from tests.bench.rush_checks import lost, oversold
from tests.bench.rush_population import Country
from tests.crash.checks import halves
from tests.postgres import Databases
from tests.race.families import world_of


def test_in_a_rush_no_place_is_given_twice_and_no_server_fails(
    postgres_databases: Databases, migrated_postgres: str, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    url = postgres_databases.make(copy_of=migrated_postgres)
    country = _country(url, tmp_path / "keys", institutions=rounds(2, 8), convicts=rounds(160, 2400))
    outcome = play(country, Size(minutes=rounds(4, 60) / 60, share=0.5), tmp_path)
    answers = outcome.answers
    assert outcome.failed == 0
    assert answers.strange == []
    assert outcome.oversold == 0
    assert outcome.lost == 0
    assert len(answers.booked) > 5, "nobody booked: this shows nothing"
    assert {"home", "month", "party", "hold", "visit", "booking", "scan"} == {kind for kind, *_ in answers.requests}
    assert halves(country.url, country.keys) == []
    postgres_databases.drop(url)


def test_the_check_finds_what_was_sold_twice_and_what_was_lost(
    postgres_databases: Databases, migrated_postgres: str, tmp_path: Path
) -> None:
    url = postgres_databases.make(copy_of=migrated_postgres)
    country = _country(url, tmp_path / "keys", institutions=1, convicts=30)
    world = world_of(country.url, country.keys)
    with closing(world.database), world.database.writes() as session:
        row = of(Appointment)
        one = session.scalars(sa.select(row.id).where(row.live).order_by(row.id)).first()
        assert one is not None
        assert oversold(world.database) == 0
        asked = session.scalars(sa.select(row.id).where(row.state == "requested")).first()
        assert asked is not None
        assert lost(world.database, [asked, "0" * 32]) == 1
        # What the database itself refuses: the constraint and the triggers are taken away, as a mistake would.
        session.execute(sa.text("SET session_replication_role = replica"))
        for constraint in session.scalars(
            sa.text("SELECT conname FROM pg_constraint WHERE conrelid = 'appointment'::regclass AND contype = 'x'")
        ).all():
            session.execute(sa.text(f'ALTER TABLE appointment DROP CONSTRAINT "{constraint}"'))
        columns = [one.name for one in Appointment.__table__.columns if one.name != "id"]  # type: ignore[attr-defined]
        named = ", ".join(columns)
        session.execute(
            sa.text(f"INSERT INTO appointment (id, {named}) SELECT :new, {named} FROM appointment WHERE id = :one"),
            {"new": "f" * 32, "one": one},
        )
        session.commit()
        assert oversold(world.database) == 2, "one place and one convict, twice"
    postgres_databases.drop(url)


def _country(url: str, keys: Path, *, institutions: int, convicts: int) -> Country:
    now = datetime.now(UTC)
    settings = Settings(database_url=url, keys_dir=keys)
    end = datetime(now.year, now.month, now.day, tzinfo=UTC)
    make(settings, Wanted(institutions, convicts, 1, end)).database.close()
    return Country(url, keys)
