"""Tests that look at who visits whom. They count, and name everybody above a number that families do not reach."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from service.leads.facts import History
from service.leads.lead import Lead, some

MANY_CONVICTS = 3
"""A parent of two prisoners is nothing to ask about; the same visitor with three is (Colorado allows one, 2016)."""
SHARED_WITH = 2
FEWEST_VISITS = 2
WEIGHT = {"phone": 1, "device": 2, "document": 3}
"""What a mark says of one person under two names: a number changes hands, a device seldom does, a document never."""
MANY_NAMES = 20


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
    """People who share a document, or a device, or two marks of any kind, and no family.

    Those who visit the same person are one family: a household shares a phone and a device. Two names with one
    document are asked about in any case.
    """
    return (lead for lead in _shared_marks(history) if lead.score > WEIGHT["phone"])


def shared_phones(history: History) -> Iterator[Lead]:
    """People of two families who share a phone and nothing else: numbers also change hands."""
    return (lead for lead in _shared_marks(history) if lead.score == WEIGHT["phone"])


def _shared_marks(history: History) -> Iterator[Lead]:
    """Groups of names that marks tie together; the score is the weight of the marks, each kind counted once."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, digests in sorted(history.marks.items()):
        same: dict[str, list[str]] = defaultdict(list)
        for person, digest in sorted(digests.items()):
            if history.convicts_of.get(person):  # whoever visited nobody is nobody's second name
                same[digest].append(person)
        for people in same.values():
            for pair in _pairs(people):
                if kind == "document" or not _one_family(history, *pair):
                    kinds[pair].add(kind)
    for names, held in _tied(kinds):
        visits = [visit for person in names for visit in history.visits_of[person]]
        convicts = set().union(*(history.convicts_of[person] for person in names))
        counts = {"names": float(len(names)), "convicts": float(len(convicts)), "marks": float(len(held))}
        strongest = max(held, key=lambda kind: WEIGHT.get(kind, 1))
        weight = sum(WEIGHT.get(kind, 1) for kind in held)
        ids = some([one.id for one in visits])
        yield Lead(f"several-names-{strongest}", visits[0].institution, names, weight, counts, ids)


def _pairs(people: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every two of them; of very many, each with the first."""
    return combinations(people, 2) if len(people) <= MANY_NAMES else ((people[0], other) for other in people[1:])


def _one_family(history: History, one: str, other: str) -> bool:
    """Whether they visited one person, or whoever the one visited was visited by somebody who visited the other's."""
    first, second = history.convicts_of[one], history.convicts_of[other]
    if first & second:
        return True
    near = {
        convict for mine in first for person in history.visitors_of[mine] for convict in history.convicts_of[person]
    }
    return bool(near & second)


def _tied(kinds: Mapping[tuple[str, str], set[str]]) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """The groups that pairs make together, and the kinds of mark that tie each; in the order of the first name."""
    group_of: dict[str, set[str]] = {}
    for pair in kinds:
        joined = set().union(*(group_of.get(person, {person}) for person in pair))
        group_of.update(dict.fromkeys(joined, joined))
    for people in {id(group): tuple(sorted(group)) for group in group_of.values()}.values():
        held = {kind for pair in combinations(people, 2) for kind in kinds.get(pair, ())}
        yield people, held
