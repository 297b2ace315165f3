"""Tests that look at officers: each counts something each officer did out of how often it could have been."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.leads.excess import Funnel, by_institution, funnel
from service.leads.facts import History, Visit
from service.leads.lead import Lead, some

DAY = 86_400.0
JUST_BEFORE = 2 * DAY
SWAP_WITHIN = 30 * 60.0
OPEN_HOURS = (8.0, 19.0)
JUMPED = 3


@dataclass(slots=True)
class Tally:
    """What each officer did, and out of how many: counts, chances and the records, by institution and officer."""

    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    chances: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    records: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, institution: str, officer: str, record: str, *, counted: bool) -> None:
        """One chance, and whether it happened."""
        place = (institution, officer)
        self.chances[place] += 1
        if counted:
            self.counts[place] += 1
            self.records[place].append(record)

    def judged(self) -> Funnel:
        """Every officer beside all the others."""
        return funnel(by_institution({place: (self.counts[place], many) for place, many in self.chances.items()}))


def exceptions(history: History) -> Tally:
    """Appointments granted by exception, of all granted."""
    tally = Tally()
    for visit in history.held:
        tally.add(visit.institution, visit.officer, visit.id, counted=visit.exception)
    return tally


def off_hours(history: History) -> Tally:
    """Decisions before 08:00, after 19:00 or on a Sunday, of all decisions."""
    tally = Tally()
    for visit in history.visits:
        hour, sunday = visit.decided_hour % 24, visit.decided_hour >= 6 * 24
        away = sunday or not OPEN_HOURS[0] <= hour < OPEN_HOURS[1]
        tally.add(visit.institution, visit.officer, visit.id, counted=away)
    return tally


def queue_jumps(history: History) -> Tally:
    """Appointments that began before those of at least three families who had asked earlier and were still waiting."""
    tally = Tally()
    lines: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in history.held:
        lines[visit.institution, visit.kind].append(visit)
    for line in lines.values():
        waiting: list[tuple[float, float]] = []
        for visit in sorted(line, key=lambda one: one.requested):
            # Those who asked earlier and begin later: nobody keeps a place for them, this one came between.
            place = bisect_left(waiting, (visit.starts + DAY, 0.0))
            passed = sum(1 for _, decided in waiting[place:] if decided > visit.requested)
            tally.add(visit.institution, visit.officer, visit.id, counted=passed >= JUMPED)
            insort(waiting, (visit.starts, visit.decided))
            if len(waiting) > 400:
                waiting = [one for one in waiting if one[0] > visit.requested]
    return tally


def just_before(history: History) -> Tally:
    """Relationships confirmed less than two days before their first visit, of all that had one, by who confirmed."""
    first: dict[tuple[str, str], float] = {}
    for visit in history.held:
        for person in visit.visitors:
            place = (person, visit.convict)
            first[place] = min(first.get(place, visit.starts), visit.starts)
    tally = Tally()
    for tie in history.ties:
        begins = first.get((tie.person, tie.convict))
        if begins is not None and begins >= tie.confirmed:
            tally.add(tie.institution, tie.officer, tie.id, counted=begins - tie.confirmed < JUST_BEFORE)
    return tally


def swaps(history: History) -> Tally:
    """Places that the officer who had freed them gave to another convict within half an hour, of all they freed."""
    granted: dict[tuple[str, float], list[Visit]] = defaultdict(list)
    for visit in history.visits:
        granted[visit.place, visit.starts].append(visit)
    tally = Tally()
    for visit in history.visits:
        if visit.cancelled is None or visit.cancelled_by is None:
            continue
        followed = any(
            other.convict != visit.convict
            and other.officer == visit.cancelled_by
            and 0 <= other.decided - visit.cancelled <= SWAP_WITHIN
            for other in granted[visit.place, visit.starts]
        )
        tally.add(visit.institution, visit.cancelled_by, visit.id, counted=followed)
    return tally


TALLIES = {
    "officer-exceptions": exceptions,
    "officer-off-hours": off_hours,
    "officer-queue-jumps": queue_jumps,
    "officer-just-before": just_before,
    "officer-swaps": swaps,
}


def officers_above(test: str, tally: Tally, rate: float) -> Iterator[Lead]:
    """The officers named at a false-discovery rate."""
    found = tally.judged()
    for one in found.judged:
        if one.q <= rate and one.unit.count > one.expected:
            place = (one.unit.institution, one.unit.name)
            counts = {"count": one.unit.count, "chances": one.unit.chances, "expected": one.expected}
            score = one.unit.count / one.expected
            yield Lead(test, place[0], (one.unit.name,), score, counts, some(tally.records[place]), p=one.p, q=one.q)
