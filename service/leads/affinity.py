"""An officer and a visitor that meet more often than the roster explains.

Who decides a request is, among honest officers, whoever is at work. How much of an institution's work falls to whom is
learned from the other families: from those decided in the same month, and from those of the same day by as much as
decisions of one day hang together (their intraclass correlation): where officers take turns by the day, the day says
nearly all, where they sit side by side it says nothing. Each decision has then its own probability, and the number of
decisions by one officer the distribution of a sum of such (Poisson's binomial distribution).

Of so few decisions each, most comparisons could not come out striking at all. The rule that chooses whom to name counts
only what each comparison could have contributed by chance (Heyse 2011; Doehler, Durand and Roquain 2018,
doi 10.1214/18-EJS1441, treat its guarantees).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from service.leads.excess import Array, false_discovery_of_counts
from service.leads.facts import History, Visit
from service.leads.lead import Lead, some

DAY, MONTH = 86_400.0, 30 * 86_400.0
FEWEST = 3
"""Fewer decisions are never striking."""
Stratum = tuple[str, int]


@dataclass(slots=True)
class Roster:
    """How many requests each officer decided, by institution and month, and by institution and day."""

    months: dict[Stratum, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    days: dict[Stratum, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def day_weight(self) -> float:
        """How many decisions of the month one decision of the day is worth, as its inverse: 0 where days say all."""
        alike = by_chance = pairs = 0.0
        together: dict[Stratum, float] = {}
        for month, held in self.months.items():
            total = sum(held.values())
            if total > 1:
                together[month] = sum(one * (one - 1) for one in held.values()) / (total * (total - 1))
        for (place, day), held in self.days.items():
            month = (place, int(day * DAY // MONTH))
            total = sum(held.values())
            if total > 1 and month in together:
                pairs += total * (total - 1)
                alike += sum(one * (one - 1) for one in held.values())
                by_chance += total * (total - 1) * together[month]
        correlation = (alike - by_chance) / (pairs - by_chance) if pairs > by_chance else 0.0
        return (1 - correlation) / correlation if correlation > 1e-4 else 1e4


@dataclass(frozen=True, slots=True)
class Asked:
    """One comparison: a visitor's decided requests, how many one officer decided, and the probability of each."""

    person: str
    officer: str
    visits: Sequence[Visit]
    count: int
    shares: tuple[float, ...]


def affinity(history: History, rate: float) -> Iterator[Lead]:
    """Visitors whose requests one officer decides more often than the roster explains; one of a family at most."""
    asked = list(_asked(history))
    tails = _tails(asked)
    p = [float(tail[one.count]) for one, tail in zip(asked, tails, strict=True)]
    named: dict[tuple[str, str], tuple[float, Lead]] = {}
    for one, tail, q in zip(asked, p, false_discovery_of_counts(p, tails), strict=True):
        if q > rate:
            continue
        expected = sum(one.shares)
        counts = {"together": float(one.count), "visits": float(len(one.visits))}
        counts["usual share"] = expected / len(one.visits)
        ids = some([visit.id for visit in one.visits if visit.officer == one.officer])
        subject, score = (one.officer, one.person), one.count / expected
        lead = Lead("officer-affinity", one.visits[0].institution, subject, score, counts, ids, p=tail, q=q)
        for convict in {visit.convict for visit in one.visits}:
            if (one.officer, convict) not in named or tail < named[one.officer, convict][0]:
                named[one.officer, convict] = (tail, lead)
    yield from {lead.subject: lead for _, lead in named.values()}.values()


def _asked(history: History) -> Iterator[Asked]:
    """Every visitor beside every officer who was at work in those months."""
    roster, of_person = Roster(), defaultdict[str, list[Visit]](list)
    for visit in history.visits:
        if not visit.came and visit.cancelled is None:
            continue  # refused, or nobody came: granting is what binds
        roster.months[_month(visit)][visit.officer] += 1
        roster.days[_day(visit)][visit.officer] += 1
        for person in visit.visitors:
            of_person[person].append(visit)
    weight = roster.day_weight()
    for person, visits in sorted(of_person.items()):
        if len(visits) >= FEWEST:
            decided = Counter(visit.officer for visit in visits)
            for officer, shares in sorted(_shares(roster, weight, visits).items()):
                yield Asked(person, officer, visits, decided[officer], shares)


def _shares(roster: Roster, weight: float, visits: Sequence[Visit]) -> dict[str, tuple[float, ...]]:
    """By officer the probability that each request was theirs, as the requests of others tell."""
    own = Roster()
    for visit in visits:
        own.months[_month(visit)][visit.officer] += 1
        own.days[_day(visit)][visit.officer] += 1
    found: dict[str, list[float]] = {name: [] for one in own.months for name in roster.months[one]}
    for visit in visits:
        month, day = _month(visit), _day(visit)
        held, today, own_held, own_today = roster.months[month], roster.days[day], own.months[month], own.days[day]
        all_held = held.total() - own_held.total() + len(held)
        all_today = today.total() - own_today.total() + weight
        for officer, shares in found.items():
            usual = (held[officer] - own_held[officer] + 1) / all_held if officer in held else 0.0
            here = today[officer] - own_today[officer]
            shares.append(min(1.0, (here + weight * usual) / all_today) if all_today else usual)
    return {officer: tuple(shares) for officer, shares in found.items()}


def _tails(asked: Sequence[Asked]) -> list[Array]:
    """For each comparison the chance of 0 or more, of 1 or more … of all."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        by_length[len(one.shares)].append(place)
    found: list[Array] = [np.ones(1)] * len(asked)
    for length, places in by_length.items():
        shares = np.array([asked[place].shares for place in places])
        chance = np.zeros((len(places), length + 1))
        chance[:, 0] = 1.0
        for step in range(length):
            hit = shares[:, step : step + 1]
            chance[:, 1:] = chance[:, 1:] * (1 - hit) + chance[:, :-1] * hit
            chance[:, 0] *= 1 - hit[:, 0]
        tails = np.minimum(np.cumsum(chance[:, ::-1], axis=1)[:, ::-1], 1.0)
        for place, tail in zip(places, tails, strict=True):
            found[place] = tail
    return found


def _month(visit: Visit) -> Stratum:
    return visit.institution, int(visit.decided // MONTH)


def _day(visit: Visit) -> Stratum:
    return visit.institution, int(visit.decided // DAY)
