"""Who does something more often than the others, when even honest people differ more than chance alone lets them.

A funnel plot with over-dispersion (after Spiegelhalter 2005, doi 10.1002/sim.1970): how much officers differ is learned
from themselves. Counts are small, so the model is the beta-binomial distribution, not a normal one; of the tenth with
the highest shares no more than that they are high enters the estimate (a censored likelihood), so that those who are
looked for do not hide themselves by widening the spread. Among many, those named are chosen by the rule of Benjamini
and Hochberg.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests

Array = NDArray[Any]
CENSORED = 0.1
FEWEST = 5
"""A unit with fewer chances is neither judged nor part of the comparison."""
LEAST_SPREAD, MOST_SPREAD = 1e-6, 0.5


@dataclass(frozen=True, slots=True)
class Unit:
    """One officer, say: `count` of `chances`."""

    name: str
    institution: str
    count: int
    chances: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A unit with the chance of so many or more, and the smallest false-discovery rate at which it would be named."""

    unit: Unit
    expected: float
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """All units of a test: the common rate, the correlation within a unit (0: chance alone), and each judged."""

    rate: float
    spread: float
    judged: tuple[Judged, ...]

    def limit(self, chances: float, tail: float) -> float:
        """The share of `chances` that is passed with the probability `tail` only."""
        if not 0 < self.rate < 1:
            return self.rate
        tails = _tails(round(chances), self.rate, self.spread)
        return float(np.argmax(tails <= tail) or len(tails)) / chances


def funnel(units: Sequence[Unit]) -> Funnel:
    """Judges every unit with enough chances against all of them together."""
    kept = [unit for unit in units if unit.chances >= FEWEST]
    if len(kept) < 3 or not any(unit.count for unit in kept):
        return Funnel(0.0, 0.0, ())
    counts, chances = (np.array([getattr(unit, name) for unit in kept], float) for name in ("count", "chances"))
    rate, spread = _fitted(counts, chances)
    p = [float(_tails(unit.chances, rate, spread)[unit.count]) for unit in kept]
    judged = tuple(
        Judged(unit, rate * unit.chances, one, q) for unit, one, q in zip(kept, p, false_discovery(p), strict=True)
    )
    return Funnel(rate, spread, judged)


def false_discovery(p: Sequence[float]) -> list[float]:
    """For each, the smallest false-discovery rate at which it would be named (Benjamini and Hochberg)."""
    return [] if not p else [float(one) for one in multipletests(p, method="fdr_bh")[1]]


def false_discovery_of_counts(p: Sequence[float], tails: Sequence[Array]) -> list[float]:
    """As :func:`false_discovery` for counts: each comparison weighs only with the p-values it can have at all.

    `tails` are, for each, the chances of 0 or more, of 1 or more and so on. By chance a comparison falls to `t` or
    below with the greatest of its tails that is not above `t`, often far less than `t` (Heyse 2011).
    """
    if not p:
        return []
    points = np.concatenate([tail[::-1] for tail in tails])
    steps = np.concatenate([np.diff(tail[::-1], prepend=0.0) for tail in tails])
    order = np.argsort(points, kind="stable")
    points, sums = points[order], np.cumsum(steps[order])
    found = np.asarray(p)
    ranked = np.sort(found)
    by_chance = sums[np.searchsorted(points, ranked * (1 + 1e-12), side="right") - 1]
    many = np.searchsorted(ranked, ranked, side="right")
    rates = np.minimum.accumulate((by_chance / many)[::-1])[::-1]
    return [float(one) for one in np.minimum(rates, 1.0)[np.searchsorted(ranked, found)]]


def interval(count: int, chances: int, level: float = 0.95) -> tuple[float, float]:
    """The confidence interval of a share (Wilson)."""
    if not chances:
        return 0.0, 1.0
    found = stats.binomtest(count, chances).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def by_institution(units: Mapping[tuple[str, str], tuple[int, int]]) -> list[Unit]:
    """Units from counts and chances by institution and name."""
    return [Unit(name, place, count, chances) for (place, name), (count, chances) in sorted(units.items())]


def _fitted(counts: Array, chances: Array) -> tuple[float, float]:
    """The common rate and the correlation within a unit that make the counts likeliest; the highest tenth censored."""
    shares = counts / chances
    edge = float(np.quantile(shares, 1 - CENSORED))
    whole = shares <= edge
    least = np.floor(edge * chances[~whole]).astype(int) + 1

    def unlikely(logits: Array) -> float:
        rate, spread = _parameters(logits)
        held = _log_chance(counts[whole], chances[whole], rate, spread).sum()
        above = sum(
            float(np.log(_tails(int(n), rate, spread)[k] + 1e-300)) for n, k in zip(chances[~whole], least, strict=True)
        )
        return -float(held) - above

    start = np.array([np.log(max(shares.mean(), 1e-6)), np.log(0.01)])
    found = optimize.minimize(unlikely, start, method="Nelder-Mead", options={"xatol": 0.01, "fatol": 0.01})
    return _parameters(found.x)


def _parameters(logs: Array) -> tuple[float, float]:
    return float(np.clip(np.exp(logs[0]), 1e-9, 0.999)), float(np.clip(np.exp(logs[1]), LEAST_SPREAD, MOST_SPREAD))


def _log_chance(counts: Array, chances: Array | float, rate: float, spread: float) -> Array:
    """The logarithm of the chance of each count (beta-binomial distribution)."""
    total = 1 / spread - 1
    a, b = rate * total, (1 - rate) * total
    ways = special.gammaln(chances + 1) - special.gammaln(counts + 1) - special.gammaln(chances - counts + 1)
    found: Array = ways + special.betaln(counts + a, chances - counts + b) - special.betaln(a, b)
    return found


def _tails(chances: int, rate: float, spread: float) -> Array:
    """The chance of 0 or more, of 1 or more … of `chances`."""
    every = np.exp(_log_chance(np.arange(chances + 1), chances, rate, spread))
    found: Array = np.minimum(np.cumsum(every[::-1])[::-1], 1.0)
    return found
