"""Histories of a country of which is known who did wrong: for the leads' recall and precision, by seed.

Made directly as the columns the tests read: twenty years of a whole country through the database would take hours;
one institution goes the long way, through database, copy and openings (`tests/leads/test_from_the_record.py`). Honest
officers differ: each has an own habit, drawn from a beta distribution around the common rate. Nobody in it exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from service.leads.facts import History, Tie, Visit

DAY, YEAR = 86_400.0, 365.0
INSTITUTIONS, CONVICTS = 78, 410
DECIDING, CONFIRMING = 4, 3
HABITS = {"exceptions": 0.01, "off-hours": 0.03, "just-before": 0.06, "swaps": 0.12}
WRONG = {"exceptions": 0.12, "off-hours": 0.25, "just-before": 0.40, "swaps": 0.60}
SPREAD = 0.01
"""How much one officer's acts hang together: the correlation within an officer."""
PLANTED_OFFICERS = 20
RINGS, OUTSIDERS, RING_CONVICTS = 40, 5, 8
TWICE_NAMED, BOUND_PAIRS = 60, 60


@dataclass
class Planted:
    """A history and who did wrong in it, by test: the subjects that a lead should name."""

    history: History
    wrong: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)


class Maker:
    """One history from one seed."""

    def __init__(self, seed: int, *, wrong: bool, institutions: int = INSTITUTIONS, convicts: int = CONVICTS) -> None:
        self.draw = np.random.default_rng(seed)
        self.wrong: dict[str, set[tuple[str, ...]]] = {}
        self._plant, self._institutions, self._convicts = wrong, institutions, convicts
        self._share = institutions / INSTITUTIONS
        self.ties: list[Tie] = []
        self.visits: list[Visit] = []
        self.marks: dict[str, dict[str, str]] = {"phone": {}, "document": {}, "device": {}}
        self._deciding = [f"d{i}.{n}" for i in range(institutions) for n in range(DECIDING)]
        self._confirming = [f"c{i}.{n}" for i in range(institutions) for n in range(CONFIRMING)]
        self._habits = {name: self._habit(name) for name in HABITS}
        self._jumping = self._chosen("officer-queue-jumps", self._deciding) if wrong else set()
        self._bound: dict[str, str] = {}
        self._waits = self.draw.uniform(6, 25, (institutions, 13))
        self._duty = self.draw.dirichlet(np.full(DECIDING, 8.0), (institutions, 13))

    def made(self) -> Planted:
        """The history with everything planted."""
        for place in range(self._institutions):
            for number in range(self._convicts):
                self._family(place, f"k{place}.{number}")
        if self._plant:
            self._rings()
            self._names()
        return Planted(History(self.ties, self.visits, self.marks), self.wrong)

    def _habit(self, name: str) -> dict[str, float]:
        officers = self._confirming if name == "just-before" else self._deciding
        total, rate = 1 / SPREAD - 1, HABITS[name]
        drawn = self.draw.beta(rate * total, (1 - rate) * total, len(officers))
        found = dict(zip(officers, map(float, drawn), strict=True))
        if self._plant:
            found |= dict.fromkeys(self._chosen(f"officer-{name}", officers), WRONG[name])
        return found

    def _chosen(self, test: str, officers: Sequence[str]) -> set[str]:
        many = max(1, round(PLANTED_OFFICERS * self._share))
        found = {str(one) for one in self.draw.choice(officers, many, replace=False)}
        self.wrong[test] = {(one,) for one in found}
        return found

    def _family(self, place: int, convict: str) -> None:
        many = int(self.draw.choice(4, p=(0.15, 0.3, 0.35, 0.2)))
        people = [f"r{convict}.{n}" for n in range(many)]
        if people and self.draw.random() < 0.015:
            other = f"k{place}.{int(self.draw.integers(self._convicts))}"
            people[0] = f"r{other}.0"  # somebody with two of the family in one house
        if not people:
            return
        for person in people:
            self._marked(person, people[0])
        bound = self._bind(place, people[0])
        many = int(self.draw.poisson(8 if bound else 4))
        asked = np.sort(self.draw.uniform(0, YEAR - 40, many))
        for n, day in enumerate(asked):
            coming = people if self.draw.random() < 0.4 else people[:1]
            self._visit(place, f"{convict}.{n}", convict, coming, float(day), bound)
        if many:
            for person in people:
                self._tie(place, person, convict, float(asked[0]))

    def _bind(self, place: int, person: str) -> str | None:
        pairs = self.wrong.setdefault("officer-affinity", set()) if self._plant else set()
        if not self._plant or len(pairs) >= BOUND_PAIRS * self._share or self.draw.random() > 0.004:
            return None
        officer = f"d{place}.{int(self.draw.integers(DECIDING))}"
        pairs.add((officer, person))
        return officer

    def _tie(self, place: int, person: str, convict: str, first_asked: float) -> None:
        officer = f"c{place}.{int(self.draw.integers(CONFIRMING))}"
        starts = min(
            (v.starts for v in self.visits[-40:] if v.convict == convict and person in v.visitors), default=0.0
        )
        hasty = self.draw.random() < self._habits["just-before"][officer]
        ahead = (
            self.draw.uniform(0.1, 1.9) if hasty else self.draw.uniform(2.5, 300) + max(0, starts / DAY - first_asked)
        )
        self.ties.append(
            Tie(f"t{person}.{convict}", f"i{place}", person, convict, "parent", starts - ahead * DAY, officer)
        )

    def _visit(
        self, place: int, name: str, convict: str, people: Sequence[str], asked: float, bound: str | None = None
    ) -> None:
        draw, month = self.draw, int(asked // 30)
        officer = f"d{place}.{int(draw.choice(DECIDING, p=self._duty[place, month]))}"
        if bound is not None and draw.random() < 0.9:
            officer = bound
        jumps = officer in self._jumping and draw.random() < 0.4
        wait = 2.5 if jumps else self._waits[place, month] + draw.uniform(-1.0, 1.0)
        decided = asked + draw.uniform(0.1, 1.5 if jumps else 2.5)
        away = draw.random() < self._habits["off-hours"][officer]
        hour = draw.uniform(0, 5) * 24 // 24 * 24 + (draw.uniform(20, 24) if away else draw.uniform(9, 17))
        slot = f"p{place}.{int(draw.integers(60))}"
        starts = float(int(asked + wait)) * DAY + 9 * 3600 * int(draw.integers(1, 2))
        cells = (f"i{place}", slot, "short", starts, convict, tuple(people), asked * DAY, decided * DAY, float(hour))
        exception = bool(draw.random() < self._habits["exceptions"][officer])
        freed = draw.random() < 0.12
        canceller = f"d{place}.{int(draw.integers(DECIDING))}" if freed and draw.random() < 0.5 else None
        at = (decided + 0.5) * DAY if freed else None
        self.visits.append(Visit(f"v{name}", *cells, officer, not freed, exception, at, canceller))
        if canceller is not None and at is not None and draw.random() < self._habits["swaps"][canceller]:
            other = f"k{place}.{int(draw.integers(self._convicts))}"
            if other != convict:
                cells = (f"i{place}", slot, "short", starts, other, (f"r{other}.0",), at - DAY, at + 600.0, float(hour))
                self.visits.append(Visit(f"w{name}", *cells, canceller, True, False))

    def _marked(self, person: str, household: str) -> None:
        shared = self.draw.random() < 0.3
        self.marks["phone"][person] = household if shared else person
        self.marks["device"][person] = household if shared else person
        self.marks["document"][person] = person
        if self.draw.random() < 0.0005:  # a number given to somebody new
            other = f"rk{int(self.draw.integers(self._institutions))}.{int(self.draw.integers(self._convicts))}.0"
            self.marks["phone"][person] = other

    def _rings(self) -> None:
        people: set[tuple[str, ...]] = set()
        convicts: set[tuple[str, ...]] = set()
        for ring in range(max(1, round(RINGS * self._share))):
            place = int(self.draw.integers(self._institutions))
            outsiders = [f"x{ring}.{n}" for n in range(OUTSIDERS)]
            for person in outsiders:
                self._marked(person, person)
            for n in range(RING_CONVICTS):
                convict = f"y{ring}.{n}"
                for visit in range(4):
                    coming = self.draw.choice(outsiders, int(self.draw.integers(1, 3)), replace=False)
                    day = float(self.draw.uniform(0, YEAR - 40))
                    self._visit(place, f"{convict}.{visit}", convict, [str(one) for one in coming], day)
                convicts.add((convict,))
            people |= {(one,) for one in outsiders}
        self.wrong["several-convicts"], self.wrong["shared-visitors"] = people, convicts

    def _names(self) -> None:
        visited = sorted({person for visit in self.visits for person in visit.visitors if person.startswith("rk")})
        found: dict[str, set[tuple[str, ...]]] = {"several-names": set(), "shared-phones": set()}
        for one, other in self.draw.choice(visited, (max(1, round(TWICE_NAMED * self._share)), 2), replace=False):
            kind = str(self.draw.choice(["phone", "document", "device"]))
            self.marks[kind][str(other)] = self.marks[kind].get(str(one), str(one))
            self.marks[kind].setdefault(str(one), str(one))
            test = "shared-phones" if kind == "phone" else "several-names"
            found[test].add(tuple(sorted((str(one), str(other)))))
        self.wrong |= found
