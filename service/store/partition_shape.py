"""A database divided by `kezdesu partition`, as the one that it was before: so that one shape is right for both.

A partition whose columns, constraints, indexes and triggers are those of the whole disappears into it. Whatever a
partition has too much stays in the shape and is unexpected; of one that has too little, the partition itself is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from service.store.partition import BY, DIVIDED

_INDEX = re.compile(r"(CREATE (?:UNIQUE )?INDEX) (?:\"[^\"]+\"|\S+) ON (?:ONLY )?public\.(?:\"[^\"]+\"|\S+)")
_TRIGGER = re.compile(r" ON public\.(?:\"[^\"]+\"|\S+)")
_PLAIN = "r"


def as_whole(found: Mapping[str, str]) -> dict[str, str]:
    """The shape without what makes it a divided one, as far as that is as it must be."""
    parents = {place.partition(" ")[2]: said for place, said in found.items() if place.startswith("partition ")}
    if not parents:
        return dict(found)
    of = _by_relation(found)
    left = dict(found)
    for table in DIVIDED:
        if not found.get(f"relation {table}", "").startswith("p"):
            continue
        for name, depth in _below(table, parents):
            _fold(left, of[name], of[table], name, depth)
        _undo(left, of[table], table)
    return left


def _below(table: str, parents: Mapping[str, str]) -> list[tuple[str, int]]:
    """The partitions of a table and how deep each lies."""
    found: list[tuple[str, int]] = []
    for name, parent in parents.items():
        depth, above = 1, parent
        while above in parents and above != table:
            depth, above = depth + 1, parents[above]
        if above == table:
            found.append((name, depth))
    return found


def _fold(left: dict[str, str], own: Mapping[str, str], whole: Mapping[str, str], name: str, depth: int) -> None:
    """Takes a partition out of the shape, but for what the whole does not have."""
    wanted = Counter(_said(place, said) for place, said in whole.items() if not _is_frame(place))
    for place, said in own.items():
        if not _is_frame(place) and wanted[_said(place, said)] > 0:
            wanted[_said(place, said)] -= 1
            del left[place]
    relation = own[f"relation {name}"]
    if not +wanted and (relation == _PLAIN or (depth == 1 and _frame(own) == ("p", BY["log"]))):
        for place in (f"relation {name}", f"partition {name}", f"key {name}"):
            left.pop(place, None)


def _undo(left: dict[str, str], own: Mapping[str, str], table: str) -> None:
    """The whole, as a table that is not divided."""
    if _frame(own) == ("p", BY["root"]):
        left[f"relation {table}"] = _PLAIN
        del left[f"key {table}"]
    for place in own:
        if place.startswith("index "):
            left[place] = left[place].replace(" ON ONLY ", " ON ", 1)


def _frame(own: Mapping[str, str]) -> tuple[str, str]:
    said = {place.partition(" ")[0]: what for place, what in own.items() if _is_frame(place)}
    return said["relation"], said.get("key", "")


def _is_frame(place: str) -> bool:
    return place.startswith(("relation ", "partition ", "key "))


def _said(place: str, said: str) -> tuple[str, str, str]:
    """What an entry says of any table: a partition's constraints and indexes have names of their own."""
    kind, _, name = place.partition(" ")
    if kind == "index":
        return kind, "", _INDEX.sub(r"\1", said)
    if kind == "constraint":
        return kind, "", said
    called = name.rpartition(".")[2]
    return kind, called, _TRIGGER.sub("", said, count=1) if kind == "trigger" else said


def _by_relation(found: Mapping[str, str]) -> defaultdict[str, dict[str, str]]:
    of: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for place, said in found.items():
        kind, _, name = place.partition(" ")
        of[name if _is_frame(place) or kind == "function" else name.rpartition(".")[0]][place] = said
    return of
