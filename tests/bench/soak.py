"""Does anything grow? Families and gates come for an hour, and the memory of every program is read minute by minute.

`python -m tests.bench soak` plays the rush for 60 minutes at a fifth of its rate. The web servers are not
started anew after so many requests, as they are in production: what grows must show.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import Figure, figure
from tests.bench.rush import Outcome, Size, play
from tests.bench.rush_population import Country, Kept
from tests.bench.rush_servers import tree_of
from tests.race.server import end_with_parent
from tests.structure.tree import ROOT

SIZE = Size(minutes=60.0, share=0.2, recycled=False)
EVERY_SECONDS = 20.0
PARTS = 6


class Watch:
    """Reads what each program holds, by name, while a rush goes on."""

    def __init__(self) -> None:
        self.megabytes: dict[str, list[float]] = defaultdict(list)

    @contextlib.contextmanager
    def over(self, leaders: dict[str, int]) -> Iterator[None]:
        """Looks at the programs with these process numbers, and their children, until the block ends."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(EVERY_SECONDS):
                for name, leader in leaders.items():
                    self.megabytes[name].append(held(leader))

        looking = threading.Thread(target=look, name="memory")
        looking.start()
        try:
            yield
        finally:
            ended.set()
            looking.join()

    def grown(self) -> list[Figure]:
        """Of each program the last sixth of the time beside the second: in the first it has not met everything yet."""
        found = []
        for name, seen in self.megabytes.items():
            part = max(1, len(seen) // PARTS)
            parts = [round(sum(seen[at : at + part]) / part, 1) for at in range(0, part * PARTS, part)]
            print(f"soak: {name}: {parts} MB", file=sys.stderr, flush=True)
            found.append(
                figure(
                    f"soak.{name}_mb", [parts[-1]], "MB", against="the second sixth of the time", compared_with=parts[1]
                )
            )
        return found


def held(leader: int) -> float:
    """Megabytes of a process and its children: their own, and their share of what they have together (Linux's PSS)."""
    kilobytes = 0
    for process in tree_of(leader):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1000


@contextlib.contextmanager
def worker(country: Country, folder: Path) -> Iterator[int]:
    """`kezdesu worker` over the country; its process number."""
    told = {
        "KEZDESU_DATABASE_URL": country.url,
        "KEZDESU_KEYS_DIR": str(country.keys),
        "KEZDESU_DATA_DIR": str(folder),
    }
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "worker"],
            cwd=ROOT,
            env={**os.environ, **told},
            stdout=log,
            stderr=log,
            preexec_fn=end_with_parent,  # noqa: PLW1509 it makes one system call and takes no lock
        )
    try:
        yield process.pid
        if process.poll() is not None:
            raise RuntimeError((folder / "worker.log").read_text()[-3000:])
    finally:
        process.terminate()
        process.wait()


def figures(size: Size = SIZE) -> list[Figure]:
    """soak.*_mb: what each program holds at the end, beside what it held early; what failed, was lost or oversold."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="kezdesu-soak-")))
        kept = ending.enter_context(Kept().running())
        country = ending.enter_context(kept.country(size.institutions, size.convicts))
        watch, postgresql = Watch(), kept.server.leader

        @contextlib.contextmanager
        def beside(leaders: dict[str, int]) -> Iterator[None]:
            with (
                worker(country, folder) as working,
                watch.over({**leaders, "worker": working, "postgresql": postgresql}),
            ):
                yield

        outcome = play(country, size, folder, postgresql=postgresql, beside=beside)
        return [*watch.grown(), *_counts(outcome)]


def _counts(outcome: Outcome) -> list[Figure]:
    counted = {
        "requests": len(outcome.answers.requests),
        "bookings": len(outcome.answers.booked),
        "oversold": outcome.oversold,
        "lost": outcome.lost,
        "failed": outcome.failed,
    }
    return [figure(f"soak.{name}", [value], "") for name, value in counted.items()]


def main(arguments: Sequence[str]) -> list[Figure]:
    """The figures of a soak as long as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench soak")
    parser.add_argument("--minutes", type=float, default=SIZE.minutes)
    parser.add_argument("--share", type=float, default=SIZE.share, help="of 6,700 bookings in ten minutes")
    asked = parser.parse_args(arguments)
    return figures(Size(minutes=asked.minutes, share=asked.share, recycled=False))


if __name__ == "__main__":
    print(json.dumps({"figures": [one.as_json() for one in main(sys.argv[1:])]}, indent=1))
