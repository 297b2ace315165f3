"""The scene the bookings and scans are made in: one institution, many families, both engines, real HTTP."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from service.store.environment import Environment
from service.store.migrate import upgrade
from service.web.api.app import create_app
from service.web.settings import WebSettings
from tests.postgres import databases
from tests.race.families import Family, Scene, settle, world_of

ENGINES = ("sqlite", "postgresql")
ZONE = ZoneInfo("Asia/Almaty")
CLIENTS = 4
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Stage:
    """A settled database of one engine and where it lies."""

    engine: str
    url: str
    keys: Path
    scene: Scene


@contextmanager
def stages(families: int) -> Iterator[list[Stage]]:
    """A stage for each engine, on real disks, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="kezdesu-bench-") as folder, databases() as postgres:
        made = []
        for engine in ENGINES:
            keys = Path(folder) / f"keys-{engine}"
            url = f"sqlite:///{folder}/kezdesu.db" if engine == "sqlite" else postgres.make()
            upgrade(url)
            made.append(Stage(engine, url, keys, settle(url, keys, families=families)))
        yield made


def api_app(world: Environment) -> Flask:
    """The interface over a world, as served."""
    settings = WebSettings(key=world.keys.read("server"), secure=False, time_zone=ZONE)
    return create_app(world, settings, send_code=lambda _: None)


def served() -> Flask:
    """The interface for gunicorn, over the database and keys named in the environment."""
    return api_app(world_of(os.environ["BENCH_DATABASE"], Path(os.environ["BENCH_KEYS"])))


class Statements:
    """Counts what is sent to the database, BEGIN and COMMIT too."""

    def __init__(self, world: Environment) -> None:
        self.count = 0
        engine = world.database.engine
        sa.event.listen(engine, "before_cursor_execute", self._one)
        sa.event.listen(engine, "commit", self._one)
        if not world.database.is_sqlite:
            sa.event.listen(engine, "begin", self._begin)

    def _begin(self, connection: sa.Connection) -> None:
        # A statement that commits itself is announced as begun, and nothing is sent.
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            self.count += 1

    def _one(self, *_: Any) -> None:
        self.count += 1


def hold_body(scene: Scene, family: Family, template: str, day: str) -> dict[str, object]:
    """A family's wish for a place of a template on a day."""
    kind = "long" if template == scene.block else "short"
    return {
        "convict": str(UUID(family.convict)),
        "relationships": [str(UUID(family.relationship))],
        "template": str(UUID(template)),
        "day": day,
        "kind": kind,
    }


def headers(token: str) -> dict[str, str]:
    """A write by whoever holds the token."""
    return {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": str(uuid4()),
        "Content-Type": "application/json",
    }


def days(world: Environment, count: int, first: int = 3) -> list[str]:
    """The next days, from some days ahead."""
    today = world.clock().astimezone(ZONE).date()
    return [(today + timedelta(days=first + ahead)).isoformat() for ahead in range(count)]


@contextmanager
def gunicorn(application: str, environment: dict[str, str], *, processes: int) -> Iterator[int]:
    """A real server for an app factory; answers its port once a request was answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(processes), "--threads", "8", "--log-level", "error", application]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", "/api/v1/health")
                connection.getresponse().read()
                connection.close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(20)


Call = tuple[str, dict[str, str], bytes]


def rate(port: int, calls: Sequence[Call], wanted: int) -> float:
    """Calls a second over some kept connections; every answer must have the status wanted."""
    lanes = [calls[lane::CLIENTS] for lane in range(CLIENTS)]

    def lane(mine: Sequence[Call]) -> list[int]:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        statuses = []
        for path, head, body in mine:
            connection.request("POST", path, body, head)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
        return statuses

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = [one for part in pool.map(lane, lanes) for one in part]
    took = time.perf_counter() - began
    strange = [status for status in statuses if status != wanted]
    if strange:
        raise AssertionError(f"{len(strange)} answers other than {wanted}: {sorted(set(strange))}")
    return len(calls) / took
