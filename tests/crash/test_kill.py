"""Killed without warning under load, again and again: nothing acknowledged is lost, nothing is half-done or doubled."""

import contextlib
import os
import random
import signal
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from service.store.migrate import upgrade
from tests.crash.ledger import Told
from tests.crash.load import PATIENCE_SECONDS, Load
from tests.postgres import Databases, PostgresServer
from tests.race.families import settle
from tests.race.server import Server


@pytest.fixture
def load(engine_url: str, tmp_path: Path) -> Iterator[Load]:
    workers, threads = (1, 8) if engine_url.startswith("sqlite") else (2, 4)
    with ExitStack() as ending:
        yield Load(engine_url, tmp_path, ending, workers=workers, threads=threads)


def test_a_killed_server_comes_back_with_everything_it_acknowledged(
    load: Load, rounds: Callable[[int, int], int]
) -> None:
    chance, back = random.Random(1), []
    for _ in range(rounds(2, 50)):
        load.wait_for_acknowledgements()
        time.sleep(chance.random() * 0.2)
        load.server.kill()
        back.append(load.server.start())
        load.check()
    load.wait_for_acknowledgements()
    _report("server", load.told(), back)


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def test_a_killed_postgresql_comes_back_with_everything_that_was_acknowledged(
    postgres: PostgresServer, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    url = _migrated(postgres)
    chance, back = random.Random(2), []
    with ExitStack() as ending:
        load = Load(url, tmp_path, ending, workers=2, threads=4)
        for number in range(rounds(3, 50)):
            load.wait_for_acknowledgements()
            time.sleep(chance.random() * 0.2)
            load.world.database.close()
            began = time.monotonic()
            (_kill_all, _kill_one_backend, _kill_beside_the_server)[number % 3](postgres, load)
            while not load.server.answers():
                assert time.monotonic() - began < PATIENCE_SECONDS, load.server.log.read_text()[-3000:]
                time.sleep(0.02)
            back.append(time.monotonic() - began)
            load.check()
        load.wait_for_acknowledgements()
        _report("postgresql", load.told(), back)


def test_a_service_that_starts_before_its_postgresql_waits_for_it(postgres: PostgresServer, tmp_path: Path) -> None:
    url = _migrated(postgres)
    settle(url, tmp_path / "keys", families=1)
    postgres.kill()
    server = Server(url, tmp_path / "keys", tmp_path)
    began = time.monotonic()
    try:
        with _nobody_home(postgres) as knocks:
            server.launch()
            while knocks() < 3:  # it did not give up after the first
                server.insist_that_it_runs()
                assert time.monotonic() - began < PATIENCE_SECONDS
                time.sleep(0.05)
            assert not server.answers()
        postgres.start()
        while not server.answers():
            server.insist_that_it_runs()
            assert time.monotonic() - began < PATIENCE_SECONDS
            time.sleep(0.05)
    finally:
        server.kill()


@contextlib.contextmanager
def _nobody_home(postgres: PostgresServer) -> Iterator[Callable[[], int]]:
    """In the place of a PostgreSQL that is down: hangs up on whoever connects, and counts them."""
    counted: list[int] = []

    class HangUp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            counted.append(1)

    place = postgres.folder / ".s.PGSQL.5432"
    place.unlink(missing_ok=True)
    with socketserver.ThreadingUnixStreamServer(str(place), HangUp) as door:
        threading.Thread(target=door.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield lambda: len(counted)
        finally:
            door.shutdown()
    place.unlink()


def _migrated(postgres: PostgresServer) -> str:
    databases = Databases(postgres.url("postgres"))
    url = databases.make()
    databases.close()
    upgrade(url)
    return url


def _kill_all(postgres: PostgresServer, load: Load) -> None:
    """PostgreSQL dies and is started again; the service stays up and waits."""
    postgres.kill()
    postgres.start()


def _kill_one_backend(postgres: PostgresServer, load: Load) -> None:
    """One of its processes dies; PostgreSQL then ends all connections and recovers by itself."""
    with contextlib.closing(psycopg.connect(postgres.url("postgres"), autocommit=True)) as connection:
        victims = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname <> 'postgres' AND backend_type = 'client backend'"
        ).fetchall()
        began = time.monotonic()
        for victim in random.Random(len(victims)).sample(victims, len(victims)):
            with contextlib.suppress(ProcessLookupError):  # it ended by itself, and others are there
                os.kill(victim[0], signal.SIGKILL)
                break
        with contextlib.suppress(psycopg.OperationalError):
            while time.monotonic() - began < PATIENCE_SECONDS:  # until this connection is ended as well
                connection.execute("SELECT 1")
                time.sleep(0.02)
    while time.monotonic() - began < PATIENCE_SECONDS:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(postgres.url("postgres"), connect_timeout=10).close()
            return
        time.sleep(0.02)


def _kill_beside_the_server(postgres: PostgresServer, load: Load) -> None:
    """Both die at once, as when the machine fails."""
    load.server.kill()
    postgres.kill()
    postgres.start()
    load.server.start()


def _report(what: str, told: Told, back: list[float]) -> None:
    slowest = sorted(back)[int(len(back) * 0.95)]
    print(
        f"\n{what}: {len(back)} kills, {len(told.acts)} acknowledgements, {told.repeated} sent again, "
        f"{told.replayed} of them had been done; back after {slowest:.1f} s (95 %)"
    )
