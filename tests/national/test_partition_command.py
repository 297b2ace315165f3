"""`kezdesu partition`: says what is missing, makes it, and a backup of what it made comes back whole."""

import json

import pytest
import sqlalchemy as sa

from tests.backup.conftest import place
from tests.backup.place import Place
from tests.cast import MAXIMUM, MEDIUM

__all__ = ["place"]

on_postgresql = pytest.mark.parametrize("world", ["postgresql"], indirect=True)


@on_postgresql
def test_what_is_missing_is_named_made_and_comes_back_from_a_backup(place: Place) -> None:
    place.happens()
    asked = ("partition", "--database-url", place.url, "--json")
    before = place.kezdesu(*asked, "--check")
    assert before.exit_code == 1, before.output
    told = json.loads(before.stdout)
    assert told["faults"] == []
    assert {one["log"] for one in told["missing"]} == {MEDIUM, MAXIMUM, "si-18", "national"}
    made = place.kezdesu(*asked)
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["made"] == told["missing"]
    after = place.kezdesu(*asked, "--check")
    assert (after.exit_code, json.loads(after.stdout)) == (0, {"across": {}, "faults": [], "missing": []})
    assert place.back_up().exit_code == 0
    back = place.restore("backup", "--json")
    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout)["clean"] is True
    checked = place.kezdesu("partition", "--check", "--database-url", place.empty)
    assert (checked.exit_code, checked.stdout.strip()) == (0, "divided, and every row is where its institution is")


@on_postgresql
def test_a_row_of_another_institution_is_told(place: Place) -> None:
    world = place.world
    with world.environment.database.engine.begin() as connection:
        asked = sa.text("UPDATE room SET institution_id = :other WHERE id = :room")
        connection.execute(asked, {"other": MAXIMUM, "room": world.rooms[MEDIUM, "short"]})
    told = place.kezdesu("partition", "--check", "--database-url", place.url)
    assert told.exit_code == 1
    assert "place.room_id joins 4 rows of two institutions" in told.stdout


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_sqlite_is_not_divided(place: Place) -> None:
    refused = place.kezdesu("partition", "--database-url", place.url)
    assert refused.exit_code == 2
    assert "no partitions" in refused.stderr
