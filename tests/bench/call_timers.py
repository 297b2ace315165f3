"""How late the ends of calls come: 2,000 timers of 400 calls in two minutes, four workers as the service runs them."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from service.store.columns import of
from service.store.migrate import upgrade
from service.store.tables import Call, CallSeatSeen, CallTimer
from tests.bench.figures import Figure, figure, percentile
from tests.bench.rush_servers import TICKS
from tests.bench.stage import ENGINES
from tests.cast import World, make_world
from tests.crash.live_calls import KINDS, live_calls
from tests.postgres import databases
from tests.structure.tree import ROOT

CALLS, WORKERS = 400, 4
SPREAD, LEAD = timedelta(minutes=2), timedelta(seconds=30)
"""The limits pass within `SPREAD`, the first one `LEAD` after the workers were started."""
PATIENCE_SECONDS = 300


def figures() -> list[Figure]:
    """For each engine, in ms after a limit: call_timers.delay_* when its end was written, room_* when the supplier was
    told of it; and the share of the cores that the machine had left meanwhile."""
    found = []
    with tempfile.TemporaryDirectory(prefix="kezdesu-bench-") as folder, databases() as postgres:
        for engine in ENGINES:
            place = Path(folder) / engine
            place.mkdir()
            url = f"sqlite:///{place}/kezdesu.db" if engine == "sqlite" else postgres.make()
            upgrade(url)
            world = make_world(url, place / "keys")
            left = _carried_out(world, url, place)
            delays = {"delay": _written(world), "room": _told(world, place / "ends")}
            for what, late in delays.items():
                for share, name in ((0.5, "p50"), (0.99, "p99"), (1, "most")):
                    value = percentile(late, share)
                    found.append(figure(f"call_timers.{what}_{name}_ms[{engine}]", [value], "ms"))
            found.append(figure(f"call_timers.idle_share[{engine}]", [100 * left], "% of one core, left on all"))
    return found


def _carried_out(world: World, url: str, place: Path) -> float:
    """Lets the workers carry out every timer; answers how many cores had nothing to do meanwhile."""
    live_calls(world, CALLS, SPREAD, left=LEAD)
    timer, call = of(CallTimer), of(Call)
    with world.environment.database.writes() as session:
        limits = session.execute(sa.select(call.id, call.hard_end_at)).all()
        for one in limits:
            for number, kind in enumerate(KINDS):
                due = one.hard_end_at - number * SPREAD / CALLS / len(KINDS) if kind != "cut" else one.hard_end_at
                of_it = sa.update(CallTimer).where(timer.call_id == one.id, timer.kind == kind)
                session.execute(of_it.values(due_at=due))
        seen = {"party": "supervisor", "seat": "seat", "seen_at": world.clock.now + timedelta(hours=1)}
        new = world.environment.new_id
        session.execute(sa.insert(CallSeatSeen), [{"id": new(), "call_id": one.id, **seen} for one in limits])
        session.commit()
    ahead = (world.clock.now - datetime.now(UTC)).total_seconds()
    with _working(url, place, ahead) as running:
        time.sleep(LEAD.total_seconds())
        idle, began = _idle(), time.monotonic()
        deadline = began + PATIENCE_SECONDS
        while waiting := _waiting(world):
            assert time.monotonic() < deadline, f"{waiting} timers wait"
            assert all(one.poll() is None for one in running), "a worker has died"
            time.sleep(1)
        return (_idle() - idle) / (time.monotonic() - began)


@contextmanager
def _working(url: str, place: Path, ahead: float) -> Iterator[list["subprocess.Popen[bytes]"]]:
    words = [sys.executable, "-m", "tests.bench.call_worker", url, str(place / "keys"), str(place / "ends"), str(ahead)]
    running = [
        subprocess.Popen([*words, f"worker {number}"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(WORKERS)
    ]
    try:
        yield running
    finally:
        for worker in running:
            worker.communicate(b"")


def _waiting(world: World) -> int:
    with world.environment.database.reading() as session:
        return int(session.scalar(sa.select(sa.func.count()).where(~of(CallTimer).done)) or 0)


def _idle() -> float:
    """Seconds for which the cores of this machine had nothing to do, together (proc(5))."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / TICKS


def _written(world: World) -> list[float]:
    call = of(Call)
    with world.environment.database.reading() as session:
        rows = session.execute(sa.select(call.hard_end_at, call.ended_at)).all()
    return [(one.ended_at - one.hard_end_at).total_seconds() * 1000 for one in rows]


def _told(world: World, ends: Path) -> list[float]:
    """By the workers' clock, the first time that the supplier was told to end the room of each call."""
    first: dict[str, datetime] = {}
    for line in ends.read_text(encoding="utf-8").splitlines():
        call, _, at = line.partition(" ")
        first[call] = min(first.get(call, datetime.max.replace(tzinfo=UTC)), datetime.fromisoformat(at))
    with world.environment.database.reading() as session:
        limits = session.execute(sa.select(of(Call).id, of(Call).hard_end_at)).all()
    return [(first[one.id] - one.hard_end_at).total_seconds() * 1000 for one in limits]
