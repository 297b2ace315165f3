"""The fold of a log's events into the rows they say there are.

Nothing here knows of tables or databases: a fold holds what the events state, cell by cell, and names each statement
that contradicts an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, cast

from service.record.canonical import JSON
from service.record.events import Plain
from service.record.leaf import Leaf


@dataclass(frozen=True, slots=True)
class Shown:
    """A committed cell and who and what stands behind it: the person whose opening showed the value.

    ``person`` is None where no opening was read; ``sealed_for`` then names the people whose opening of this event
    can be read no more, because they were erased.
    """

    person: str | None
    value: Plain
    sealed_for: frozenset[str] = frozenset()

    def __reduce__(self) -> str | tuple[object, ...]:
        """Most committed cells are unread: put away, they are all the one of that name."""
        return "UNREAD" if self is UNREAD else (Shown, (self.person, self.value, self.sealed_for))


UNREAD = Shown(None, None)
Value: TypeAlias = "Plain | Shown"
Rows: TypeAlias = "MutableMapping[str, dict[str, Value]]"


class Change(NamedTuple):
    """What one event did to one row: the cells before (empty for a new row) and after, absent cells being null.

    A tuple, as `Leaf`: a verification makes millions, and a frozen dataclass costs four times as much to make.
    """

    log: str
    number: int
    at: str
    type: str
    table: str
    key: str
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    new: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``event.row-twice``: an event begins a row that exists; ``event.row-none``: it changes one that does not."""

    code: str
    number: int
    table: str
    key: str


def in_memory(_table: str) -> Rows:
    """Keeps the rows of a table in memory."""
    return {}


@dataclass(slots=True)
class Fold:
    """The rows of one log as its events state them: table -> key -> column -> value. Absent cells are null.

    `table` makes what keeps the rows of the table of that name: memory, where nothing else is given.
    """

    rows: dict[str, Rows] = field(default_factory=dict)
    contradictions: list[Contradiction] = field(default_factory=list)
    table: Callable[[str], Rows] = in_memory

    def apply(self, leaf: Leaf, shown: Mapping[str, Shown]) -> Iterator[Change]:
        """Takes in one event, with its commitments opened by path, and answers what it changed, row by row."""
        for new, images in ((True, leaf.new), (False, leaf.set)):
            for table, changed in images.items():
                rows = self.rows.get(table)
                if rows is None:
                    rows = self.rows[table] = self.table(table)
                for key, cells in changed.items():
                    before = rows.get(key)
                    if (before is not None) is new:
                        code = "event.row-twice" if new else "event.row-none"
                        self.contradictions.append(Contradiction(code, leaf.number, table, key))
                    values = _values(cells, shown, f"{table}/{key}/")
                    after = rows[key] = values if before is None else {**before, **values}
                    yield Change(leaf.log, leaf.number, leaf.at, leaf.type, table, key, before or {}, after, new)


def _values(cells: Mapping[str, JSON], shown: Mapping[str, Shown], path: str) -> dict[str, Value]:
    if not shown:
        return {name: UNREAD if type(cell) is dict else cast(Value, cell) for name, cell in cells.items()}
    return {
        name: shown.get(f"{path}{name}", UNREAD) if type(cell) is dict else cast(Value, cell)
        for name, cell in cells.items()
    }
