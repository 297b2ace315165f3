"""The demonstration: made by the service's own acts, found again as it was, and true to what is said of it."""

import json
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from service.app.officer_sign_in import sign_in_officer
from service.app.register_import import check_register
from service.cli import main
from service.config import Settings
from service.demo.cast import ALEXEY, CODE, DANIYAR, NURLAN, OFFICERS, PASSWORD, VIKTOR, ConvictPart
from service.demo.desk import IGOR, SABIT
from service.demo.prepare import prepare, prepared
from service.demo.today import arrive, open_hours, scannable
from service.domain.access import Actor
from service.domain.entitlement import Entitlement, entitlement
from service.domain.facts import AppointmentRequest, VisitKind
from service.gateways.sms import LocalSms
from service.store.columns import of
from service.store.environment import Environment
from service.store.facts import convict_file
from service.store.keys import KeyFolder
from service.store.tables import (
    Appointment,
    Checkpoint,
    Convict,
    ConvictRequest,
    ExceptionRequest,
    OfficerRole,
    PersonMerge,
    Relationship,
    ReviewFlag,
)
from service.store.vault import Vault
from service.store.verify.run import verify

NOW = datetime(2026, 11, 18, 5, 40, tzinfo=UTC)


def at(now: datetime = NOW) -> "Clock":
    return Clock(now)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def demonstration(empty_url: str, tmp_path: Path) -> Iterator[tuple[Settings, Environment]]:
    settings = Settings(data_dir=tmp_path / "data", database_url=empty_url)
    world = prepare(settings, at())
    yield settings, world
    world.database.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    made = prepare(Settings(data_dir=tmp_path_factory.mktemp("demonstration")), at())
    yield made
    made.database.close()


def findings(settings: Settings) -> list[object]:
    return list(verify(settings.database, Vault(KeyFolder(settings.keys), secrets.token_bytes)).findings)


def asked(world: Environment, part: ConvictPart, kind: VisitKind) -> Entitlement:
    index = world.vault.index("convict.file_number", part.file_number)
    with world.database.reading() as session:
        convict = session.scalars(sa.select(Convict).where(of(Convict).file_number_index == index)).one()
        facts = convict_file(session, convict).facts
    return entitlement(world.law, facts, AppointmentRequest(kind, NOW.date() + timedelta(days=3)))


def states(world: Environment, table: type, part: ConvictPart) -> list[str]:
    index = world.vault.index("convict.file_number", part.file_number)
    with world.database.reading() as session:
        convict = session.scalar(sa.select(of(Convict).id).where(of(Convict).file_number_index == index))
        return sorted(session.scalars(sa.select(of(table).state).where(of(table).convict_id == convict)))


def test_the_record_over_it_verifies(demonstration: tuple[Settings, Environment]) -> None:
    settings, world = demonstration
    assert findings(settings) == []
    with world.database.reading() as session:
        assert (session.scalar(sa.select(sa.func.count()).select_from(Checkpoint)) or 0) >= 4


def test_families_that_come_today_leave_it_verifiable(demonstration: tuple[Settings, Environment]) -> None:
    settings, world = demonstration
    assert scannable(world) is None
    appointments = {arrive(world, random.Random(seed)) for seed in range(3)}
    assert len(appointments) == 3
    found = scannable(world)
    assert found is not None
    assert found.appointment in appointments
    assert open_hours(world) == 0
    assert findings(settings) == []


@pytest.mark.parametrize("hour", range(24))
def test_at_any_hour_somebody_can_come(world: Environment, hour: int) -> None:
    there = world.at(at(NOW.replace(hour=hour, minute=59) + timedelta(days=hour + 1)))
    visit = arrive(there, random.Random(hour))
    found = scannable(there)
    assert found is not None
    assert found.appointment == visit


def test_a_long_visit_is_due_to_the_first_family_and_too_soon_for_the_third(world: Environment) -> None:
    assert asked(world, DANIYAR, "long").allowed
    soon = asked(world, NURLAN, "long")
    assert not soon.allowed
    assert soon.due is not None
    assert {one.code for one in soon.reasons} == {"interval-before"}
    assert not asked(world, VIKTOR, "long").allowed


