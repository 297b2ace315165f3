"""The first officers, from the console."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.app.officer_sign_in import sign_in_officer
from service.bootstrap import environment
from service.cli import main
from service.config import Settings
from service.domain.refusal import Refusal

PERSON = ["--family-name", "Сейітова", "--given-name", "Айгүл", "--birth-date", "1985-04-02", "--iin", "850402400117"]


def kezdesu(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


@pytest.fixture
def where(tmp_path: Path) -> tuple[str, ...]:
    where = ("--data-dir", str(tmp_path / "data"))
    names = ("--name-kk", "а", "--name-ru", "б", "--name-en", "c")
    kezdesu("institution", "open", "la-155-8", "--number", "8", *names, "--kind", "medium", *where)
    return where


def test_a_printed_password_signs_in(where: tuple[str, ...]) -> None:
    role = ("--institution", "la-155-8", "--role", "registry_officer")
    added = kezdesu(
        "staff", "add", "Seitova", "--employee-number", "17", *PERSON, *role, "--print-password", "--json", *where
    )
    password = json.loads(added.stdout)["password"]
    world = environment(Settings(data_dir=Path(where[1])))
    assert sign_in_officer(world, login="seitova", password=password, address="127.0.0.1").token
    with pytest.raises(Refusal):
        sign_in_officer(world, login="seitova", password=password + "x", address="127.0.0.1")
    world.database.close()
    (listed,) = json.loads(kezdesu("staff", "list", "--json", *where).stdout)
    assert [(one["institution"], one["role"], one["state"]) for one in listed["roles"]] == [
        ("la-155-8", "registry_officer", "held")
    ]


def test_a_weak_password_is_refused_before_anybody_is_added(where: tuple[str, ...]) -> None:
    weak = kezdesu("staff", "add", "seitova", "--employee-number", "17", *PERSON, *where, typed="123\n123\n")
    assert weak.exit_code == 1
    assert json.loads(kezdesu("staff", "list", "--json", *where).stdout) == []
    strong = kezdesu(
        "staff", "add", "seitova", "--employee-number", "17", *PERSON, *where, typed="үш тау, екі өзен\n" * 2
    )
    assert strong.exit_code == 0, strong.output


def test_a_role_is_given_once_and_ended(where: tuple[str, ...]) -> None:
    kezdesu("staff", "add", "seitova", "--employee-number", "17", *PERSON, "--print-password", *where)
    role = ("staff", "role", "seitova", "--institution", "la-155-8", "--role", "head", *where)
    assert kezdesu(*role).exit_code == 0
    again = kezdesu(*role, "--json")
    assert (again.exit_code, json.loads(again.stdout)["reasons"][0]["code"]) == (1, "already-there")
    assert kezdesu(*role, "--end", "moved").exit_code == 0
    (listed,) = json.loads(kezdesu("staff", "list", "--json", *where).stdout)
    assert listed["roles"] == []


def test_roles_that_exclude_each_other_are_refused(where: tuple[str, ...]) -> None:
    kezdesu("staff", "add", "seitova", "--employee-number", "17", *PERSON, "--print-password", *where)
    role = ("staff", "role", "seitova", "--institution", "la-155-8", *where)
    assert kezdesu(*role, "--role", "registry_officer").exit_code == 0
    assert kezdesu(*role, "--role", "second_registry_officer").exit_code == 1
