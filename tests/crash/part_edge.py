"""The programs beside the service: a witness, a gate's bridge, a kiosk; each with a folder of its own."""

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random
from unittest.mock import patch

import sqlalchemy as sa
from argon2 import PasswordHasher

from service.app import card_issue, kiosk_pin, kiosk_sign_in
from service.store.columns import of
from service.store.tables import ConvictRequest
from service.web.api.app import create_app as create_api
from tests.bridge.test_killed import ADMIT, Killed, Truth, cut, lost, passes
from tests.cast import MEDIUM, World
from tests.crash.cutting import build_shim
from tests.kiosk.program import AtTheScreen, Program, ServedApi
from tests.kiosk.standing import Standing, wait_until
from tests.kiosk.test_program import ask_until_killed
from tests.structure.tree import ROOT
from tests.web.api.v1.callers import SETTINGS
from tests.witness.house import Book
from tests.witness.test_state import asked, started

ALREADY = b"REFUSE offline already-inside\r\n"
NAME = "gate.journal"
DRAINED_AFTER = 5


class BridgePart:
    """A gate whose answers at the reader must stand in its journal, and whose passes let in once."""

    name = "bridge"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder, self._journal = folder, folder / NAME
        self._truth, self._round, self._blows = Truth(), 0, 0
        self._gate: Killed | None = None
        self._shim: Path | None = None
        self._wrong: list[str] = []

    @property
    def acknowledged(self) -> int:
        """Answers that people at the reader heard."""
        return self._truth.answers

    def work(self) -> None:
        """Lets a few people in; whoever had no answer before is not turned away now."""
        self._round += 1
        gate = self._gate = self._gate or Killed(self._journal)
        again, self._truth.unanswered = self._truth.unanswered, []
        for text in again:
            if (said := gate.show(text, self._truth)) not in (ADMIT, ALREADY):
                self._wrong.append(f"a pass without an answer was turned away: {said!r}{gate.fate()}")
        for text in passes(self._round * 1000, 5):
            if (said := gate.show(text, self._truth)) != ADMIT:
                self._wrong.append(f"a good pass was refused: {said!r}{gate.fate()}")

    def blow(self, chance: Random) -> float:
        """See `Part`."""
        assert self._gate is not None
        self._gate.show_and_die(passes(self._round * 1000 + 500, 1)[0], self._truth, chance.random() * 0.002)
        return self._back()

    def cut(self, chance: Random) -> float:
        """The gate loses its power: what was synced is left of its journal, with or without pieces of the rest."""
        self._end_gate()
        self._shim = self._shim or build_shim(self._folder)
        self._round += 1
        place = self._folder / str(self._round)
        for name in ("working", "keep"):
            (place / name).mkdir(parents=True)
            if self._journal.exists():
                shutil.copyfile(self._journal, place / name / NAME)
        self._journal.write_bytes(cut(place, self._shim, random.Random(chance.random()), self._truth, self._round))
        shutil.rmtree(place)
        return self._back()

    def wrong(self) -> list[str]:
        """See `Part`."""
        found, self._wrong = self._wrong, []
        return [*found, *lost(self._journal.read_bytes(), self._truth)]

    def end(self) -> list[str]:
        """See `Part`."""
        self._end_gate()
        return self.wrong()

    def _back(self) -> float:
        """Seconds until a gate on what is left of the journal is ready; it ends then, until it is needed again."""
        began = time.monotonic()
        self._gate = Killed(self._journal)
        took = time.monotonic() - began
        self._end_gate()
        return took

    def _end_gate(self) -> None:
        if self._gate is not None:
            self._gate.kill()
            self._gate = None


