"""A server under load: booked, cancelled and scanned at from a process of its own, which keeps a ledger."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.crash.checks import halves
from tests.crash.ledger import Reader, Told, discrepancies
from tests.race.families import settle, world_of
from tests.race.racing import Hand
from tests.race.server import Server
from tests.structure.tree import ROOT

THREADS = 6
FAMILIES = THREADS * 9
ENOUGH = 12
"""Acknowledgements of one round before the cut; a round without any shows nothing."""
PATIENCE_SECONDS = 120


class Load:
    """The server, its clients in a process of their own, and the ledger they keep."""

    def __init__(
        self,
        url: str,
        folder: Path,
        ending: ExitStack,
        *,
        workers: int,
        threads: int,
        through: Callable[[int], int] | None = None,
    ) -> None:
        """`through` may put something between clients and server: given the server's port it answers its own."""
        self.url, self.keys, ledger = url, folder / "keys", folder / "ledger"
        scene = settle(url, self.keys, families=FAMILIES, bridges=THREADS)
        self.world = world_of(url, self.keys)
        ending.callback(self.world.database.close)
        hand = Hand(self.world, scene)
        visits = [hand.granted_soon(family) for family in scene.families[:THREADS]]
        self._ledger = Reader(ledger, frozenset(appointment for appointment, _ in visits))
        scene.write(folder / "scene")
        (folder / "passes").write_text(json.dumps([token for _, token in visits]))
        self.server = Server(url, self.keys, folder, workers=workers, threads=threads)
        ending.callback(self.server.kill)
        self.server.start()
        port = through(self.server.port) if through else self.server.port
        words = [folder / "scene", port, folder / "passes", ledger, 1]
        self._clients = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.client", *map(str, words)], cwd=ROOT, start_new_session=True
        )
        ending.callback(self._end_clients)
        self._seen = 0

    def told(self) -> Told:
        """What the clients were told until now."""
        return self._ledger.told()

    def wait_for_acknowledgements(self) -> None:
        """Until enough acts of this round were acknowledged."""
        began = time.monotonic()
        while len(self.told().acts) < self._seen + ENOUGH:
            assert self._clients.poll() is None, "the clients ended"
            assert time.monotonic() - began < PATIENCE_SECONDS, f"no acknowledgements: {self.told().faults[-3:]}"
            time.sleep(0.02)

    def check(self) -> None:
        """The acknowledgements first, then the database."""
        assert self.wrong() == []
        assert self.record() == []

    def wrong(self) -> list[str]:
        """What was acknowledged, from the beginning, and is not there exactly once."""
        told = self.told()
        if len(told.acts) <= self._seen:
            return ["nothing was acknowledged in this round: it shows nothing", *told.faults]
        self._seen = len(told.acts)
        return [*told.faults, *discrepancies(self.world, told)]

    def record(self) -> list[str]:
        """What the verifier of the record finds."""
        return halves(self.url, self.keys)

    def _end_clients(self) -> None:
        os.killpg(self._clients.pid, signal.SIGKILL)
        self._clients.wait()
