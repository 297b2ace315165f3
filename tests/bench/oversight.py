"""The record as an auditor meets it: a copy verified, memory as logs grow, and the tree beside another maker's."""

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from service.app.log_export import write_log
from service.record.hashes import leaf_hash
from service.record.tree import Appender, inclusion_proof, tree_root
from service.store.log_read import known_logs
from tests.bench.figures import Figure, figure
from tests.bench.mirrors import Lengthened
from tests.bench.national import KEPT, population
from tests.bench.record import Kept
from tests.structure.tree import ROOT

pymerkle = importlib.import_module("pymerkle")  # it has no types
LEAVES = 100_000
PROOFS = 200
ROUNDS = 10
SIZES = (10_000, 10_000_000)
GROWING = """
import json, resource, sys
from service.record.appender import Appender
from service.record.hashes import leaf_hash
from service.record.tree import tree_root
size, grown = int(sys.argv[1]), Appender()
for start in range(0, size, 256):
    stop = min(start + 256, size)
    for tile in grown.append([leaf_hash(n.to_bytes(8, "big")) for n in range(start, stop)]):
        pass
tree_root(size, grown)
print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
VERIFYING = """
import json, resource, sys, time
from pathlib import Path
from service.store.verify.mirror import verify_mirror
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
began = time.process_time()
seen = 0
def begin(_total):
    def took(events):
        global seen
        seen += events
        if len(sys.argv) > 3 and seen // 10_000 > (seen - events) // 10_000:
            Path(sys.argv[3]).write_text(str(seen))
    return took
report = verify_mirror(Path(sys.argv[1]), state=Path(sys.argv[2]) if len(sys.argv) > 2 else None, progress=begin)
took = time.process_time() - began
assert {one.code for one in report.findings} == {"mirror.key"}, report.findings[:5]
print(json.dumps([report.events, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def figures() -> list[Figure]:
    """record.mirror_*: speed and memory of an auditor's check; record.growing_mb; record.append_per_s and a proof."""
    small, large = (_apart(GROWING, str(size))[0] for size in SIZES)
    return [
        figure("record.growing_mb", [large], "MB", against=f"{SIZES[0]} leaves beside {SIZES[1]}", compared_with=small),
        *_copies(),
        *(_long() if os.environ.get("KEZDESU_SOAK") else ()),
        *_beside_pymerkle(),
    ]


def _copies() -> list[Figure]:
    found, seen = [], {}
    for name in ("one", "national"):
        with tempfile.TemporaryDirectory() as folder:
            world = population(name)
            with world.database.reading() as session:
                logs = known_logs(session)
            for log in logs:
                write_log(world, log, Path(folder, log.id))
            world.database.close()
            events, took, memory = _apart(VERIFYING, folder)
        seen[name] = (events, memory)
        found.append(figure(f"record.mirror_events_per_s[{name}]", [events / took], "events/s of processor time"))
        found.append(figure(f"record.mirror_mb[{name}]", [memory], f"MB for {events} events"))
    (few, little), (many, much) = seen["one"], seen["national"]
    found.append(figure("record.mirror_mb_per_100000_events", [(much - little) / (many - few) * 1e5], "MB"))
    return found


def _long() -> list[Figure]:
    """Ten million events: speed and memory of one run that is killed half-way and goes on from its state."""
    with tempfile.TemporaryDirectory() as folder:
        copy, state, told = (Path(folder, name) for name in ("copy", "state", "told"))
        population("national").database.close()
        size = Lengthened(KEPT / "national" / "kezdesu.db", ROUNDS).write(copy)
        first = _killed_after(size // 2, copy, state, told)
        events, took, memory = _apart(VERIFYING, str(copy), str(state), str(told))
    if events != size:
        raise AssertionError(f"{events} of {size} events")
    return [
        figure("record.mirror_long_events_per_s", [size / (first + took)], "events/s of processor time, killed once"),
        figure("record.mirror_long_mb", [memory], f"MB for {size} events"),
    ]


def _killed_after(events: int, copy: Path, state: Path, told: Path) -> float:
    """Seconds of processor time that a run took until it was killed, having told of so many events."""
    told.write_text("0", encoding="utf-8")
    started = subprocess.Popen([sys.executable, "-c", VERIFYING, str(copy), str(state), str(told)], cwd=ROOT)
    while int(told.read_text(encoding="utf-8") or 0) < events and started.poll() is None:
        time.sleep(1)
    if started.returncode is not None:
        raise AssertionError(f"it ended before it was killed: {started.returncode}")
    started.kill()
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = status
    return used.ru_utime + used.ru_stime


def _beside_pymerkle() -> list[Figure]:
    leaves = [number.to_bytes(8, "big") * 30 for number in range(LEAVES)]
    kept, grown = Kept(), Appender()
    began = time.process_time()
    for start in range(0, LEAVES, 256):
        for tile in grown.append(map(leaf_hash, leaves[start : start + 256])):
            kept.tiles[tile.level, tile.index] = tile.hashes
    ours = time.process_time() - began
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    began = time.process_time()
    for leaf in leaves:
        tree.append_entry(leaf)
    theirs = time.process_time() - began
    if tree.get_state() != tree_root(LEAVES, kept):
        raise AssertionError("two makers, two roots")
    step = LEAVES // PROOFS
    took: dict[str, list[float]] = {"ours": [], "theirs": []}
    for index in range(0, LEAVES, step):
        for name, act in (
            ("ours", lambda index=index: inclusion_proof(index, LEAVES, kept)),
            ("theirs", lambda index=index: tree.prove_inclusion(index + 1)),
        ):
            began = time.perf_counter()
            act()
            took[name].append((time.perf_counter() - began) * 1000)
    against = f"pymerkle {pymerkle.__version__}, in memory, the same leaves"
    return [
        figure("record.append_per_s", [LEAVES / ours], "leaves/s", against=against, compared_with=LEAVES / theirs),
        figure(
            "record.proof_at_100000_ms",
            took["ours"],
            "ms",
            against=against,
            compared_with=sorted(took["theirs"])[PROOFS // 2],
        ),
    ]


def _apart(program: str, *arguments: str) -> list[float]:
    """What a program prints, in a process of its own: its memory is then nobody else's."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: list[float] = json.loads(done.stdout)
    return found
