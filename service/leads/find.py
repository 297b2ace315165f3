"""Every test over one history."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from service.leads.affinity import affinity
from service.leads.facts import History
from service.leads.lead import Lead
from service.leads.officers import TALLIES, officers_above
from service.leads.people import several_convicts, several_names, shared_phones, shared_visitors


@dataclass(frozen=True, slots=True)
class Setting:
    """The false-discovery rate of the tests that compare."""

    false_discovery: float = 0.05


def _counting(test: Callable[[History], Iterator[Lead]]) -> Callable[[History, Setting], list[Lead]]:
    return lambda history, _setting: list(test(history))


def _comparing(name: str) -> Callable[[History, Setting], list[Lead]]:
    return lambda history, setting: list(officers_above(name, TALLIES[name](history), setting.false_discovery))


TESTS: Mapping[str, Callable[[History, Setting], list[Lead]]] = {
    "several-convicts": _counting(several_convicts),
    "shared-visitors": _counting(shared_visitors),
    "several-names": _counting(several_names),
    "shared-phones": _counting(shared_phones),
    "officer-affinity": lambda history, setting: list(affinity(history, setting.false_discovery)),
    **{name: _comparing(name) for name in TALLIES},
}
"""The tests by name. Those of officers compare and hold a false-discovery rate; the others count and hold none."""


def find_leads(history: History, setting: Setting | None = None) -> list[Lead]:
    """The leads of every test, the furthest from the usual first within each."""
    chosen = setting or Setting()
    return [lead for test in TESTS.values() for lead in sorted(test(history, chosen), key=lambda one: -one.score)]
