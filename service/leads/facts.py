"""What the tests look at: ties and visits as columns, and the marks by which one person may be known under two names.

People, officers, places are ids. Moments are seconds of the epoch; `decided_hour` is the institution-local hour of the
week, from Monday 00:00 on.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


class Tie(NamedTuple):
    """A confirmed relationship."""

    id: str
    institution: str
    person: str
    convict: str
    kind: str
    confirmed: float
    officer: str
    """Who confirmed it."""


class Visit(NamedTuple):
    """An appointment that was decided; `came` unless it was refused, cancelled or lapsed, or nobody came."""

    id: str
    institution: str
    place: str
    kind: str
    starts: float
    convict: str
    visitors: tuple[str, ...]
    requested: float
    decided: float
    decided_hour: float
    officer: str
    came: bool
    exception: bool
    cancelled: float | None = None
    cancelled_by: str | None = None
    """The officer who cancelled it; None where the family did."""


@dataclass(frozen=True)
class History:
    """The ties and visits of some institutions over some time.

    `marks` are digests of what names a person, by kind: phone, document, device. Those of one household are often the
    same.
    """

    ties: Sequence[Tie]
    visits: Sequence[Visit]
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def held(self) -> tuple[Visit, ...]:
        """The visits to which somebody came or is to come."""
        return tuple(visit for visit in self.visits if visit.came)

    @cached_property
    def convicts_of(self) -> Mapping[str, set[str]]:
        """Whom each person visited."""
        found: dict[str, set[str]] = defaultdict(set)
        for visit in self.held:
            for person in visit.visitors:
                found[person].add(visit.convict)
        return found

    @cached_property
    def visitors_of(self) -> Mapping[str, set[str]]:
        """Who visited each convict."""
        found: dict[str, set[str]] = defaultdict(set)
        for person, convicts in self.convicts_of.items():
            for convict in convicts:
                found[convict].add(person)
        return found

    @cached_property
    def visits_of(self) -> Mapping[str, list[Visit]]:
        """The visits of each person."""
        found: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.held:
            for person in visit.visitors:
                found[person].append(visit)
        return found

    @cached_property
    def visits_to(self) -> Mapping[str, list[Visit]]:
        """The visits to each convict."""
        found: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.held:
            found[visit.convict].append(visit)
        return found
