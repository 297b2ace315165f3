"""The one harness for every program, on a small scale: the whole of it is `python -m tests.crash`."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random

from tests.crash.harness import Scene, run, staged
from tests.crash.part import Tally


def test_programs_killed_by_lot_and_cut_from_their_power_come_back_with_what_they_acknowledged(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    with ExitStack() as ending:
        scene = staged("sqlite", tmp_path, ending, only=("server", "bridge", "witness"))
        tallies = run(scene, kills=rounds(3, 30), power_cuts=rounds(1, 4), seed=1)
    assert [f"{tally.name}: {one}" for tally in tallies for one in tally.wrong] == []
    died = [tally for tally in tallies if tally.blows]
    assert {tally.name for tally in died} >= {"server", "bridge", "witness", "service, power cut"}
    assert all(tally.acknowledged for tally in died), "a part that acknowledged nothing shows nothing"
    assert all(tally.row()["back_s_p95"] is not None for tally in died)


class Forgetful:
    """A program that loses one of its promises, and keeps another twice."""

    name, acknowledged = "server", 2

    def work(self) -> None:
        """Nothing."""

    def blow(self, chance: Random) -> float:
        return chance.random()

    def wrong(self) -> list[str]:
        return ["a booking is gone"]

    def end(self) -> list[str]:
        return ["a booking was answered 2 times"]


def test_what_a_program_loses_and_doubles_is_counted() -> None:
    (tally,) = run(Scene([Forgetful()], []), kills=3, power_cuts=0, seed=1)
    assert isinstance(tally, Tally)
    assert (tally.blows, tally.lost, tally.doubled) == (3, 3, 1)
