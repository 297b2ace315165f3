"""`kezdesu reconcile`: the verdict is the exit status, the answer is for people or for programs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.record.keys import NoteVerifier
from service.record.notes import parse, verify
from service.store.tables import Log
from tests.app.test_reconcile import BEGINS, CutOff, morning
from tests.cast import MEDIUM, World


@pytest.fixture
def heard(world: World) -> tuple[World, CutOff]:
    gate, text = morning(world)
    gate.beat(10 * 60)
    gate.show(text)
    gate.beat(15 * 60)
    world.clock.set(BEGINS + timedelta(hours=30))
    return world, gate


def asked(world: World, *more: str) -> Result:
    environment = world.environment
    url = environment.database.engine.url.render_as_string(hide_password=False)
    said = ["reconcile", "--institution", MEDIUM, "--day", "2026-03-14", "--database-url", url]
    keys = {"KEZDESU_KEYS_DIR": str(environment.keys.path)}
    return CliRunner(env=keys).invoke(main, [*said, "--data-dir", str(Path(environment.keys.path).parent), *more])


def test_the_status_is_the_verdict_and_the_answer_is_signed(heard: tuple[World, CutOff]) -> None:
    world, gate = heard
    first = asked(world)
    assert (first.exit_code, "not heard to the end" in first.output) == (3, True), first.output
    # The command goes by the machine's clock, behind which the record does not go back.
    world.clock.set(datetime.now(UTC))
    gate.tell_all()
    second = asked(world, "--json")
    assert second.exit_code == 0, second.output
    told = json.loads(second.output)
    assert (told["verdict"], told["matched"], told["doors"]) == ("clean", 1, 1)
    with world.environment.database.reading() as session:
        vkey = session.get_one(Log, MEDIUM).verifier_key
    verify(parse(told["note"].encode()), [NoteVerifier.from_vkey(vkey)])
