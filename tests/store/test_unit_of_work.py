"""One use case, one transaction: rows, events and openings together, or nothing."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from service.app.person_register import Identity, register_person
from service.app.transact import transact
from service.domain.refusal import Refusal
from service.record.commitment import matches
from service.record.hashes import leaf_hash
from service.store.columns import of
from service.store.environment import Environment
from service.store.openings import open_opening
from service.store.tables import NATIONAL, Event, Log, Opening, Person
from service.store.unit_of_work import UnitOfWork
from tests.store.world import SYSTEM, Clock

AIGUL = Identity("Ахметова", "Айгүл", date(1960, 5, 1), document="KGZ passport AN123456")


def counted(world: Environment) -> dict[str, int]:
    with world.database.reading() as session:
        return {
            table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Person, Event, Opening)
        }


def newest(world: Environment, log: str = NATIONAL) -> Event:
    with world.database.reading() as session:
        found = session.scalars(
            sa.select(Event).where(of(Event).log_id == log).order_by(of(Event).number.desc())
        ).first()
        assert found is not None
        return found


def test_a_use_case_that_fails_leaves_nothing_behind(founded: Environment) -> None:
    before = counted(founded)

    def half(unit: UnitOfWork) -> None:
        register_person(unit, AIGUL)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        transact(founded, SYSTEM, half)
    assert counted(founded) == before


def test_a_changed_row_without_an_event_cannot_be_committed(founded: Environment) -> None:
    before = counted(founded)

    def silent(unit: UnitOfWork) -> None:
        register_person(unit, AIGUL)
        unit._told.clear()

    with pytest.raises(AssertionError, match="no event told"):
        transact(founded, SYSTEM, silent)
    assert counted(founded) == before


def test_a_row_assigned_to_behind_the_units_back_cannot_be_committed(founded: Environment) -> None:
    person = transact(founded, SYSTEM, lambda unit: register_person(unit, AIGUL))

    def assigning(unit: UnitOfWork) -> None:
        unit.get(Person, person).language = "ru"
        unit.tell("person.changed", NATIONAL)

    with pytest.raises(AssertionError, match="by assignment"):
        transact(founded, SYSTEM, assigning)


def test_nothing_that_names_a_person_stands_in_leaf_cell_or_opening(founded: Environment) -> None:
    person = transact(founded, SYSTEM, lambda unit: register_person(unit, AIGUL))
    event = newest(founded)
    with founded.database.reading() as session:
        row = session.get_one(Person, person)
        opening = session.get_one(Opening, (NATIONAL, event.number, person))
    stored = b"".join([event.leaf, row.family_name, row.given_name, row.birth_date, opening.sealed])
    for name in ("Ахметова", "Айгүл", "1960-05-01", "AN123456"):
        assert name.encode() not in stored


def test_the_opening_shows_what_the_leaf_commits_to(founded: Environment) -> None:
    person = transact(founded, SYSTEM, lambda unit: register_person(unit, AIGUL))
    event = newest(founded)
    with founded.database.reading() as session:
        row = session.get_one(Person, person)
        sealed = session.get_one(Opening, (NATIONAL, event.number, person)).sealed
    assert row.wrapped_key is not None
    key = founded.vault.unwrap(person, row.wrapped_key)
    opening = open_opening(key, NATIONAL, event.number, sealed)
    cells = json.loads(event.leaf)["new"]["person"][person]
    salt, value = opening[f"person/{person}/family_name"]
    assert value == "Ахметова"
    assert matches(cells["family_name"]["c"], salt, value)
    assert event.leaf_hash == leaf_hash(event.leaf)


def test_events_of_a_log_are_numbered_without_gap_across_refused_units(founded: Environment) -> None:
    for index in range(4):
        document = f"KGZ passport AN00000{index}"
        transact(
            founded,
            SYSTEM,
            lambda unit, d=document: register_person(unit, Identity("Ли", "Анна", date(1970, 1, 1), document=d)),
        )
        with pytest.raises(Refusal):
            transact(
                founded,
                SYSTEM,
                lambda unit, d=document: register_person(unit, Identity("Ли", "Анна", date(1970, 1, 1), document=d)),
            )
    with founded.database.reading() as session:
        numbers = list(
            session.scalars(sa.select(of(Event).number).where(of(Event).log_id == NATIONAL).order_by(of(Event).number))
        )
        size = session.get_one(Log, NATIONAL).size
    assert numbers == list(range(size))


def test_time_stands_still_when_the_clock_goes_back_a_little(founded: Environment, clock: Clock) -> None:
    before = newest(founded).at
    clock.forward(timedelta(seconds=-90))
    transact(founded, SYSTEM, lambda unit: register_person(unit, AIGUL))
    assert newest(founded).at == before


def test_nothing_is_written_when_the_clock_goes_back_far(founded: Environment, clock: Clock) -> None:
    before = counted(founded)
    clock.forward(timedelta(minutes=-3))
    with pytest.raises(Refusal) as refusal:
        transact(founded, SYSTEM, lambda unit: register_person(unit, AIGUL))
    assert [one.code for one in refusal.value.reasons] == ["clock-behind-record"]
    assert counted(founded) == before
