"""A figure with how it was obtained: runs, spread, and the ratio to what it is compared with in the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`value` is the median of `runs`; `spread` half the range between the quartiles; `ratio` is value / against."""

    name: str
    value: float
    unit: str
    runs: int
    spread: float
    against: str | None = None
    ratio: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The figure as `make bench` prints it."""
        return asdict(self)


def figure(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    against: str | None = None,
    compared_with: float | None = None,
) -> Figure:
    """The median of several runs as a figure."""
    middle = statistics.median(values)
    spread = 0.0
    if len(values) > 3:
        quarters = statistics.quantiles(values, n=4)
        spread = (quarters[2] - quarters[0]) / 2
    ratio = None if compared_with is None else round(middle / compared_with, 4)
    return Figure(name, round(middle, 4), unit, len(values), round(spread, 4), against, ratio)


def cpu_ms(act: Callable[[], object]) -> float:
    """Milliseconds of this process's processor time for one act."""
    before = time.process_time_ns()
    act()
    return (time.process_time_ns() - before) / 1e6


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