def test_every_family_is_where_it_is_said_to_be(world: Environment) -> None:
    assert states(world, Relationship, DANIYAR) == ["confirmed"] * 3
    assert states(world, Relationship, ALEXEY) == ["confirmed", "verified"]
    assert states(world, Appointment, DANIYAR) == ["completed"]
    assert states(world, Appointment, ALEXEY) == ["requested"]
    assert states(world, Appointment, VIKTOR) == ["refused"]
    assert [states(world, ConvictRequest, part) for part in (DANIYAR, NURLAN)] == [["asked"], ["asked"]]


def test_the_desks_have_something_to_show(demonstration: tuple[Settings, Environment]) -> None:
    settings, world = demonstration
    with world.database.reading() as session:
        (waiting,) = session.scalars(sa.select(ExceptionRequest)).all()
        (merge,) = session.scalars(sa.select(PersonMerge)).all()
        (flag,) = session.scalars(sa.select(ReviewFlag)).all()
        visit = session.get_one(Appointment, flag.appointment_id)
    assert (waiting.state, waiting.asked_role, merge.state) == ("asked", "duty_officer", "granted")
    assert (flag.resolved_at, visit.state, visit.institution_id) == (None, "granted", CODE)
    assert states(world, Relationship, SABIT) == ["confirmed"]
    registry = next(one for one in OFFICERS if one.role == "registry_officer").login
    officer = sign_in_officer(world, login=registry, password=PASSWORD, address="127.0.0.1").officer
    actor = Actor("officer", officer, None, CODE, frozenset({"registry_officer"}))
    faults = check_register(
        world, actor, CODE, (settings.data_dir / "register" / "register-with-faults.csv").read_bytes()
    )
    assert (len(faults.rows), faults.faulty) == (3, 3)


def test_every_officer_signs_in_with_the_password_that_is_printed_and_holds_the_role(world: Environment) -> None:
    row = of(OfficerRole)
    for one in OFFICERS:
        officer = sign_in_officer(world, login=one.login, password=PASSWORD, address="127.0.0.1").officer
        with world.database.reading() as session:
            held = session.scalars(
                sa.select(row.role).where(row.officer_id == officer, row.started_at.is_not(None))
            ).all()
        assert held == [one.role]


def test_what_was_told_lies_in_the_inbox(demonstration: tuple[Settings, Environment]) -> None:
    settings, world = demonstration
    texts = LocalSms(settings.data_dir / "inbox" / "sms.jsonl", world.clock).received()
    assert len(texts) > 10
    assert {one.to for one in texts} <= {
        one.phone for part in (DANIYAR, ALEXEY, NURLAN, VIKTOR, SABIT, IGOR) for one in part.relatives
    }


def test_prepared_twice_it_is_made_once(tmp_path: Path) -> None:
    command = ("demo", "--prepare", "--json", "--data-dir", str(tmp_path / "data"))
    first, second = (CliRunner().invoke(main, command) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    made = [json.loads(one.stdout) for one in (first, second)]
    assert [one["made"] for one in made] == [True, False]
    assert made[0]["officers"] == {one.login: one.role for one in OFFICERS}
    assert findings(Settings(data_dir=tmp_path / "data")) == []


def test_one_that_was_interrupted_while_it_was_made_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path / "data")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.demo.prepare.retire_old_bridge", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepared(settings, at())
    again = subprocess.run(
        [sys.executable, "-m", "service", "demo", "--prepare", "--json", "--data-dir", str(settings.data_dir)],
        capture_output=True,
        check=True,
    )
    assert json.loads(again.stdout)["made"]
    assert findings(settings) == []


def test_an_installation_is_not_made_into_a_demonstration(tmp_path: Path) -> None:
    where = ("--data-dir", str(tmp_path / "data"))
    names = ("--name-kk", "а", "--name-ru", "б", "--name-en", "c")
    CliRunner().invoke(main, ("institution", "open", "x-1", "--number", "1", *names, "--kind", "medium", *where))
    refused = CliRunner().invoke(main, ("demo", "--prepare", *where))
    assert refused.exit_code == 1
    assert "no demonstration" in refused.output
