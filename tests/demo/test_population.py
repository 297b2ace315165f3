"""A population by seed: the same again, lawful, and written so that the record over it verifies."""

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.config import Settings
from service.demo.population.make import NotEmpty, Wanted, make
from service.domain.identity import clean_iin
from service.gateways.phone import clean_phone
from service.store.columns import of
from service.store.environment import Environment
from service.store.keys import KeyFolder
from service.store.tables import Account, Admission, Appointment, Event, Person, Relationship
from service.store.vault import Vault
from service.store.verify.run import verify

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
SMALL = Wanted(institutions=1, convicts=150, seed=7, until=UNTIL)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    world = make(Settings(data_dir=tmp_path_factory.mktemp("small")), SMALL)
    yield world
    world.database.close()


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        found = {name: sorted(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))) for name in names}
    engine.dispose()
    return found


def test_the_record_over_it_verifies_on_both_engines(empty_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=empty_url)
    make(settings, SMALL).database.close()
    report = verify(settings.database, Vault(KeyFolder(settings.keys), secrets.token_bytes))
    assert report.findings == []
    assert report.events > 20 * SMALL.convicts


def test_one_seed_gives_the_same_rows_however_many_processes_draw(tmp_path: Path) -> None:
    two = replace(SMALL, institutions=2, convicts=40)
    made = []
    for name, processes in (("alone", 1), ("together", 2)):
        settings = Settings(data_dir=tmp_path / name)
        make(settings, two, processes=processes).database.close()
        made.append(rows(settings.database))
    assert made[0] == made[1]


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    found = []
    for seed in (1, 2):
        settings = Settings(data_dir=tmp_path / str(seed))
        make(settings, replace(SMALL, convicts=10, seed=seed)).database.close()
        found.append({row[0] for row in rows(settings.database)["person"]})
    assert not found[0] & found[1]


def test_every_number_is_formally_right_and_given_once(small: Environment) -> None:
    with small.database.reading() as session:
        people = session.scalars(sa.select(Person)).all()
        accounts = session.scalars(sa.select(Account)).all()
    keys = {one.id: small.vault.unwrap(one.id, one.wrapped_key or b"") for one in people}
    numbers = [keys[one.id].open(f"person/iin/{one.id}", one.iin or b"") for one in people]
    phones = [keys[one.person_id].open(f"account/phone/{one.id}", one.phone) for one in accounts]
    assert [clean_iin(number) for number in numbers] == numbers
    assert [clean_phone(number) for number in phones] == phones
    assert max(Counter(numbers + phones).values()) == 1


def test_the_year_has_every_end_an_appointment_can_come_to(small: Environment) -> None:
    row = of(Appointment)
    with small.database.reading() as session:
        states = dict(map(tuple, session.execute(sa.select(row.state, sa.func.count()).group_by(row.state))))
        span = session.execute(sa.select(sa.func.min(row.starts_at), sa.func.max(row.starts_at))).one()
    assert {"completed", "granted", "requested", "refused", "cancelled", "lapsed", "no_show"} <= set(states)
    assert states["completed"] > sum(states.values()) / 2
    assert span[0] < UNTIL - timedelta(days=300)
    assert span[1] > UNTIL


def test_whoever_was_let_in_has_left_or_is_inside_a_visit_under_way(small: Environment) -> None:
    with small.database.reading() as session:
        admissions = session.scalars(sa.select(Admission)).all()
        underway = session.scalar(
            sa.select(sa.func.count()).select_from(Appointment).where(of(Appointment).state == "underway")
        )
    inside = [one for one in admissions if one.left_at is None]
    assert len(admissions) > 100
    assert all(one.matched for one in admissions)
    assert bool(inside) <= bool(underway)


def test_relationships_stop_at_every_step(small: Environment) -> None:
    row = of(Relationship)
    with small.database.reading() as session:
        states = set(session.scalars(sa.select(row.state)))
    assert {"declined", "verified", "confirmed"} <= states


def test_nothing_happens_after_its_end(small: Environment) -> None:
    with small.database.reading() as session:
        newest = session.scalar(sa.select(sa.func.max(of(Event).at)))
    assert newest == UNTIL


def test_it_is_never_mixed_with_another_installation(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    make(settings, replace(SMALL, convicts=5)).database.close()
    with pytest.raises(NotEmpty):
        make(settings, replace(SMALL, convicts=5, seed=8))
