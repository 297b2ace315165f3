"""The month's long visits open: families of a whole country ask for them at once, and the gates go on beside.

`python -m tests.bench rush --minutes 10` plays it whole: 78 institutions, 32,000 convicts and their relatives, 6,700
bookings in ten minutes, on a PostgreSQL of its own. Latency counts from when a request should have been sent.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure, figure, percentile
from tests.bench.rush_checks import lost, oversold
from tests.bench.rush_client import NO_ANSWER, Answers, Plan
from tests.bench.rush_population import Country, Kept
from tests.bench.rush_scene import prepare
from tests.bench.rush_servers import Served, cpu_seconds, serving
from tests.race.families import world_of
from tests.structure.tree import ROOT

BOOKINGS_A_SECOND = 6700 / 600
SCANS_A_SECOND = 3.0
SPARE = 1.25
"""More families are signed in than are expected: arrivals are drawn."""
FLOOR_SECONDS = 20.0
WRITES = ("hold", "booking")
PAGES = ("home", "month", "party", "visit")


@dataclass(frozen=True)
class Size:
    """How large a rush. `processes` serve the relatives' pages, one the interface; `recycled` as in production."""

    institutions: int = 78
    convicts: int = 32_000
    minutes: float = 1.0
    share: float = 1.0
    processes: int = 2
    recycled: bool = True


@dataclass(frozen=True)
class Outcome:
    """What the clients saw, what it cost in seconds of processor time, and what the database holds afterwards."""

    answers: Answers
    seconds: float
    web_cpu: float
    postgresql_cpu: float
    oversold: int
    lost: int

    def took(self, *kinds: str) -> list[float]:
        """Milliseconds of each answer of these kinds."""
        return [took * 1000 for kind, _, took, _ in self.answers.requests if kind in kinds]

    @property
    def failed(self) -> int:
        """Requests answered by a fault of the server, or not at all."""
        return sum(status >= 500 or status == NO_ANSWER for *_, status in self.answers.requests)


def figures(size: Size | None = None) -> list[Figure]:
    """rush.*: percentiles of the writes, pages and gates, faults, what was oversold, processor time a request."""
    size = size or Size()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="kezdesu-rush-")))
        kept = ending.enter_context(Kept().running())
        country = ending.enter_context(kept.country(size.institutions, size.convicts))
        outcome = play(country, size, folder, postgresql=kept.server.leader)
        bare, bare_cpu = _floor(kept.server.url("postgres"), size, folder)
    return [*_latencies(outcome, bare), *_costs(outcome, bare_cpu, len(bare.requests)), *_counts(outcome)]


