"""How many of those who did wrong the leads name, how many of those named did, and what they say of honest years."""

from collections import defaultdict
from collections.abc import Iterator

from service.leads.excess import interval
from service.leads.facts import History
from service.leads.find import TESTS, Setting
from tests.bench.figures import Figure, figure
from tests.bench.histories import Maker

SEEDS = 20
COMPARING = tuple(name for name in TESTS if name.startswith("officer-"))


def named(history: History) -> dict[str, set[tuple[str, ...]]]:
    """Whom each test names."""
    setting = Setting()
    return {name: {lead.subject for lead in test(history, setting)} for name, test in TESTS.items()}


def hits(found: set[tuple[str, ...]], wrong: set[tuple[str, ...]]) -> tuple[int, int]:
    """How many of the wrong are named, and how many of those named are wrong; a lead may name more people than one."""
    caught = sum(1 for one in wrong if any(set(one) <= set(lead) for lead in found))
    right = sum(1 for lead in found if any(set(one) <= set(lead) for one in wrong))
    return caught, right


def measured(seeds: range, **size: int) -> Iterator[tuple[str, str, int, int]]:
    """Per test: ('recall', caught, planted), ('precision', right, named), ('clean', years with a false lead, years)."""
    total: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(test: str, name: str, count: int, chances: int) -> None:
        total[test, name][0] += count
        total[test, name][1] += chances

    for seed in seeds:
        planted = Maker(seed, wrong=True, **size).made()
        found = named(planted.history)
        for test in TESTS:
            wrong = planted.wrong.get(test, set())
            caught, right = hits(found[test], wrong)
            add(test, "recall", caught, len(wrong))
            add(test, "precision", right, len(found[test]))
        honest = named(Maker(1000 + seed, wrong=False, **size).made().history)
        for test in TESTS:
            add(test, "clean", bool(honest[test]), 1)
            add(test, "clean leads", len(honest[test]), 1)
    for (test, name), (count, chances) in sorted(total.items()):
        yield test, name, count, chances


def figures() -> list[Figure]:
    """Per test: recall and precision with 95 % intervals (Wilson), and of honest years the share with any lead."""
    found = []
    for test, name, count, chances in measured(range(SEEDS)):
        share = count / chances if chances else 0.0
        if name == "clean leads":
            found.append(figure(f"leads.{test}.leads_in_an_honest_year", [share], "leads"))
            continue
        low, high = interval(count, chances)
        label = {"clean": "honest_years_with_a_lead"}.get(name, name)
        text = f"{count} of {chances}; 95 % interval {low:.3f} to {high:.3f}"
        found.append(figure(f"leads.{test}.{label}", [share], "share", against=text))
    return found
