"""Does anything grow beside the service? The demonstration runs whole, with a witness; gate, kiosk and log never rest.

`python -m tests.bench soak_edge --minutes 60` reads the memory of every program as `soak` does.
"""

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import httpx

from firmware_bridge.hand import scan
from service.bootstrap import environment
from service.config import Settings
from service.demo import bridge
from service.demo.cast import FAMILIES
from service.demo.stage import PIN
from service.demo.today import arrive, scannable
from tests.bench.figures import Figure, figure
from tests.bench.soak import Watch
from tests.demo.test_run import children_of, running, told
from tests.kiosk.standing import hidden
from tests.structure.tree import ROOT
from tests.witness.house import Book
from tests.witness.test_state import asked, started

MINUTES = 60.0
HAND_BAUD = 115_200
WITHIN = 5.0
FAMILIES_AT_GATE = 8
NAMES = {
    "janus": "janus",
    "gunicorn": "faces",
    "service worker": "worker",
    "firmware_bridge run": "bridge",
    "kiosk": "kiosk",
}
"""What stands in the line of a program, and how it is called in the figures."""
SCREENS = ("/home", "/record", "/people", "/requests", "/left", "/way", "/news")


class Counted:
    """What came of it, from several threads."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, what: str) -> None:
        """One more."""
        with self._lock:
            self.times[what] += 1


def show_passes(world_of: Settings, count: Counted) -> Callable[[], None]:
    """One pass after the other before the reader on the way in and on the way out, let through or refused."""
    world = environment(world_of)
    tokens = []
    for seed in range(FAMILIES_AT_GATE):
        arrive(world, random.Random(seed))
        found = scannable(world)
        assert found is not None
        tokens.append(found.token)
    shown = 0

    def once() -> None:
        nonlocal shown
        token, direction = tokens[shown // 2 % len(tokens)], bridge.DIRECTIONS[shown % 2]
        shown += 1
        with contextlib.redirect_stdout(StringIO()):
            status = scan(str(bridge.hand(world_of, direction)), HAND_BAUD, token, WITHIN)
        count.add("scans" if status in (0, 1) else "scans_without_answer")

    return once


def stand_at_kiosk(address: str, count: Counted) -> Callable[[], None]:
    """One after the other signs in, looks at every screen, and goes."""
    number = 0

    def once() -> None:
        nonlocal number
        card, number = FAMILIES[number % len(FAMILIES)].card, number + 1
        with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as screen:

            def send(path: str, **form: str) -> str:
                given = {name: value for name in ("token", "once") if (value := hidden(page, name)) is not None}
                answer = screen.post(path, data={**given, **form})
                count.add("screens" if answer.status_code == 200 else f"screen_{answer.status_code}")
                return answer.text

            page = screen.get("/").text
            page = send("/begin", card=card)
            page = send("/pin", key=PIN)
            for path in SCREENS:
                answer = screen.get(path)
                count.add("screens" if answer.status_code == 200 else f"screen_{answer.status_code}")
                page = answer.text
            send("/end")

    return once


def offer_heads(port: int, count: Counted) -> Callable[[], None]:
    """A log grows by three entries at a time, and each head is cosigned."""
    book, size = Book(), 0

    def once() -> None:
        nonlocal size
        answer = asked(port, book.request(size, size + 3))
        size += 3
        count.add("heads" if answer is not None and answer[0] == 200 else "heads_refused")

    return once


@contextlib.contextmanager
def again_and_again(*what: tuple[Callable[[], None], float]) -> Iterator[None]:
    """Does each in a thread of its own, with so many seconds between, until the block ends. A fault is raised then."""
    ended, faults = threading.Event(), []

    def keep(once: Callable[[], None], apart: float) -> None:
        try:
            while not ended.wait(apart):
                once()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=keep, args=one) for one in what]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        ended.set()
        for one in threads:
            one.join()
    if faults:
        raise faults[0]


def figures(minutes: float = MINUTES) -> list[Figure]:
    """soak.*_mb: what each program holds at the end, beside what it held early; soak_edge.*: how much was done."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="kezdesu-soak-")))
        told_to = told(folder, None)
        house = ending.enter_context(running(told_to))
        settings = Settings(data_dir=Path(told_to["KEZDESU_DATA_DIR"]))
        key = str(folder / "key")
        words = ["witness", "keygen", "prosecutor.example/w1", "--out", key]
        subprocess.run([sys.executable, "-m", "service", *words], cwd=ROOT, check=True, capture_output=True)
        witness, port = started(folder)
        ending.callback(witness.wait)
        ending.callback(witness.terminate)
        leaders = {name: pid for pid in children_of(house.pid) if (name := called(pid))}
        count, watch = Counted(), Watch()
        kiosk = f"http://127.0.0.1:{told_to['KEZDESU_KIOSK_PORT']}"
        with (
            watch.over({**leaders, "witness": witness.pid}),
            again_and_again(
                (show_passes(settings, count), 0.3),
                (stand_at_kiosk(kiosk, count), 0.5),
                (offer_heads(port, count), 0.1),
            ),
        ):
            threading.Event().wait(minutes * 60)
        return [*watch.grown(), *(figure(f"soak_edge.{name}", [times], "") for name, times in count.times.items())]


def called(process: int) -> str | None:
    """The program of a process."""
    line = Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    return next((name for words, name in NAMES.items() if words in line), None)


def main(arguments: Sequence[str]) -> list[Figure]:
    """The figures of a soak as long as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench soak_edge")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    return figures(parser.parse_args(arguments).minutes)


if __name__ == "__main__":
    print(json.dumps({"figures": [one.as_json() for one in main(sys.argv[1:])]}, indent=1))
