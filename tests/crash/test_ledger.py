"""The harness finds what it looks for: lost acts, acts without an answer, scans that are not what was said."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.crash.ledger import Told, discrepancies
from tests.race.families import settle, world_of
from tests.race.racing import Hand


@pytest.fixture
def hand(engine_url: str, tmp_path: Path) -> Iterator[Hand]:
    scene = settle(engine_url, tmp_path / "keys", families=2)
    world = world_of(engine_url, tmp_path / "keys")
    yield Hand(world, scene)
    world.database.close()


def test_what_was_acknowledged_and_is_not_there_is_found(hand: Hand) -> None:
    nowhere = str(UUID(int=1))
    answer = {"appointment": nowhere, "held_until": "2026-01-01T00:00:00Z"}
    told = Told(({"act": "held", "key": "k", "appointment": nowhere, "answer": answer},), ())
    assert discrepancies(hand.world, told) == [
        f"{nowhere} was held, and now is None",
        "the answer to held k is not kept",
    ]


def test_an_act_that_nobody_was_told_of_under_its_key_is_found(hand: Hand) -> None:
    held = hand.hold(hand.scene.families[0], hand.scene.hall, hand.today + timedelta(days=20)).appointment
    assert discrepancies(hand.world, Told((), ())) == [f"{held} exists and no answer made it"]
    assert discrepancies(hand.world, Told((), (), frozenset({held}))) == []


def test_a_state_behind_what_was_said_is_found(hand: Hand) -> None:
    held = hand.hold(hand.scene.families[0], hand.scene.hall, hand.today + timedelta(days=20)).appointment
    said = {"act": "requested", "key": "k", "appointment": str(UUID(held)), "answer": {}}
    found = discrepancies(hand.world, Told((said,), (), frozenset({held})))
    assert found[0] == f"{UUID(held)} was requested, and now is held"


def test_a_scan_that_is_not_what_was_said_is_found(hand: Hand) -> None:
    appointment, token = hand.granted_soon(hand.scene.families[0])
    scan = hand.scan(token, 1)
    bridge = hand.scene.bridges[0][0]

    def told(sequence: int, verdict: str) -> Told:
        answer = {"scan": str(UUID(scan.scan)), "verdict": verdict}
        line = {"act": "scanned", "key": "k", "appointment": None, "bridge": bridge, "sequence": sequence}
        return Told(({**line, "answer": answer},), (), frozenset({appointment}))

    assert discrepancies(hand.world, told(1, "admit")) == []
    assert len(discrepancies(hand.world, told(1, "refuse"))) == 1
    assert len(discrepancies(hand.world, told(2, "admit"))) == 1
