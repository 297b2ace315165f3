"""Whoever waits for another's act decides by what that act left, not by what was there when the waiting began."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.app.appointment_close import complete_appointment, miss_appointment
from service.app.convict_enter import enter_file
from service.app.date_block import block_dates
from service.app.identity_match import match_identity
from service.app.room_open import close_room
from service.app.scan_take import Reading, take_scan
from service.app.transact import transact
from service.domain.access import DUTY, Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Room, SessionTemplate
from service.store.unit_of_work import UnitOfWork
from tests.postgres import Databases
from tests.race.families import HOUSE, settle, world_of
from tests.race.racing import Hand, codes

Hands = Callable[..., Hand]
PATIENCE_SECONDS = 60


def act_while_another_waits(
    at: Hand, first: Callable[[UnitOfWork], Any], second: Callable[[], Any], actor: Actor | None = None
) -> Any:
    """What `second` answers, or its Refusal, when it began during `first` (an act of the head) and waited for it."""
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(second())
        except Refusal as refusal:
            answers.append(refusal)

    waiting = threading.Thread(target=run, daemon=True)

    def hold_open(unit: UnitOfWork, _: Any) -> None:
        waiting.start()
        _until_somebody_waits(at, answers)

    transact(at.world, actor or at.scene.officer("head"), first, hold_open)
    waiting.join(PATIENCE_SECONDS)
    assert answers, "the second act hangs"
    return answers[0]


def test_a_hold_that_waited_for_a_suspension_is_refused(hand: Hands) -> None:
    at = hand(families=1)
    family, day = at.scene.families[0], at.today + timedelta(days=20)
    answer = act_while_another_waits(at, _suspension(at), lambda: at.hold(family, at.scene.block, day, "long"))
    assert isinstance(answer, Refusal)
    assert codes(answer) == {"suspended-until-lifted"}


def test_a_request_that_waited_for_a_suspension_is_refused(hand: Hands) -> None:
    at = hand(families=1)
    family, day = at.scene.families[0], at.today + timedelta(days=20)
    held = at.hold(family, at.scene.block, day, "long").appointment
    answer = act_while_another_waits(at, _suspension(at), lambda: at.request(family, held))
    assert isinstance(answer, Refusal)
    assert codes(answer) == {"suspended-until-lifted"}


@pytest.mark.parametrize("whole", [False, True], ids=["room", "institution"])
def test_a_hold_that_waited_for_a_blocked_date_is_refused(hand: Hands, whole: bool) -> None:
    at = hand(families=1)
    family, day = at.scene.families[0], at.today + timedelta(days=20)
    room = None if whole else _room(at)

    def block(unit: UnitOfWork) -> str:
        return block_dates(unit, institution=HOUSE, first=day, last=day, ground="Жөндеу", room=room)

    answer = act_while_another_waits(at, block, lambda: at.hold(family, at.scene.block, day, "long"))
    assert isinstance(answer, Refusal)
    assert codes(answer) == {"date-blocked"}


def test_a_hold_that_waited_for_the_closing_of_its_room_is_refused(hand: Hands) -> None:
    at = hand(families=1)
    family, day = at.scene.families[0], at.today + timedelta(days=20)
    room = _room(at)
    answer = act_while_another_waits(
        at,
        lambda unit: close_room(unit, room=room, on=at.today),
        lambda: at.hold(family, at.scene.block, day, "long"),
    )
    assert isinstance(answer, Refusal)
    assert codes(answer) == {"room-closed"}


def _suspension(at: Hand) -> Callable[[UnitOfWork], Any]:
    convict = at.scene.families[0].convict
    return lambda unit: enter_file(
        unit, convict=convict, kind="suspension", value="head-order", since=at.today, paper="S-1"
    )


def _room(at: Hand) -> str:
    with at.world.database.reading() as session:
        row = of(SessionTemplate)
        return str(session.scalar(sa.select(row.room_id).where(row.id == at.scene.block)))


def _until_somebody_waits(at: Hand, answers: list[Any]) -> None:
    """Until the second act waits for a lock (or has come through without one)."""
    began = time.monotonic()
    if at.world.database.is_sqlite:
        time.sleep(0.3)  # SQLite shows nobody who waits; whether it waits already changes nothing here
        return
    while not answers and time.monotonic() - began < PATIENCE_SECONDS:
        with at.world.database.single.connect() as connection:
            if connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.01)


def test_a_visit_is_not_completed_while_somebody_comes_in(hand: Hands) -> None:
    at = hand(families=1)
    appointment, tokens = at.granted(at.scene.families[0], together=True)
    entered = at.scan(tokens[0], 1).admission
    at.act(at.scene.officer("gate"), lambda unit: match_identity(unit, admission=entered, matched=True))
    assert at.scan(tokens[0], 2, "exit").verdict == "leave"
    duty = Actor("officer", at.scene.officers["head"][0], None, HOUSE, frozenset({DUTY}))
    answer = act_while_another_waits(
        at,
        lambda unit: take_scan(unit, Reading(at.scene.gate, 3, tokens[1], "entry", at.world.clock())),
        lambda: at.act(duty, lambda unit: complete_appointment(unit, appointment=appointment)),
        at.scene.bridge(),
    )
    assert isinstance(answer, Refusal)
    assert at.scan(tokens[1], 4, "exit").verdict == "leave"
    assert at.act(duty, lambda unit: complete_appointment(unit, appointment=appointment)) == "completed"


def test_a_visit_somebody_is_inside_for_is_no_missed_one(hand: Hands) -> None:
    at = hand(families=1)
    appointment, token = at.granted_soon(at.scene.families[0])
    assert at.scan(token, 1).verdict == "admit"
    later = Hand(at.world.at(lambda: datetime.now(UTC) + timedelta(hours=2)), at.scene)
    duty = Actor("officer", at.scene.officers["head"][0], None, HOUSE, frozenset({DUTY}))
    with pytest.raises(Refusal):
        later.act(duty, lambda unit: miss_appointment(unit, appointment=appointment))
    assert later.scan(token, 2, "exit").verdict == "leave"
    assert later.act(duty, lambda unit: miss_appointment(unit, appointment=appointment)) == "no_show"


def test_a_family_that_waited_too_long_is_offered_the_next_free_times(
    migrated_postgres: str, postgres_databases: Databases, tmp_path: Path
) -> None:
    url = postgres_databases.make(copy_of=migrated_postgres)
    scene = settle(url, tmp_path / "keys", families=1)
    at = Hand(world_of(url, tmp_path / "keys"), scene)
    room, day = _room(at), at.today + timedelta(days=20)
    with at.world.database.writes() as holding:
        row = of(Room)
        holding.execute(sa.select(row.id).where(row.id == room).with_for_update())
        with pytest.raises(Refusal) as refused:
            at.hold(scene.families[0], scene.block, day, "long")
    assert codes(refused.value) == {"someone-was-faster"}
    assert [one["day"] for one in refused.value.alternatives] == [str(day + timedelta(days=one)) for one in range(5)]
    at.world.database.close()
    postgres_databases.drop(url)
