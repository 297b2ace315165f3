"""Standing keys take turns: whatever was sealed, found or given out before still opens, also after a cut half-way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from service.app import standing_key_rotate
from service.app.convict_find import convict_with_number
from service.app.server_key import ServerKey
from service.app.standing_key_rotate import reindex_rows, rewrap_keys
from service.cli import keys as keys_command
from service.cli import main
from service.cli.installation import closed_at_end
from service.config import Settings
from service.store.columns import of
from service.store.environment import Environment
from service.store.key_rotation import RETIRED, KeyRotation
from service.store.keys import STANDING
from service.store.tables import Convict, Event, Person
from service.store.vault import Vault
from service.store.verify.run import verify
from service.web.form_tokens import FormTokens
from tests.builders import make_environment
from tests.cast import World
from tests.structure.tree import ROOT

PATIENCE_SECONDS = 300


AT = """
import sys
from datetime import datetime
from functools import partial
from service import bootstrap, cli
from service.cli import installation
moment = datetime.fromisoformat(sys.argv.pop(1))
installation.environment = partial(bootstrap.environment, clock=lambda: moment)
cli.main()
"""
"""The command at another time than that of this machine."""


@pytest.fixture
def own(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, whose process had begun before anything was rotated; the command acts on it at the same time."""
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    keys = str(world.environment.keys.path)
    for name, value in (("DATABASE_URL", url), ("KEYS_DIR", keys), ("DATA_DIR", str(tmp_path))):
        monkeypatch.setenv(f"KEZDESU_{name}", value)

    def opened(settings: Settings) -> Environment:
        return closed_at_end(make_environment(settings.database, settings.keys, world.clock))

    monkeypatch.setattr(keys_command, "opened", opened)
    return world


def rotate(name: str, *more: str) -> Result:
    done = CliRunner().invoke(main, ["keys", "rotate", name, "--settle", "0", *more], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def findings(environment: Environment) -> list[str]:
    url = environment.database.engine.url.render_as_string(hide_password=False)
    return [str(one) for one in verify(url, Vault(environment.keys, environment.random_bytes)).findings]


def wrapped(environment: Environment) -> dict[str, bytes]:
    row = of(Person)
    with environment.database.reading() as session:
        found = session.execute(sa.select(row.id, row.wrapped_key).where(row.wrapped_key.is_not(None))).all()
    return {one.id: one.wrapped_key for one in found}


def file_numbers(environment: Environment) -> dict[str, str]:
    """Of each convict the index of the file's number."""
    row = of(Convict)
    with environment.database.reading() as session:
        return {one.id: one.file_number_index for one in session.execute(sa.select(row.id, row.file_number_index))}


def number_of(world: World, convict: str) -> str:
    """The number of a convict's file, opened."""

    def read(unit: object) -> str:
        found = unit.get(Convict, convict)  # type: ignore[attr-defined]
        return str(unit.open(found, "file_number"))  # type: ignore[attr-defined]

    return world.run(world.as_officer("head"), read)


def steps(environment: Environment) -> list[str]:
    event = of(Event)
    with environment.database.reading() as session:
        return list(session.scalars(sa.select(event.type).where(event.type == "standing_key.rotated")))


def test_each_persons_key_is_wrapped_anew_and_the_record_is_as_it_was(own: World) -> None:
    before, old = wrapped(own.environment), own.environment.keys.read("wrapping")
    rotate("wrapping")
    after = wrapped(own.environment)
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())
    assert findings(own.environment) == []
    assert steps(own.environment) == ["standing_key.rotated"] * 2
    retired = [file.read_text().strip() for file in (own.environment.keys.path / RETIRED).iterdir()]
    assert retired == [old.hex()], "moved aside, not deleted"
    assert number_of(own, own.people["Ерлан"]), "a process that runs since before reads what is wrapped anew"


def test_who_was_found_is_found_and_marks_that_stand_in_papers_stay(own: World) -> None:
    convict = own.people["Ерлан"]
    number, before = number_of(own, convict), file_numbers(own.environment)
    mark = own.environment.vault.mark("oversight.code", convict)
    rotate("lookup")
    after = file_numbers(own.environment)
    assert not set(after.values()) & set(before.values())
    assert own.run(own.as_officer("head"), lambda unit: convict_with_number(unit, number)) == convict
    assert own.environment.vault.mark("oversight.code", convict) == mark
    assert findings(own.environment) == []
    rotate("lookup")
    assert own.environment.vault.mark("oversight.code", convict) == mark, "also by the second successor"
    assert findings(own.environment) == []


