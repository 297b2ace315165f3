"""Does a request cost more in a whole country than in one institution, with a hundred times as many events?

The same acts, turn by turn, in two databases on one PostgreSQL: one institution (13,000 events) and 78 (a million).
`--rounds 10` lengthens the record of the 78 to ten million first: its rows stand there ten times, under later numbers.
"""

import argparse
import html
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from service.store.environment import Environment
from service.web.public import create_app
from service.web.settings import WebSettings
from tests.bench.figures import Figure, cpu_ms, figure
from tests.bench.rush_client import COOKIE, TIME, TOKEN
from tests.bench.rush_population import Country, Kept
from tests.bench.rush_scene import ZONE, Door, Scene, prepare
from tests.bench.rush_servers import TICKS
from tests.bench.stage import api_app
from tests.race.families import world_of

SIZES = {"one": (1, 410), "national": (78, 32_000)}
FAMILIES = 40
WARM = 8
READS, WRITES = ("home", "month", "party", "visit"), ("hold", "booking")


@dataclass
class Stage:
    """One database with the faces over it in this process, and what was spent there."""

    country: Country
    world: Environment
    scene: Scene
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        settings = WebSettings(key=self.world.keys.read("server"), secure=False, time_zone=ZONE)
        self.public = create_app(self.world, settings, send_code=lambda _: None)
        self.api = api_app(self.world)

    def family(self, number: int) -> None:
        """One family's way, as in the rush."""
        token, relationship = self.scene.sessions[number]
        client = self.public.test_client()
        client.set_cookie(COOKIE, token)
        self._do("home", lambda: client.get("/"))
        month = self._do("month", lambda: client.get(f"/ties/{UUID(relationship)}/long?month={self.scene.month}"))
        address = html.unescape(TIME.findall(month.text)[-1])
        party = self._do("party", lambda: client.get(address))
        wanted = dict(part.split("=") for part in address.partition("?")[2].split("&"))
        form = {**wanted, "step": "hold", "form_token": _token(party.text)}
        held = self._do("hold", lambda: client.post(address.partition("?")[0], data=form))
        assert held.status_code == 303, held.status_code
        looked = self._do("visit", lambda: client.get(held.location))
        asking = {"form_token": _token(looked.text)}
        asked = self._do("booking", lambda: client.post(f"{held.location}/request", data=asking))
        assert asked.status_code == 303, asked.status_code

    def scan(self, number: int) -> None:
        """A pass goes in, or out again."""
        doors = [one for one in self.scene.doors if one.tokens]
        door: Door = doors[0]
        body = {
            "gate": str(UUID(door.gate)),
            "reader": "1",
            "direction": ("entry", "exit")[number % 2],
            "token": door.tokens[0],
            "scanned_at": datetime.now(UTC).isoformat(),
            "sequence": number + 1,
        }
        head = {"Authorization": f"Bearer {door.key}", "Idempotency-Key": uuid4().hex}
        client = self.api.test_client()
        answered = self._do("scan", lambda: client.post("/api/v1/scans", json=body, headers=head))
        assert answered.json["verdict"] in ("admit", "leave"), answered.json

    def postgresql_seconds(self) -> float:
        """Processor time of the server's processes that work for this database."""
        with psycopg.connect(self.country.url) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        return sum(_ticks(pid) for (pid,) in rows) / TICKS

    def _do(self, kind: str, act: Callable[[], Any]) -> Any:
        answers: list[Any] = []
        self.spent[kind].append(cpu_ms(lambda: answers.append(act())))
        assert answers[0].status_code < 400, (kind, answers[0].status_code, answers[0].text[-500:])
        return answers[0]


def lengthen(url: str, rounds: int) -> int:
    """Puts each log's events and openings behind themselves again; how many events there are then.

    What an act costs depends on how many rows there are, not on what they say: a verifier would refuse this record.
    """
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")  # no triggers, no foreign keys
        for table, rest in (("event", "type, at, leaf, leaf_hash"), ("opening", "person_id, sealed")):
            connection.execute(
                f"INSERT INTO {table} (log_id, number, {rest}) "
                f"SELECT log_id, number + turn * size, {rest} FROM generate_series(1, %s) AS turn, {table} "
                "JOIN log ON log.id = log_id",  # type: ignore[arg-type]
                (rounds - 1,),
            )
        connection.execute("UPDATE log SET size = size * %s", (rounds,))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) event, opening")
        counted = connection.execute("SELECT count(*) FROM event").fetchone()
    assert counted is not None
    return int(counted[0])


def figures(families: int = FAMILIES, rounds: int = 1) -> list[Figure]:
    """flat.*_ratio: milliseconds of this process (and of PostgreSQL's) for an act in the country, against one house."""
    with ExitStack() as ending:
        kept = ending.enter_context(Kept().running())
        stages = {}
        for name, size in SIZES.items():
            country = ending.enter_context(kept.country(*size))
            if name == "national" and rounds > 1:
                print(f"flat: {lengthen(country.url, rounds)} events", file=sys.stderr, flush=True)
            world = world_of(country.url, country.keys)
            ending.callback(world.database.close)
            stages[name] = Stage(country, world, prepare(country.url, country.keys, families + WARM))
        before: dict[str, float] = {}
        for number in range(families + WARM):
            if number == WARM:
                for name, stage in stages.items():
                    stage.spent.clear()
                    before[name] = stage.postgresql_seconds()
            for stage in stages.values():
                stage.family(number)
                stage.scan(number)
        database = {name: stage.postgresql_seconds() - before[name] for name, stage in stages.items()}
        return _compared(stages["one"], stages["national"], database, families)


def _compared(one: Stage, national: Stage, database: dict[str, float], families: int) -> list[Figure]:
    against = "one institution"
    found = []
    for name, kinds in (("read", READS), ("booking", WRITES), ("scan", ("scan",))):
        large, small = (
            sum(statistics.median(stage.spent[kind]) for kind in kinds) / len(kinds) for stage in (national, one)
        )
        found.append(figure(f"flat.{name}_ratio", [large], "ms a request", against=against, compared_with=small))
    each = {name: seconds * 1000 / families for name, seconds in database.items()}
    found.append(
        figure(
            "flat.postgresql_ratio",
            [each["national"]],
            "ms a family and a scan",
            against=against,
            compared_with=each["one"],
        )
    )
    return found


def _token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None
    return html.unescape(found[1])


def _ticks(pid: int) -> int:
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


def main(arguments: Sequence[str]) -> list[Figure]:
    """The figures for so many families as the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench flat")
    parser.add_argument("--families", type=int, default=FAMILIES)
    parser.add_argument("--rounds", type=int, default=1, help="how often the record of the 78 stands there")
    asked = parser.parse_args(arguments)
    return figures(asked.families, asked.rounds)


if __name__ == "__main__":
    print(json.dumps({"figures": [one.as_json() for one in main(sys.argv[1:])]}, indent=1))