class WitnessPart:
    """A witness that may never forget a head it has cosigned, nor cosign another history."""

    name = "witness"
    STEP = 3

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        words = ["witness", "keygen", "prosecutor.example/w1", "--out", str(folder / "key")]
        subprocess.run([sys.executable, "-m", "service", *words], cwd=ROOT, check=True, capture_output=True)
        self._process, self._port = started(folder)
        self._honest, self._forked = Book(), Book(rewritten=0)
        self._answered, self._asked = 0, 0
        self.acknowledged = 0

    def work(self) -> None:
        """Three heads are cosigned."""
        for _ in range(3):
            self._grow()

    def blow(self, chance: Random) -> float:
        """See `Part`: it falls while a head is before it."""
        self._asked = self._answered + self.STEP
        body = self._honest.request(self._answered, self._asked)
        heard: list[int] = []

        def ask() -> None:
            answer = asked(self._port, body)
            if answer is not None and answer[0] == 200:
                heard.append(self._asked)

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(chance.random() * 0.004)
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        asking.join()
        self._answered = max([self._answered, *heard])
        began = time.monotonic()
        self._process, self._port = started(self._folder)
        self._held()
        return time.monotonic() - began

    def wrong(self) -> list[str]:
        """Asks what it holds, and offers it another history."""
        held = self._held()
        found = []
        if held not in (self._answered, self._asked):
            found.append(f"it holds {held}, and has cosigned {self._answered}")
        self._answered = held
        answer = asked(self._port, self._forked.request(held, held + 1))
        if answer is None or answer[0] != 422:
            found.append(f"another history was answered {answer}")
        return found

    def end(self) -> list[str]:
        """See `Part`."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        return []

    def _grow(self) -> None:
        size = self._answered + self.STEP
        answer = asked(self._port, self._honest.request(self._answered, size))
        assert answer is not None
        assert answer[0] == 200, answer
        self._answered = self._asked = size
        self.acknowledged += 1

    def _held(self) -> int:
        answer = asked(self._port, self._honest.request(1, 1))
        assert answer is not None
        return int(answer[1])


class KioskPart:
    """A kiosk that is asked in an hour without a line: every number it showed is kept, and sent once."""

    name = "kiosk"

    def __init__(self, folder: Path, world: World, ending: ExitStack) -> None:
        light = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        for module in (card_issue, kiosk_pin, kiosk_sign_in):
            ending.enter_context(patch.object(module, "HASHER", light))
        kiosk_sign_in._nobodys.cache_clear()
        folder.mkdir(parents=True)
        self._standing = Standing(world, folder)
        self._standing.give_card()
        self._api = ServedApi(create_api(world.environment, SETTINGS, send_code=lambda _: None))
        self._program = Program(folder / "program", self._api, world.devices[f"kiosk@{MEDIUM}"].key)
        ending.callback(self._program.close)
        self._program.start()
        AtTheScreen(self._program).get("/")
        self._program.kill()
        self._api.cut()
        self._shown: list[int] = []
        self._sent: list[int] = []
        self._blows = 0

    @property
    def acknowledged(self) -> int:
        """The numbers the screen has shown."""
        return len(self._shown)

    def work(self) -> None:
        """It is asked in the same breath as it is killed: see `blow`."""

    def blow(self, chance: Random) -> float:
        """See `Part`."""
        self._shown += ask_until_killed(self._program, chance.randrange(2, 6))
        self._blows += 1
        began = time.monotonic()
        self._program.start()
        AtTheScreen(self._program).get("/")
        took = time.monotonic() - began
        self._program.kill()
        return took

    def wrong(self) -> list[str]:
        """What was shown waits on the disk or was sent; each number was shown once."""
        if self._blows % DRAINED_AFTER == 0:
            self._drain()
        missing = set(self._shown) - set(self._program.waiting) - set(self._sent)
        found = [f"request {one} is lost" for one in missing]
        return [*found, *(f"{one} was shown twice" for one in set(self._shown) if self._shown.count(one) > 1)]

    def end(self) -> list[str]:
        """Everything is sent and stands in the service once."""
        self._drain()
        found = self.wrong()
        if sorted(self._sent) != sorted(set(self._sent)):
            found.append("a request arrived twice")
        return found

    def _drain(self) -> None:
        self._api.mend()
        self._program.start()
        wait_until(lambda: not self._program.waiting)
        self._program.kill()
        self._api.cut()
        row = of(ConvictRequest)
        with self._standing.world.environment.database.reading() as session:
            self._sent = [int(one) for one in session.scalars(sa.select(row.sequence))]
