"""Tests that look at who visits whom. They count, and name everybody above a number that families do not reach."""

from collections import defaultdict
from collections.abc import Iterator

from service.leads.facts import History
from service.leads.lead import Lead, some

MANY_CONVICTS = 3
"""A parent of two prisoners is nothing to ask about; the same visitor with three is (Colorado allows one, 2016)."""
SHARED_WITH = 2
FEWEST_VISITS = 2
DAY = 86_400.0


def several_convicts(history: History) -> Iterator[Lead]:
    """Visitors who visited several convicts."""
    for person, convicts in sorted(history.convicts_of.items()):
        if len(convicts) >= MANY_CONVICTS:
            visits = history.visits_of[person]
            yield Lead(
                "several-convicts",
                visits[0].institution,
                (person,),
                len(convicts),
                {"convicts": len(convicts), "visits": len(visits)},
                some([visit.id for visit in visits]),
            )


def shared_visitors(history: History) -> Iterator[Lead]:
    """Convicts whom nobody visited but people who also visited at least two others."""
    for convict, visits in sorted(history.visits_to.items()):
        visitors = history.visitors_of[convict]
        fewest = min(len(history.convicts_of[person]) - 1 for person in visitors)
        if len(visits) >= FEWEST_VISITS and fewest >= SHARED_WITH:
            counts = {"visitors": len(visitors), "visits": len(visits), "others": fewest}
            ids = some([visit.id for visit in visits])
            yield Lead("shared-visitors", visits[0].institution, (convict,), fewest, counts, ids)


def several_names(history: History) -> Iterator[Lead]:
    """People who share a phone, document or device, and no convict.

    A household shares a phone and visits the same person. Two names with one document are asked about in any case.
    """
    for kind, digests in sorted(history.marks.items()):
        same: dict[str, list[str]] = defaultdict(list)
        for person, digest in sorted(digests.items()):
            same[digest].append(person)
        for people in same.values():
            visited = [history.convicts_of.get(person, set()) for person in people]
            if len(people) < 2 or not all(visited):
                continue
            if kind != "document" and set.intersection(*visited):
                continue
            visits = [visit for person in people for visit in history.visits_of[person]]
            counts = {"names": float(len(people)), "convicts": float(len(set.union(*visited)))}
            place = visits[0].institution
            yield Lead(
                f"several-names-{kind}", place, tuple(people), len(people), counts, some([one.id for one in visits])
            )
