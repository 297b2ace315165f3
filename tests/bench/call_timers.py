"""How late the ends of calls come: 180 limits, two workers as the service runs them, on both engines."""

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from service.store.columns import of
from service.store.migrate import upgrade
from service.store.tables import Call, CallSeatSeen, CallTimer
from tests.bench.figures import Figure, figure, percentile
from tests.bench.stage import ENGINES
from tests.cast import World, make_world
from tests.crash.test_call_timers import live_calls
from tests.postgres import databases
from tests.structure.tree import ROOT

CALLS, WORKERS = 180, 2
SPREAD, LEAD = timedelta(seconds=30), timedelta(seconds=8)
PATIENCE_SECONDS = 300


def figures() -> list[Figure]:
    """call_timers.delay_p50_ms and _p99_ms for each engine: from a limit to the moment at which its end was written."""
    found = []
    with tempfile.TemporaryDirectory(prefix="kezdesu-bench-") as folder, databases() as postgres:
        for engine in ENGINES:
            keys = Path(folder) / f"keys-{engine}"
            url = f"sqlite:///{folder}/kezdesu.db" if engine == "sqlite" else postgres.make()
            upgrade(url)
            late = _delays(make_world(url, keys), url, keys)
            for share, name in ((0.5, "p50"), (0.99, "p99")):
                value = percentile(late, share)
                found.append(figure(f"call_timers.delay_{name}_ms[{engine}]", [value], "ms"))
    return found


def _delays(world: World, url: str, keys: Path) -> list[float]:
    """Milliseconds by which each of the calls ended after its limit."""
    live_calls(world, CALLS, SPREAD)
    ahead = (world.clock.now + LEAD - datetime.now(UTC)).total_seconds()
    timer, call = of(CallTimer), of(Call)
    with world.environment.database.writes() as session:
        session.execute(sa.delete(CallTimer).where(timer.kind != "cut"))
        for one in session.execute(sa.select(timer.id, timer.due_at)).all():
            session.execute(sa.update(CallTimer).where(timer.id == one.id).values(due_at=one.due_at + 2 * LEAD))
        seen = {"party": "supervisor", "seat": "seat", "seen_at": world.clock.now + timedelta(hours=1)}
        new = world.environment.new_id
        calls = session.scalars(sa.select(call.id)).all()
        session.execute(sa.insert(CallSeatSeen), [{"id": new(), "call_id": one, **seen} for one in calls])
        session.commit()
    words = [sys.executable, "-m", "tests.bench.call_worker", url, str(keys), str(ahead)]
    running = [
        subprocess.Popen([*words, f"worker {number}"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(WORKERS)
    ]
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with world.environment.database.reading() as session:
                left = session.scalar(sa.select(sa.func.count()).where(call.ended_at.is_(None)))
            if not left:
                break
            assert time.monotonic() < deadline, f"{left} calls have not ended"
            time.sleep(1)
    finally:
        for one in running:
            one.communicate(b"")
    with world.environment.database.reading() as session:
        rows = session.execute(
            sa.select(timer.due_at, call.ended_at).join(Call, call.id == timer.call_id).where(timer.kind == "cut")
        ).all()
    return [(one.ended_at - one.due_at).total_seconds() * 1000 for one in rows]
