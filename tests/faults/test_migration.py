"""A migration that is cut off leaves no half: it is run again, and the database is as if nothing had happened."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import make_url

from service.store.migrate import differences
from service.store.verify.raw import snapshot
from service.store.verify.shape import Shape, shape_of
from tests.structure.tree import ROOT


def migrated(url: str, dies_before: int = 0) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "tests.faults.killed_migration", url, str(dies_before)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def shape(url: str) -> Shape:
    with snapshot(url) as raw:
        return shape_of(raw)


def test_a_migration_killed_anywhere_is_run_again_and_ends_whole(
    empty_url: str, rounds: Callable[[int, int], int]
) -> None:
    """The database is empty before; it must be empty after the kill, and have the newest shape after the second run."""
    database = make_url(empty_url).database
    if empty_url.startswith("sqlite") and database is not None:
        Path(database).touch()
    nothing, latest = shape(empty_url), 300
    for number in range(rounds(1, 40)):
        killed = migrated(empty_url, random.Random(f"{empty_url[:6]} {number}").randrange(30, latest))
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
        assert shape(empty_url) == nothing
    ran = migrated(empty_url)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert int(ran.stdout) > latest, "some kills came after the end"
    assert differences(empty_url) == []
    assert shape(empty_url) != nothing
