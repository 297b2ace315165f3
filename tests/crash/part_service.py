"""Web servers, worker and PostgreSQL under one load: families book, gates scan, the worker signs heads and delivers."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import psycopg
import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Checkpoint
from tests.crash.load import PATIENCE_SECONDS, Load
from tests.postgres import PostgresServer
from tests.race.families import HOUSE
from tests.race.server import end_with_parent
from tests.structure.tree import ROOT


class ServerPart:
    """The web server with all its processes."""

    name = "server"

    def __init__(self, load: Load) -> None:
        self._load = load

    @property
    def acknowledged(self) -> int:
        """Bookings, cancellations and scans that were answered."""
        return len(self._load.told().acts)

    def work(self) -> None:
        """See `Part`."""
        self._load.wait_for_acknowledgements()

    def blow(self, chance: Random) -> float:
        """See `Part`."""
        time.sleep(chance.random() * 0.2)
        self._load.server.kill()
        return self._load.server.start()

    def wrong(self) -> list[str]:
        """See `Part`."""
        return self._load.wrong()

    def end(self) -> list[str]:
        """The record, cell by cell."""
        return self._load.record()


class PostgresqlPart(ServerPart):
    """PostgreSQL: all of it, one of its processes, or together with the web server."""

    name = "postgresql"

    def __init__(self, load: Load, postgres: PostgresServer) -> None:
        super().__init__(load)
        self._postgres = postgres
        self._ways = (self._all, self._one_backend, self._beside_the_server)
        self._blows = 0

    def blow(self, chance: Random) -> float:
        """See `Part`. The first good answer is the web server's, over the PostgreSQL that came back."""
        time.sleep(chance.random() * 0.2)
        self._load.world.database.close()
        self._blows += 1
        began = self._ways[self._blows % 3](chance)
        while not self._load.server.answers():
            assert time.monotonic() - began < PATIENCE_SECONDS, self._load.server.log.read_text()[-3000:]
            time.sleep(0.02)
        return time.monotonic() - began

    def cut(self, chance: Random) -> float:
        """Everything on the machine dies at once; PostgreSQL recovers from what it had written."""
        time.sleep(chance.random() * 0.2)
        self._load.world.database.close()
        began = self._beside_the_server(chance)
        return time.monotonic() - began

    def _all(self, _: Random) -> float:
        """PostgreSQL dies and is started again; the service stays up and waits."""
        self._postgres.kill()
        began = time.monotonic()
        self._postgres.start()
        return began

    def _one_backend(self, chance: Random) -> float:
        """One of its processes dies; PostgreSQL then ends all connections and recovers by itself."""
        with contextlib.closing(psycopg.connect(self._postgres.url("postgres"), autocommit=True)) as connection:
            victims = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname <> 'postgres' AND backend_type = 'client backend'"
            ).fetchall()
            # One that ended meanwhile has made room for others; the load opens its connections anew.
            for victim in chance.sample(victims, len(victims)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim[0], signal.SIGKILL)
                    break
            else:
                return time.monotonic()
            began = time.monotonic()
            with contextlib.suppress(psycopg.OperationalError):
                while time.monotonic() - began < PATIENCE_SECONDS:  # until this connection is ended as well
                    connection.execute("SELECT 1")
                    time.sleep(0.02)
        while time.monotonic() - began < PATIENCE_SECONDS:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._postgres.url("postgres"), connect_timeout=10).close()
                break
            time.sleep(0.02)
        return began

    def _beside_the_server(self, _: Random) -> float:
        """Both die at once, as when the machine fails."""
        self._load.server.kill()
        self._postgres.kill()
        began = time.monotonic()
        self._postgres.start()
        self._load.server.start()
        return began


class WorkerPart:
    """`kezdesu worker`: what it has acknowledged are the heads it signed, which may never be taken back."""

    name = "worker"

    def __init__(self, load: Load, folder: Path) -> None:
        self._load = load
        self._log = folder / "worker.log"
        self._surroundings = {
            **os.environ,
            "KEZDESU_DATABASE_URL": load.url,
            "KEZDESU_KEYS_DIR": str(load.keys),
            "KEZDESU_DATA_DIR": str(folder),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._heads: dict[tuple[str, int], bytes] = {}

    @property
    def acknowledged(self) -> int:
        """The heads that were seen."""
        return len(self._heads)

    def work(self) -> None:
        """Until it has signed a head that nobody had seen."""
        if self._process is None:
            self._start()
        self._wait_for_a_head()

    def blow(self, chance: Random) -> float:
        """See `Part`. A worker that died held the lease; its successor on this machine knows, and works at once."""
        time.sleep(chance.random() * 2)
        self.kill()
        self._see()
        self._start()
        began = time.monotonic()
        self._wait_for_a_head()
        return time.monotonic() - began

    def wrong(self) -> list[str]:
        """Heads that were signed once and now are gone, or say something else."""
        before = dict(self._heads)
        self._see()
        return [f"head {place} is gone or another" for place, note in before.items() if self._heads[place] != note]

    def end(self) -> list[str]:
        """The record, with every head in it."""
        self.kill()
        return self._load.record()

    def kill(self) -> None:
        """Ends it without warning."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service", "worker"],
                cwd=ROOT,
                env=self._surroundings,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 it makes one system call and takes no lock
            )

    def _wait_for_a_head(self) -> None:
        began, known = time.monotonic(), len(self._heads)
        while len(self._heads) <= known:
            assert self._process is not None
            assert self._process.poll() is None, self._log.read_text()[-3000:]
            assert time.monotonic() - began < PATIENCE_SECONDS, self._log.read_text()[-3000:]
            time.sleep(0.1)
            with contextlib.suppress(sa.exc.OperationalError):  # PostgreSQL may be on its way back
                self._see()

    def _see(self) -> None:
        row = of(Checkpoint)
        with self._load.world.database.reading() as session:
            found = session.execute(sa.select(row.log_id, row.size, row.note).where(row.log_id == HOUSE)).all()
        there = {(one.log_id, one.size): bytes(one.note) for one in found}
        self._heads = {place: there.get(place, b"gone") for place in {*self._heads, *there}}
