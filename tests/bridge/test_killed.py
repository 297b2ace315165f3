"""A gate that is killed, cut from its power or out of disk loses no answer, lets nobody in twice, and counts on."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.fakes import MemoryFile
from firmware_bridge.journal import Journal
from firmware_bridge.passes import read
from tests.bridge.cast import token
from tests.bridge.crash_gate import NOT_RECORDED
from tests.bridge.simulation.checks import verdicts_in
from tests.crash.cutting import build_shim, torn
from tests.structure.tree import ROOT

ADMIT = b"ADMIT offline\r\n"
TODAY = datetime.now(UTC).replace(microsecond=0)
IN_A_ROUND, SOAKED = 40, 340
PATIENCE_SECONDS = 300
NAME = "gate.journal"


def passes(first: int, count: int) -> list[str]:
    """Passes that are good for the next hours, however wrong the gate's clock is."""
    begins, ends = TODAY - timedelta(hours=8), TODAY + timedelta(hours=12)
    return [token(number, not_before=begins, not_after=ends) for number in range(first, first + count)]


@dataclass
class Truth:
    """What people at the reader saw."""

    heard: dict[str, bytes] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    answers: int = 0


class Killed:
    """A gate's process that is fed codes until it is killed."""

    def __init__(
        self,
        journal: Path,
        hours: float = 0,
        *,
        hasty: bool = False,
        limit: int = 0,
        surroundings: dict[str, str] | None = None,
    ) -> None:
        words = [sys.executable, "-m", "tests.bridge.crash_gate", str(journal), str(hours), str(limit)]
        self.process = subprocess.Popen(
            [*words, *(["hasty"] * hasty)],
            cwd=ROOT,
            env={**os.environ, **(surroundings or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._giving_up = threading.Timer(PATIENCE_SECONDS, os.killpg, (self.process.pid, signal.SIGKILL))
        self._giving_up.start()
        assert self.line() == b"READY\r\n"

    def line(self) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def show(self, text: str, truth: Truth) -> bytes:
        """Holds a pass up; empty when the gate died before it answered."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(text.encode() + b"\r")
            self.process.stdin.flush()
        except BrokenPipeError:
            return b""
        answer = self.line()
        if answer.endswith(b"\n"):
            truth.heard[text] = answer
            truth.answers += 1
            return answer
        return b""

    def show_and_die(self, text: str, truth: Truth, wait: float) -> None:
        """Kills it while a pass is before the reader."""
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode() + b"\r")
        self.process.stdin.flush()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(wait)
        self._kill()
        assert self.process.stdout is not None
        answer = self.process.stdout.read()
        self.process.stdout.close()
        if answer.endswith(b"\n"):
            truth.heard[text] = answer
            truth.answers += 1
        else:
            truth.unanswered.append(text)

    def fate(self) -> str:
        """What became of it where it gives no answer: ended by itself, or by whoever gave up waiting for it."""
        return "" if self.process.poll() is None else f"; the gate ended with {self.process.returncode}"

    def kill(self) -> None:
        self._kill()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _kill(self) -> None:
        self._giving_up.cancel()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()


def records(octets: bytes) -> list[dict[str, Any]]:
    found = Journal(MemoryFile(octets)).taken_over()
    assert [record.sequence for record in found] == list(range(1, len(found) + 1)), "the counter has a gap"
    return [{"sequence": record.sequence, **record.facts} for record in found]


def lost(octets: bytes, truth: Truth) -> list[str]:
    """Answers that were heard and are not in the journal, and passes that it let in twice."""
    wrong = []
    by_scan = {record["sequence"]: record["token"] for record in records(octets) if record["kind"] == "scan"}
    verdicts = [one for record in records(octets) for one in verdicts_in(record).items()]
    admitted = [by_scan[of] for of, verdict in verdicts if verdict == "admit"]
    for text, answer in truth.heard.items():
        if answer == ADMIT and text not in admitted:
            wrong.append(f"the answer to {read(text).pass_id.hex()[-4:]} is lost")
    wrong += [f"{text[-6:]} let in twice" for text in set(admitted) if admitted.count(text) > 1]
    return wrong


def test_killed_again_and_again_it_loses_no_answer(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    journal, truth, chance = tmp_path / NAME, Truth(), random.Random(5)
    count = rounds(6, 60)
    for number in range(count):
        gate = Killed(journal, hours=(0, 3, -3)[number % 3])
        again, truth.unanswered = truth.unanswered, []
        for text in again:
            # Nobody who had no answer is turned away: shown again, the pass is let in.
            assert gate.show(text, truth) in (ADMIT, b"REFUSE offline already-inside\r\n")
        *shown, last = passes(number * 1000, chance.randrange(2, rounds(IN_A_ROUND, SOAKED)))
        for text in shown:
            assert gate.show(text, truth) == ADMIT
        gate.show_and_die(last, truth, chance.random() * 0.002)
    assert lost(journal.read_bytes(), truth) == []
    assert truth.answers > 5 * count, "nothing was answered: this shows nothing"


def test_somebody_who_heard_nothing_is_let_in_when_he_shows_it_again(tmp_path: Path) -> None:
    """The clock is right and it is the same minute: the same scan gets its answer, whatever the journal had of it."""
    journal, chance = tmp_path / NAME, random.Random(9)
    for number in range(5):
        truth = Truth()
        gate = Killed(journal)
        text = passes(number, 1)[0]
        gate.show_and_die(text, truth, chance.random() * 0.001)
        gate = Killed(journal)
        assert gate.show(text, truth) == ADMIT
        gate.kill()
        assert lost(journal.read_bytes(), truth) == []


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_shim(tmp_path_factory.mktemp("shim"))


def cut(folder: Path, shim: Path, chance: random.Random, truth: Truth, number: int, *, hasty: bool = False) -> bytes:
    """One life under the shim, ended by a power cut; answers what is left of the journal."""
    working, keep = folder / "working", folder / "keep"
    in_sync = chance.randrange(3, 60) if number % 2 else 0
    surroundings = {
        "LD_PRELOAD": str(shim),
        "POWERCUT_FOLDER": str(working),
        "POWERCUT_KEEP": str(keep),
        **({"POWERCUT_AT": str(in_sync)} if in_sync else {}),
    }
    gate = Killed(working / NAME, hasty=hasty, surroundings=surroundings)
    again, truth.unanswered = truth.unanswered, []
    texts = [*again, *passes(number * 1000, 200 if in_sync else chance.randrange(2, IN_A_ROUND))]
    for text in texts:
        if not gate.show(text, truth):
            truth.unanswered.append(text)
            break
    gate.kill()
    synced = (keep / NAME).read_bytes() if (keep / NAME).exists() else b""
    return synced if chance.random() < 0.5 else torn(synced, (working / NAME).read_bytes(), chance)


def test_cut_from_its_power_again_and_again_it_loses_no_answer(
    tmp_path: Path, shim: Path, rounds: Callable[[int, int], int]
) -> None:
    truth, chance, left = Truth(), random.Random(11), b""
    for number in range(rounds(4, 15)):
        folder = tmp_path / str(number)
        for place in ("working", "keep"):
            (folder / place).mkdir(parents=True)
            if left:
                (folder / place / NAME).write_bytes(left)
        left = cut(folder, shim, chance, truth, number)
        assert lost(left, truth) == []
        shutil.rmtree(folder)
    assert truth.answers > 20, "nothing was answered: this shows nothing"


def test_a_gate_that_answers_before_it_writes_is_found(tmp_path: Path, shim: Path) -> None:
    truth, chance = Truth(), random.Random(13)
    for place in ("working", "keep"):
        (tmp_path / place).mkdir()
    left = cut(tmp_path, shim, chance, truth, 0, hasty=True)
    assert [wrong for wrong in lost(left, truth) if "is lost" in wrong]


def test_on_a_full_disk_it_refuses_aloud_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    journal, truth = tmp_path / NAME, Truth()
    gate = Killed(journal, limit=5000)
    said = [gate.show(text, truth) for text in passes(0, 30)]
    gate.kill()
    assert ADMIT in said
    assert said[-1] == NOT_RECORDED
    assert said == sorted(said), "first let in, then, with the disk full, refused aloud"
    gate = Killed(journal)
    assert gate.show(passes(29, 1)[0], truth) == ADMIT
    gate.kill()
    assert lost(journal.read_bytes(), truth) == []
