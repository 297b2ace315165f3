"""Migrations, institutions and passes from the console."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from service.cli import main

OPEN = [
    "institution", "open", "la-155-8", "--number", "8", "--name-kk", "ЛА-155/8 мекемесі", "--name-ru",
    "Учреждение ЛА-155/8", "--name-en", "Institution LA-155/8",
]  # fmt: skip


def kezdesu(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_no_migration_is_missing() -> None:
    assert kezdesu("migrate", "--check").exit_code == 0


def test_a_table_that_no_migration_makes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlmodel import SQLModel

    forgotten = sa.Table("forgotten", SQLModel.metadata, sa.Column("id", sa.Integer, primary_key=True))
    try:
        result = kezdesu("migrate", "--check", "--json")
    finally:
        SQLModel.metadata.remove(forgotten)
    assert result.exit_code == 1
    assert "forgotten" in json.loads(result.stdout)["faults"][0]


def test_a_database_behind_the_migrations_is_found_and_brought_up(empty_url: str, tmp_path: Path) -> None:
    where = ("--database-url", empty_url, "--data-dir", str(tmp_path / "data"))
    behind = kezdesu("migrate", "--check", *where)
    assert behind.exit_code == 1
    assert "no migration" in behind.output
    assert kezdesu("migrate", *where).exit_code == 0
    assert kezdesu("migrate", "--check", *where).exit_code == 0


def test_a_database_changed_beside_the_migrations_is_found(engine_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(engine_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_scan_pass")
    engine.dispose()
    result = kezdesu("migrate", "--check", "--database-url", engine_url)
    assert result.exit_code == 1
    assert "ix_scan_pass" in result.output


@pytest.mark.parametrize("asked", [["migrate"], [*OPEN, "--kind", "medium"]])
def test_a_database_that_does_not_answer_is_told_in_one_line(asked: list[str], tmp_path: Path) -> None:
    nowhere = f"postgresql://kezdesu@/kezdesu?host={tmp_path}"
    done = kezdesu(*asked, "--database-url", nowhere, "--data-dir", str(tmp_path / "data"))
    assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit)
    said = [line for line in done.output.splitlines() if str(tmp_path) in line]
    assert len(said) == 1
    assert "No such file or directory" in said[0]


def test_the_first_institution_begins_the_installation(empty_url: str, tmp_path: Path) -> None:
    where = ("--database-url", empty_url, "--data-dir", str(tmp_path / "data"))
    opened = kezdesu(*OPEN, "--kind", "medium", "--json", *where)
    assert json.loads(opened.stdout) == {"institution": "la-155-8"}
    (listed,) = json.loads(kezdesu("institution", "list", "--json", *where).stdout)
    assert (listed["code"], listed["number"], listed["kind"], listed["events"]) == ("la-155-8", 8, "medium", 1)


def test_keys_are_for_the_services_account_only(tmp_path: Path) -> None:
    kezdesu(*OPEN, "--kind", "medium", "--data-dir", str(tmp_path / "data"))
    keys = list((tmp_path / "data" / "keys").iterdir())
    assert {"wrapping.key", "lookup.key", "server.key", "pass-1.key", "log-la-155-8.key"} <= {one.name for one in keys}
    assert {one.stat().st_mode & 0o777 for one in keys} == {0o600}


def test_an_institution_is_opened_once(tmp_path: Path) -> None:
    command = (*OPEN, "--kind", "medium", "--data-dir", str(tmp_path / "data"))
    assert kezdesu(*command).exit_code == 0
    again = kezdesu(*command, "--json")
    assert again.exit_code == 1
    assert json.loads(again.stdout)["refused"] == "conflict"


def test_a_type_of_institution_that_the_law_does_not_know_is_refused(tmp_path: Path) -> None:
    result = kezdesu(*OPEN, "--kind", "castle", "--data-dir", str(tmp_path / "data"))
    assert result.exit_code == 2
    assert "medium" in result.output
    assert not (tmp_path / "data").exists()


def test_lost_keys_are_named_and_not_made_anew(tmp_path: Path) -> None:
    where = ("--data-dir", str(tmp_path / "data"))
    kezdesu(*OPEN, "--kind", "medium", *where)
    (tmp_path / "data" / "keys" / "wrapping.key").unlink()
    second = kezdesu(*(word.replace("155-8", "155-9") for word in OPEN), "--kind", "medium", *where)
    assert second.exit_code != 0
    assert not (tmp_path / "data" / "keys" / "wrapping.key").exists()


def test_the_key_of_passes_is_renewed_and_a_pass_that_is_not_there_is_named(empty_url: str, tmp_path: Path) -> None:
    where = ("--database-url", empty_url, "--data-dir", str(tmp_path / "data"))
    assert kezdesu(*OPEN, "--kind", "medium", *where).exit_code == 0
    assert json.loads(kezdesu("pass", "rotate", "--json", *where).stdout) == {"number": 2}
    assert len(list(tmp_path.rglob("pass-2.key"))) == 1
    unknown = kezdesu("pass", "show", "0" * 32, *where)
    assert unknown.exit_code == 1
    assert "0" * 32 in unknown.output


def test_what_is_no_pass_is_refused(tmp_path: Path) -> None:
    where = ("--data-dir", str(tmp_path / "data"))
    kezdesu(*OPEN, "--kind", "medium", *where)
    result = kezdesu("pass", "check", "KZP1:NO PASS", "--json", *where)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["refusal"] == "malformed"


def test_without_an_installation_a_command_says_how_to_begin(tmp_path: Path) -> None:
    result = kezdesu("institution", "list", "--data-dir", str(tmp_path / "data"))
    assert result.exit_code == 1
    assert "institution open" in result.output
    assert not (tmp_path / "data").exists()


def test_an_installation_without_its_keys_is_not_read(tmp_path: Path) -> None:
    where = ("--data-dir", str(tmp_path / "data"))
    kezdesu(*OPEN, "--kind", "medium", *where)
    (tmp_path / "data" / "keys" / "lookup.key").unlink()
    result = kezdesu("institution", "list", *where)
    assert result.exit_code == 1
    assert "lookup.key" in result.output
