"""The record from the command line: verify, checkpoint, export, prove."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from service.cli import main
from service.record.disclosure import check_receipt
from service.record.export import check_export
from service.record.keys import NoteVerifier
from service.store.columns import of
from service.store.tables import Person
from tests.app.booking import grant, hold, request
from tests.cast import MEDIUM, World
from tests.store.forgery import unguarded

ORIGIN = f"kezdesu.kz/{MEDIUM}"


def kezdesu(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def where(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[str, ...]:
    """How a command is told which installation is meant: the cast's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEZDESU_KEYS_DIR", str(world.environment.keys.path))
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    return ("--database-url", url, "--data-dir", str(tmp_path / "data"))


@pytest.fixture
def booked(world: World) -> str:
    """A granted long visit of the mother's."""
    held = hold(world)
    request(world, held)
    grant(world, held.appointment)
    return held.appointment


def rename_a_mother(world: World) -> str:
    """Somebody with SQL gives one person the name of another."""
    with unguarded(world.environment.database) as connection:
        person = world.people["Айгүл"]
        connection.execute(sa.update(Person).where(of(Person).id == person).values(language="ru"))
    return person


def test_an_honest_installation_is_as_the_record_says(where: tuple[str, ...], booked: str) -> None:
    result = kezdesu("record", "verify", *where, "--json")
    verdict = json.loads(result.stdout)
    assert (result.exit_code, verdict["clean"], verdict["discrepancies"]) == (0, True, [])
    assert {log["origin"] for log in verdict["logs"]} >= {ORIGIN, "kezdesu.kz/national"}
    assert min(verdict["events"], verdict["openings"], verdict["cells"]) > 0


def test_every_discrepancy_is_listed_with_its_place(world: World, where: tuple[str, ...]) -> None:
    person = rename_a_mother(world)
    result = kezdesu("record", "verify", *where, "--json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["discrepancies"]
    assert found == {
        "code": "cell.clear", "log": "national", "table": "person", "row": person, "column": "language",
        "detail": "'ru' instead of 'kk'",
    }  # fmt: skip
    in_words = kezdesu("record", "verify", *where)
    assert (in_words.exit_code, f"cell.clear  national person/{person}/language" in in_words.stdout) == (1, True)


def test_without_keys_what_was_not_checked_is_told(
    where: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, world: World, tmp_path: Path
) -> None:
    monkeypatch.delenv("KEZDESU_KEYS_DIR")
    world.environment.keys.path.rename(tmp_path / "elsewhere")
    result = kezdesu("record", "verify", *where, "--json")
    assert result.exit_code == 1
    assert [found["code"] for found in json.loads(result.stdout)["discrepancies"]] == ["keys.missing"]
    told = kezdesu("record", "verify", *where, "--keys", str(tmp_path / "elsewhere"), "--json")
    assert json.loads(told.stdout)["clean"] is True


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_keys_beside_the_sqlite_file_are_found(
    where: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    monkeypatch.delenv("KEZDESU_KEYS_DIR")
    assert kezdesu("record", "verify", *where).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--database-url", "sqlite:////nowhere/at/all.db"),
        ("--database-url", "mysql://x"),
        ("--database-url", "not an address"),
        ("--keys", "nowhere"),
        ("--checkpoint", "nowhere"),
    ],
)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_cannot_be_run_ends_with_two(where: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    result = kezdesu("record", "verify", *where, *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_printed_head_is_what_verify_compares_later(where: tuple[str, ...], world: World, tmp_path: Path) -> None:
    head = tmp_path / "head"
    printed = kezdesu("record", "checkpoint", "--log", ORIGIN, *where)
    head.write_text(printed.stdout)
    assert kezdesu("record", "verify", *where, "--checkpoint", str(head)).exit_code == 0
    assert kezdesu("record", "checkpoint", "--log", MEDIUM, *where).stdout == printed.stdout, "nothing new was signed"
    forged = tmp_path / "forged"
    forged.write_text(printed.stdout.replace(ORIGIN, "kezdesu.kz/national"))
    assert kezdesu("record", "verify", *where, "--checkpoint", str(forged)).exit_code == 1


def test_all_heads_are_listed(where: tuple[str, ...]) -> None:
    first, again = (json.loads(kezdesu("record", "checkpoint", "--json", *where).stdout) for _ in range(2))
    assert {one["origin"] for one in first} >= {ORIGIN, "kezdesu.kz/national"}
    assert {one["new"] for one in first} == {True}
    assert [one["size"] for one in again] == [one["size"] for one in first]
    assert {one["new"] for one in again} == {False}


def test_an_exported_log_is_what_its_key_signed(where: tuple[str, ...], booked: str, tmp_path: Path) -> None:
    told = json.loads(kezdesu("record", "export", "out", "--log", ORIGIN, *where, "--json").stdout)
    (log,) = told
    assert list(check_export(tmp_path / "out", NoteVerifier.from_vkey(log["vkey"]))) == []
    entries = b"".join(
        file.read_bytes() for file in (tmp_path / "out" / "tile" / "entries").rglob("*") if file.is_file()
    )
    assert booked.encode() in entries
    assert kezdesu("record", "export", "out", *where).exit_code == 1, "the directory is not empty"


def test_every_log_can_be_exported_at_once(where: tuple[str, ...], tmp_path: Path) -> None:
    for log in json.loads(kezdesu("record", "export", "out", "--all", *where, "--json").stdout):
        assert list(check_export(Path(log["directory"]), NoteVerifier.from_vkey(log["vkey"]))) == []
    assert (tmp_path / "out" / "national" / "checkpoint").is_file()


def test_a_proof_of_an_appointment_is_checked_by_the_logs_key(
    where: tuple[str, ...], booked: str, world: World, tmp_path: Path
) -> None:
    told = json.loads(kezdesu("record", "prove", booked, *where, "--json").stdout)
    data = (tmp_path / f"{booked}.tlog-proof").read_bytes()
    shown = check_receipt(data, NoteVerifier.from_vkey(told["vkey"]))
    assert (shown.entry["t"], shown.entry["log"], shown.values) == ("appointment.granted", MEDIUM, {})
    opened = kezdesu("record", "prove", booked, "--person", world.people["Айгүл"], "-o", "-", *where)
    values = check_receipt(opened.stdout_bytes, NoteVerifier.from_vkey(told["vkey"])).values
    assert world.people["Айгүл"] in values.values()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_there_is_no_proof_of_what_is_not_there(where: tuple[str, ...]) -> None:
    assert kezdesu("record", "prove", "0" * 32, *where).exit_code == 1
