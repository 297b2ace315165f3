"""Workers that watch over calls are killed again and again: each call ends once, and no cut is missed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Appointment, Call, CallTimer, Event
from tests.cast import MEDIUM, World
from tests.crash.live_calls import KINDS, live_calls
from tests.structure.tree import ROOT

PATIENCE_SECONDS = 1500


class Watchers:
    """Four processes over one database, each started again when it is killed."""

    def __init__(self, world: World, folder: Path) -> None:
        url = world.environment.database.engine.url.render_as_string(hide_password=False)
        ahead = (world.clock.now - datetime.now(UTC)).total_seconds()
        self.ledger, self._log = folder / "ledger", folder / "watchers.log"
        self._words = [
            sys.executable, "-m", "tests.crash.call_watcher", url, str(folder / "keys"), str(self.ledger), str(ahead),
        ]  # fmt: skip
        self._running = [self._start() for _ in range(4)]

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(self._words, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)

    def kill_one(self, chance: random.Random) -> None:
        """Kills one of them where it stands, and starts another."""
        number = chance.randrange(4)
        victim = self._running[number]
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n", self._log.read_text()[-3000:]
        time.sleep(chance.random() * 0.4)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        victim.stdout.close()
        self._running[number] = self._start()

    def stop(self) -> None:
        """Ends them all."""
        for one in self._running:
            one.kill()
            one.wait()
            if one.stdout is not None:
                one.stdout.close()


@contextmanager
def watching(world: World, folder: Path) -> Iterator[Watchers]:
    watchers = Watchers(world, folder)
    try:
        yield watchers
    finally:
        watchers.stop()


def test_killed_again_and_again_each_call_ends_once_and_no_cut_is_missed(
    world: World, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    calls, kills, chance = rounds(40, 400), rounds(5, 30), random.Random(7)
    live_calls(world, calls, timedelta(seconds=rounds(4, 60)))
    began = time.monotonic()
    with watching(world, tmp_path) as watchers:
        for _ in range(kills):
            watchers.kill_one(chance)
        while waiting(world):
            assert time.monotonic() - began < PATIENCE_SECONDS, f"{waiting(world)} timers wait"
            time.sleep(0.2)
    row, event = of(Call), of(Event)
    with world.environment.database.reading() as session:
        ended = session.execute(sa.select(row.state, row.ended_code, row.hard_end_at, row.ended_at)).all()
        told = session.scalars(sa.select(event.type).where(event.log_id == MEDIUM)).all()
        slots = Counter(session.scalars(sa.select(of(Appointment).state)))
        cuts = Counter(session.scalars(sa.select(of(CallTimer).outcome).where(of(CallTimer).kind == "cut")))
    assert [(one.state, one.ended_code) for one in ended] == [("ended", "time-limit")] * calls
    assert all(one.ended_at >= one.hard_end_at for one in ended)
    assert told.count("call.ended") == calls, "one end a call, in the record"
    assert slots["completed"] == calls
    assert cuts["done"] == calls
    acts = Counter(line for line in watchers.ledger.read_text().splitlines() if line.startswith("end "))
    assert len(acts) == calls, "the room of every call was ended"
    late = sorted((one.ended_at - one.hard_end_at).total_seconds() for one in ended)
    print(
        f"{calls * len(KINDS)} timers, {kills} kills, {sum(acts.values()) - calls} rooms ended once more, "
        f"cuts late by {late[len(late) // 2]:.2f} s, at most {late[-1]:.2f} s"
    )


def waiting(world: World) -> int:
    """Timers still to be carried out."""
    with world.environment.database.reading() as session:
        found = session.scalar(sa.select(sa.func.count()).where(~of(CallTimer).done))
        return int(found or 0)