class Cut(BaseException):
    """The process ended here."""


@pytest.mark.parametrize(("name", "sweep"), [("wrapping", rewrap_keys), ("lookup", reindex_rows)])
def test_cut_between_any_two_batches_both_kinds_of_rows_serve_and_the_next_run_ends_it(
    own: World, monkeypatch: pytest.MonkeyPatch, name: str, sweep: object
) -> None:
    monkeypatch.setattr(standing_key_rotate, "AT_ONCE", 2)
    rotate(name, "--until", "switched")
    number, left = number_of(own, own.people["Ерлан"]), 1
    while left:
        looks = iter(range(1, left))

        def look(_: int, looks: Iterator[int] = looks) -> None:
            if next(looks, None) is None:
                raise Cut

        try:
            sweep(own.environment, look)  # type: ignore[operator]
            left = 0
        except Cut:
            left += 3
        assert findings(own.environment) == []
        assert own.run(own.as_officer("head"), lambda unit: convict_with_number(unit, number)) == own.people["Ерлан"]
    rotate(name)
    assert KeyRotation(own.environment.keys, name).stage() == "none"
    assert findings(own.environment) == []


@pytest.mark.parametrize("name", ["lookup"])
def test_killed_before_it_was_over_it_goes_on(own: World, name: str) -> None:
    before = (wrapped(own.environment), file_numbers(own.environment))
    moment = own.clock().isoformat()
    words = [sys.executable, "-c", AT, moment, "keys", "rotate", name, "--settle", "3600"]
    process = subprocess.Popen(words, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL)
    giving_up = time.monotonic() + PATIENCE_SECONDS
    try:
        while (wrapped(own.environment), file_numbers(own.environment)) == before:
            assert process.poll() is None
            assert time.monotonic() < giving_up
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
    assert KeyRotation(own.environment.keys, name).stage() == "switched"
    assert findings(own.environment) == []
    rotate(name)
    assert KeyRotation(own.environment.keys, name).stage() == "none"
    assert findings(own.environment) == []


@pytest.mark.parametrize("name", sorted(STANDING))
def test_each_step_may_be_the_last_before_a_power_cut(own: World, name: str) -> None:
    keys, rotation = own.environment.keys, KeyRotation(own.environment.keys, name)
    first = keys.read(name)
    rotation.prepare(own.environment.random_bytes)
    rotation.prepare(own.environment.random_bytes)
    following = keys.read(f"{name}-next")
    assert (keys.accepted(name), rotation.stage()) == ((first, following), "prepared")
    os.link(keys.path / f"{name}.key", keys.path / f"{name}-old.key")  # cut between the two steps of the switch
    assert (keys.accepted(name), rotation.stage()) == ((first, following), "prepared")
    rotation.switch(own.clock())
    assert (keys.accepted(name), rotation.stage()) == ((following, first), "switched")
    rotation.retire()
    assert (keys.accepted(name), rotation.stage()) == ((following,), "none")


def test_what_the_server_gave_out_is_good_for_a_day_after_its_key_changed(own: World) -> None:
    tokens = FormTokens(lambda: own.environment.keys.accepted("server"), own.environment.random_bytes)
    token, sealed = tokens.issue("session"), ServerKey(own.environment, b"test").seal("here/1", "waits")
    rotate("server")
    assert tokens.accepts("session", token)
    assert ServerKey(own.environment, b"test").open("here/1", sealed) == "waits"
    assert tokens.accepts("session", tokens.issue("session"))
    rotation = KeyRotation(own.environment.keys, "server")
    assert rotation.stage() == "switched"
    rotate("server")
    assert rotation.stage() == "switched", "its day is not over"
    old = own.environment.keys.path / "server-old.key"
    ago = old.stat().st_mtime - timedelta(hours=25).total_seconds()
    os.utime(old, (ago, ago))
    rotate("server")
    assert rotation.stage() == "none"
    assert not tokens.accepts("session", token)
    assert findings(own.environment) == []
