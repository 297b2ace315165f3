"""What the crash harness knows of a program: how to make it work, how to kill it, and what must hold afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Protocol


class Part(Protocol):
    """One program under load. `acknowledged` counts what it has said to anybody that it will keep."""

    name: str
    acknowledged: int

    def work(self) -> None:
        """Waits until the program has acknowledged something in this round: a blow before that would show nothing."""
        ...

    def blow(self, chance: Random) -> float:
        """Kills it without warning and starts it again; seconds from its start to its first good answer."""
        ...

    def wrong(self) -> list[str]:
        """What was acknowledged and is lost or doubled, asked after each blow."""
        ...

    def end(self) -> list[str]:
        """What else is wrong, asked once at the end: what takes long to look at."""
        ...


@dataclass
class Tally:
    """What came of the blows to one part."""

    name: str
    blows: int = 0
    back: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0

    @property
    def doubled(self) -> int:
        """How many findings say that something is there more than once."""
        return sum("times" in one or "twice" in one for one in self.wrong)

    @property
    def lost(self) -> int:
        """How many findings say anything else."""
        return len(self.wrong) - self.doubled

    def row(self) -> dict[str, object]:
        """The tally as it is printed."""
        slowest = sorted(self.back)[int(len(self.back) * 0.95)] if self.back else None
        middle = sorted(self.back)[len(self.back) // 2] if self.back else None
        return {
            "part": self.name,
            "blows": self.blows,
            "acknowledged": self.acknowledged,
            "lost": self.lost,
            "doubled": self.doubled,
            "back_s_p50": None if middle is None else round(middle, 2),
            "back_s_p95": None if slowest is None else round(slowest, 2),
        }


def together(runs: Iterable[Iterable[Tally]]) -> list[Tally]:
    """One tally of each name for all the runs."""
    found: dict[str, Tally] = {}
    for tally in (one for run in runs for one in run):
        kept = found.setdefault(tally.name, Tally(tally.name))
        kept.blows += tally.blows
        kept.back += tally.back
        kept.wrong += tally.wrong
        kept.acknowledged += tally.acknowledged
    return list(found.values())
