"""The institution is the key by which a country is divided: of every table, every foreign key, every unique key."""

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from service.app.convict_admit import Arrival
from service.app.convict_transfer import transfer_convict
from service.store.environment import Environment
from service.store.partition_key import (
    ACROSS,
    EVERYWHERE,
    HANGS_ON,
    UNIQUE_ACROSS,
    faults,
    is_divided,
    links,
    strays,
    wide_keys,
)
from tests.app.booking import hold
from tests.cast import MAXIMUM, MEDIUM, World
from tests.store.whole import whole

INVENTED = {"carried_history.placement_id"}
"""The filled installation carries a history without moving anybody; a real transfer is tried below."""
EXCLUSIONS = sa.text(
    "SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c WHERE c.contype = 'x' AND c.conparentid = 0"
)


def test_every_table_is_of_one_institution_or_of_the_country_and_says_so() -> None:
    assert faults() == []
    assert all(reason for reason in EVERYWHERE.values())


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([sa.Column("id", sa.String)], "must say how it is divided"),
        ([sa.Column("institution_id", sa.String, nullable=True)], "would be nobody's"),
    ],
)
def test_a_new_table_without_its_place_is_a_fault(columns: list[sa.Column[str]], said: str) -> None:
    fresh = sa.MetaData()
    sa.Table("parcel", fresh, *columns)
    assert any(fault.startswith("parcel") and said in fault for fault in faults(fresh))


def test_a_table_in_two_places_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.partition_key.EVERYWHERE", {**EVERYWHERE, "scan": "by mistake"})
    assert any(fault.startswith("scan") for fault in faults())


def test_what_hangs_on_a_row_of_the_country_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = {name: reason for name, reason in EVERYWHERE.items() if name != "passkey"}
    monkeypatch.setattr("service.store.partition_key.EVERYWHERE", everywhere)
    monkeypatch.setattr("service.store.partition_key.HANGS_ON", {**HANGS_ON, "passkey": "person_id"})
    assert faults() == ["passkey.person_id is no key of a row with an institution"]


def test_what_is_unique_beyond_an_institution_is_named_with_what_keeps_it_so() -> None:
    in_tables = {name for name in UNIQUE_ACROSS if not name.partition(" ")[2].startswith("ex_")}
    assert wide_keys() == in_tables


def test_what_may_not_overlap_beyond_an_institution_is_named(migrated_postgres: str) -> None:
    engine = sa.create_engine(sa.make_url(migrated_postgres).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        found = {f"{table} {name}" for table, name in connection.execute(EXCLUSIONS)}
    engine.dispose()
    # A place is of one institution, and so is whatever overlaps there.
    assert found - {"appointment ex_appointment_place"} == {name for name in UNIQUE_ACROSS if " ex_" in name}


def test_foreign_keys_join_rows_of_one_institution(founded: Environment) -> None:
    whole(founded)
    with founded.database.engine.connect() as connection:
        counted = list(strays(connection))
        sizes = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in SQLModel.metadata.sorted_tables
        }
    assert {name for name, rows in sizes.items() if rows == 0} <= set(EVERYWHERE)
    assert {name for name, _, apart in counted if apart} == INVENTED
    assert {name for name, joined, _ in counted if not joined} == set()
    assert {name for name, _, _ in counted} == dict(links()).keys()


def test_only_a_transferred_convicts_visit_joins_two_institutions(world: World) -> None:
    arrival = Arrival(MAXIMUM, world.environment.clock().date(), "наряд № 5", "regular")
    world.run(
        world.as_officer("registry_officer"),
        lambda unit: transfer_convict(unit, convict=world.people["Ерлан"], arrival=arrival),
    )
    world.templates[MEDIUM, "long"] = world.templates[MAXIMUM, "long"]
    hold(world)
    with world.environment.database.engine.connect() as connection:
        counted = list(strays(connection))
    assert {name for name, joined, _ in counted if joined} >= INVENTED
    assert {name for name, _, apart in counted if apart} == {"appointment_visitor.relationship_id"} <= set(ACROSS)


def test_a_row_of_another_institution_is_counted(world: World) -> None:
    with world.environment.database.engine.connect() as connection, connection.begin() as changing:
        room = SQLModel.metadata.tables["room"]
        connection.execute(
            sa.update(room).where(room.c.id == world.rooms[MEDIUM, "short"]).values(institution_id=MAXIMUM)
        )
        apart = {name: apart for name, _, apart in strays(connection) if apart}
        changing.rollback()
    assert apart["place.room_id"] == len(world.places[MEDIUM, "short"])
    assert is_divided(room)
