"""Simulated power cuts: a process under the shim of powercut.c, killed, and the files that a cut would have left."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from tests.crash.checks import Acknowledged
from tests.structure.tree import ROOT

DATABASE = "kezdesu.db"
SECTOR = 512
PATIENCE_SECONDS = 120


def build_shim(folder: Path) -> Path:
    """Compiles the shim."""
    shim = folder / "powercut.so"
    source = Path(__file__).with_name("powercut.c")
    subprocess.run(
        ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True
    )
    return shim


@dataclass
class Machine:
    """One database file, the folder of what a cut would leave of it, and the process that works on it."""

    folder: Path
    shim: Path

    @classmethod
    def over(cls, database: Path, folder: Path, shim: Path) -> "Machine":
        """A machine that begins with a whole database."""
        machine = cls(folder, shim)
        for place in (machine.working, machine.keep):
            place.mkdir(parents=True)
            shutil.copyfile(database, place / DATABASE)
        return machine

    @property
    def working(self) -> Path:
        """The folder the process works in."""
        return self.folder / "working"

    @property
    def keep(self) -> Path:
        """What was synced."""
        return self.folder / "keep"

    @property
    def url(self) -> str:
        """The database the process works on."""
        return f"sqlite:///{self.working / DATABASE}"

    def start(self, module: str, *arguments: object, cut_in_sync: int | None = None) -> subprocess.Popen[bytes]:
        """Runs a module of the tests under the shim, in a process group of its own."""
        words = [sys.executable, "-m", module, *map(str, arguments)]
        surroundings = {
            **os.environ,
            "LD_PRELOAD": str(self.shim),
            "POWERCUT_FOLDER": str(self.working),
            "POWERCUT_KEEP": str(self.keep),
            **({"POWERCUT_AT": str(cut_in_sync)} if cut_in_sync else {}),
        }
        with (self.folder / "errors").open("ab") as errors:
            return subprocess.Popen(
                words, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
            )

    def cut(self, process: subprocess.Popen[bytes], after: int, pause: float) -> list[Acknowledged]:
        """Kills the process `pause` seconds after so many acknowledgements (or waits until it was killed by the shim).

        Answers everything that was acknowledged until then.
        """
        giving_up = threading.Timer(PATIENCE_SECONDS, os.killpg, (process.pid, signal.SIGKILL))
        giving_up.start()
        said: list[Acknowledged] = []
        assert process.stdout is not None
        try:
            for line in process.stdout:
                said.append(tuple(json.loads(line)))
                if len(said) == after:
                    threading.Timer(pause, os.killpg, (process.pid, signal.SIGKILL)).start()
        finally:
            giving_up.cancel()
        process.stdout.close()
        process.wait()
        assert process.returncode == -signal.SIGKILL, (self.folder / "errors").read_text()[-2000:]
        return said

    def survivors(self, chance: random.Random | None = None) -> Path:
        """A new folder with what the cut left; with `chance`, some sectors that were never synced arrived as well."""
        left = self.folder / f"left-{'some' if chance else 'least'}"
        left.mkdir()
        for name in (DATABASE, f"{DATABASE}-wal"):
            synced = self.keep / name
            if chance is None:
                if synced.exists():
                    shutil.copyfile(synced, left / name)
            elif (self.working / name).exists():
                before = synced.read_bytes() if synced.exists() else b""
                (left / name).write_bytes(torn(before, (self.working / name).read_bytes(), chance))
        return left


def torn(synced: bytes, written: bytes, chance: random.Random) -> bytes:
    """What may be found after a cut: each sector as it was synced or as it was last written."""
    length = chance.choice((len(synced), len(written)))
    sectors = []
    for at in range(0, length, SECTOR):
        one, other = synced[at : at + SECTOR], written[at : at + SECTOR]
        picked = one if chance.random() < 0.5 else other
        sectors.append(max(picked, one, other, key=len) if len(picked) < min(SECTOR, length - at) else picked)
    return b"".join(sectors)[:length]
