"""The service on SQLite without power: what was acknowledged must be in what was synced."""

import random
import shutil
import time
from contextlib import closing
from pathlib import Path
from random import Random

from tests.crash.checks import Acknowledged, damage, halves, lost
from tests.crash.cutting import DATABASE, Machine, build_shim
from tests.race.families import settle, world_of

BOOKER = "tests.crash.booker"
THREADS = 3


class CutPart:
    """Families that book through the use cases, on a machine whose power goes; each cut begins with the same house."""

    name = "service"

    def __init__(self, folder: Path, migrated: Path) -> None:
        folder.mkdir(parents=True)
        self._folder, self._shim = folder, build_shim(folder)
        shutil.copyfile(migrated, folder / DATABASE)
        settle(f"sqlite:///{folder / DATABASE}", folder / "keys", families=60).write(folder / "scene")
        self._cuts = 0
        self._wrong: list[str] = []
        self.acknowledged = 0

    def cut(self, chance: Random) -> float:
        """One life of the machine; answers how long it took to open what was left and to find everything in it."""
        self._cuts += 1
        machine = Machine.over(self._folder / DATABASE, self._folder / str(self._cuts), self._shim)
        in_sync = chance.randrange(40, 400) if self._cuts % 2 else None
        process = machine.start(
            BOOKER, self._folder / "scene", machine.url, self._folder / "keys", THREADS, self._cuts, cut_in_sync=in_sync
        )
        said = machine.cut(process, 0 if in_sync else chance.randrange(20, 200), chance.random() * 0.05)
        self.acknowledged += len(said)
        took = 0.0
        for left in (machine.survivors(), machine.survivors(random.Random(chance.random()))):
            file = left / DATABASE
            began = time.monotonic()
            self._wrong += self._lost(file, said)
            took = max(took, time.monotonic() - began)
            self._wrong += damage(file)
            self._wrong += halves(f"sqlite:///{file}", self._folder / "keys")
        if not said:
            self._wrong.append("nothing was acknowledged: this round shows nothing")
        shutil.rmtree(machine.folder)
        return took

    def wrong(self) -> list[str]:
        """See `Part`."""
        found, self._wrong = self._wrong, []
        return found

    def _lost(self, file: Path, said: list[Acknowledged]) -> list[str]:
        world = world_of(f"sqlite:///{file}", self._folder / "keys")
        with closing(world.database):
            return lost(world, said)
