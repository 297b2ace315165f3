"""The real server under simultaneous requests: 32 sockets, and nothing given twice, nothing left, nothing broken."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Admission, Appointment, Scan
from tests.race.caller import Answered, Caller, new_key
from tests.race.families import FEW, settle, world_of
from tests.race.racing import Hand, all_at_once
from tests.race.server import serving

SOCKETS = 32
ATTEMPTS = 200
SCANS = 64
AHEAD = 20


class Stage:
    """A server, the scene behind it, and 32 open connections."""

    def __init__(self, hand: Hand, callers: Sequence[Caller], log: Path) -> None:
        self.hand = hand
        self._log = log
        self.scene = hand.scene
        self.callers = callers

    def log(self) -> str:
        """What the server wrote of itself."""
        return "\n".join(one for one in self._log.read_text().splitlines() if '"status": 4' not in one)[-3000:]

    def all(self, tasks: Sequence[Callable[[Caller], Answered]]) -> list[Answered]:
        """All requests, 32 at a time, each connection taking the next one that is left."""
        numbers, answers = count(), [None] * len(tasks)
        taking = threading.Lock()

        def run(caller: Caller) -> None:
            while True:
                with taking:
                    number = next(numbers)
                if number >= len(tasks):
                    return
                answers[number] = tasks[number](caller)

        all_at_once([lambda caller=caller: run(caller) for caller in self.callers])
        return answers


@pytest.fixture(params=[(1, 8), (2, 8)], ids=["threads", "processes"])
def stage(request: pytest.FixtureRequest, engine_url: str, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes the scene and serves it: `stage(families=…, bridges=…)`, once."""
    workers, threads = request.param
    with ExitStack() as ending:

        def make(families: int, bridges: int = 1) -> Stage:
            scene = settle(engine_url, tmp_path / "keys", families=families, bridges=bridges)
            world = world_of(engine_url, tmp_path / "keys")
            ending.callback(world.database.close)
            server = ending.enter_context(
                serving(engine_url, tmp_path / "keys", tmp_path, workers=workers, threads=threads)
            )
            callers = [Caller(server.port, scene) for _ in range(SOCKETS)]
            for caller in callers:
                ending.callback(caller.close)
            return Stage(Hand(world, scene), callers, server.log)

        yield make


def test_200_families_at_32_sockets_get_the_10_places_of_a_room(
    stage: Callable[..., Stage], rounds: Callable[[int, int], int]
) -> None:
    at = stage(families=ATTEMPTS)
    for number in range(rounds(1, 10)):
        day = at.hand.today + timedelta(days=AHEAD + 3 * number)
        asked = [
            partial(Caller.hold, family=family, template=at.scene.block, day=day, kind="long")
            for family in at.scene.families
        ]
        answers = at.all(asked)
        assert Counter(one.status for one in answers) == {201: FEW, 409: ATTEMPTS - FEW}, at.log()
        for one in answers:
            if one.status == 409:
                assert {reason["code"] for reason in one.body["reasons"]} == {"place-taken"}
                assert one.body["alternatives"], "no other time is offered"
        assert taken(at.hand, day) == FEW
        # Each family has its long visit on one day only: what they hold is given up before the next round.
        given_up = [
            partial(Caller.cancel, family=family, appointment=one.body["appointment"])
            for family, one in zip(at.scene.families, answers, strict=True)
            if one.status == 201
        ]
        assert {one.status for one in at.all(given_up)} == {200}


def test_a_pass_read_64_times_at_once_lets_in_once(
    stage: Callable[..., Stage], rounds: Callable[[int, int], int]
) -> None:
    many = rounds(1, 10)
    at = stage(families=many, bridges=SCANS)
    for number, family in enumerate(at.scene.families):
        _, token = at.hand.granted_soon(family)
        answers = at.all([partial(Caller.scan, token=token, sequence=number, bridge=one) for one in range(SCANS)])
        said = Counter((one.status, one.body["verdict"], code(one)) for one in answers)
        assert said == {(200, "admit", None): 1, (200, "refuse", "already-inside"): SCANS - 1}
        assert rows(at.hand, Admission) == number + 1
        assert rows(at.hand, Scan) == (number + 1) * SCANS


def test_one_request_sent_many_times_at_once_is_one_act_with_one_answer(stage: Callable[..., Stage]) -> None:
    at = stage(families=1)
    family, day = at.scene.families[0], at.hand.today + timedelta(days=AHEAD)

    def repeated(send: Callable[[Caller, str], Answered]) -> dict[str, Any]:
        key = new_key()
        answers = at.all([lambda caller: send(caller, key)] * 12)
        again = {one.status for one in answers} - {200, 201}
        assert again == set(), [one.body for one in answers if one.status in again]
        bodies = [one.body for one in answers]
        assert [one for one in bodies if one != bodies[0]] == [], bodies[0]
        assert sum(not one.replayed for one in answers) == 1
        return bodies[0]

    appointment = repeated(lambda caller, key: caller.hold(family, at.scene.hall, day, key=key))["appointment"]
    repeated(lambda caller, key: caller.request(family, appointment, key=key))
    repeated(lambda caller, key: caller.grant(appointment, key=key))
    repeated(lambda caller, key: caller.cancel(family, appointment, key=key))
    assert rows(at.hand, Appointment) == 1


def code(answer: Answered) -> str | None:
    """Why a gate stays shut."""
    return answer.body["reason"] and answer.body["reason"]["code"]


def rows(hand: Hand, table: Any) -> int:
    """How many rows a table has."""
    with hand.world.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def taken(hand: Hand, day: date) -> int:
    """How many places of the block are taken on a day, each by one appointment."""
    row = of(Appointment)
    with hand.world.database.reading() as session:
        places = session.scalars(
            sa.select(row.place_id).where(row.live, row.kind == "long", row.charge_day == day)
        ).all()
    assert len(places) == len(set(places)), "a place was given twice"
    return len(places)