def play(
    country: Country,
    size: Size,
    folder: Path,
    postgresql: int | None = None,
    beside: Callable[[dict[str, int]], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Outcome:
    """Signs the families in, starts the servers, lets everybody come, and looks at what is left.

    `beside` is given the process numbers of the servers, by name, and is entered while everybody comes.
    """
    rate = BOOKINGS_A_SECOND * size.share
    seconds = size.minutes * 60
    many = int(rate * seconds * SPARE) + 10
    prepare(country.url, country.keys, many, processes=2 if many > 500 else 1).write(folder / "scene")
    told = {
        "KEZDESU_DATABASE_URL": country.url,
        "KEZDESU_KEYS_DIR": str(country.keys),
        "KEZDESU_DATA_DIR": str(folder),
        "KEZDESU_SECURE": "false",
    }
    with ExitStack() as ending:
        public = ending.enter_context(
            serving(
                "service.wsgi:public()",
                told,
                folder,
                processes=size.processes,
                asked="/help",
                recycled=size.recycled,
            )
        )
        api = ending.enter_context(
            serving(
                "service.wsgi:api()",
                told,
                folder,
                processes=1,
                asked="/api/v1/health",
                recycled=size.recycled,
            )
        )
        plan = Plan(public.port, api.port, seconds, rate, SCANS_A_SECOND * size.share)
        ending.enter_context(beside({"public": public.process.pid, "api": api.process.pid}))
        before, began = _spent(public, api, postgresql=postgresql), time.monotonic()
        answers = _ask("tests.bench.rush_client", [folder / "scene"], plan, folder)
        took = time.monotonic() - began
        after = _spent(public, api, postgresql=postgresql)
    world = world_of(country.url, country.keys)
    try:
        many_twice, missing = oversold(world.database), lost(world.database, answers.booked)
    finally:
        world.database.close()
    return Outcome(answers, took, after[0] - before[0], after[1] - before[1], many_twice, missing)


def _ask(module: str, first: Sequence[Path], plan: Plan, folder: Path) -> Answers:
    plan.write(folder / "plan")
    words = [*first, folder / "plan", folder / "answers"]
    subprocess.run([sys.executable, "-m", module, *map(str, words)], cwd=ROOT, check=True)
    return Answers.read(folder / "answers")


def _spent(*servers: Served, postgresql: int | None) -> tuple[float, float]:
    database = 0.0 if postgresql is None else cpu_seconds(postgresql)
    return sum(one.cpu_seconds() for one in servers), database


def _floor(url: str, size: Size, folder: Path) -> tuple[Answers, float]:
    told = {"FLOOR_DATABASE": url}
    application = "tests.bench.rush_floor:create_app()"
    with serving(application, told, folder, processes=size.processes, asked="/page") as served:
        plan = Plan(served.port, served.port, FLOOR_SECONDS, BOOKINGS_A_SECOND * size.share, 0.0)
        before = served.cpu_seconds()
        answers = _ask("tests.bench.rush_floor", [], plan, folder)
        return answers, served.cpu_seconds() - before


def _latencies(outcome: Outcome, bare: Answers) -> list[Figure]:
    floor = {
        kind: percentile([took * 1000 for one, _, took, _ in bare.requests if one == kind], 0.95)
        for kind in ("page", "booking")
    }
    found = []
    for name, kinds, beside in (
        ("booking", WRITES, "booking"),
        ("page", PAGES, "page"),
        ("gate", ("scan",), "booking"),
    ):
        took = outcome.took(*kinds)
        for share in (0.5, 0.95, 0.99):
            found.append(
                figure(
                    f"rush.{name}_p{round(share * 100)}_ms",
                    [percentile(took, share)],
                    "ms",
                    against="p95 of the bare floor at the same rate" if share == 0.95 else None,
                    compared_with=floor[beside] if share == 0.95 else None,
                )
            )
    return found


def _costs(outcome: Outcome, bare_cpu: float, bare_requests: int) -> list[Figure]:
    many = len(outcome.answers.requests)
    return [
        figure(
            "rush.cpu_ms",
            [outcome.web_cpu * 1000 / many],
            "ms a request, web servers",
            against="the bare floor, same server",
            compared_with=bare_cpu * 1000 / bare_requests,
        ),
        figure("rush.cpu_ms[postgresql]", [outcome.postgresql_cpu * 1000 / many], "ms a request"),
        figure("rush.requests_a_second", [many / outcome.seconds], "1/s"),
    ]


def _counts(outcome: Outcome) -> list[Figure]:
    answers = outcome.answers
    for said, times in Counter(one[:160] for one in answers.strange).most_common(5):
        print(f"rush: {times} × {said}", file=sys.stderr)
    counted = {
        "bookings": len(answers.booked),
        "oversold": outcome.oversold,
        "lost": outcome.lost,
        "failed": outcome.failed,
        "strange": len(answers.strange),
        "faster_others": answers.taken,
        "found_nothing": answers.nothing_left,
    }
    late = percentile(answers.late, 0.95) * 1000 if answers.late else 0.0
    return [
        *(figure(f"rush.{name}", [value], "") for name, value in counted.items()),
        figure("rush.clients_late_p95_ms", [late], "ms by which the clients were behind themselves"),
    ]


def main(arguments: Sequence[str]) -> list[Figure]:
    """The figures of a rush of the size that the arguments name."""
    usual, parser = Size(), argparse.ArgumentParser(prog="python -m tests.bench rush")
    parser.add_argument("--minutes", type=float, default=usual.minutes)
    parser.add_argument("--institutions", type=int, default=usual.institutions)
    parser.add_argument("--convicts", type=int, default=usual.convicts)
    parser.add_argument("--share", type=float, default=usual.share, help="of 6,700 bookings in ten minutes")
    parser.add_argument("--processes", type=int, default=usual.processes, help="of the relatives' pages")
    return figures(Size(**vars(parser.parse_args(arguments))))


if __name__ == "__main__":
    print(json.dumps({"figures": [one.as_json() for one in main(sys.argv[1:])]}, indent=1))
