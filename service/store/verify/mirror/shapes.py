"""Whether what an event says of rows has the form that the tables declare: which columns, in clear or committed."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from service.record.canonical import JSON
from service.record.leaf import Leaf
from service.store.columns import Clear, Committed, Sealed
from service.store.tables import NATIONAL
from service.store.verify.finding import Finding
from service.store.verify.raw import leaf_form
from service.store.verify.rules.appointments import WHO
from service.store.verify.tables import recorded_tables

Check = tuple[type, re.Pattern[str] | None]
_KEY = re.compile(r"[0-9a-z][0-9a-z-]{0,63}", re.ASCII)
FIXED: Mapping[str, frozenset[str]] = {
    "appointment": frozenset(WHO),
    "appointment_visitor": frozenset({"appointment_id", "person_id", "relationship_id", "adult"}),
    "relationship": frozenset({"person_id", "convict_id"}),
}
"""Columns that say who: no later event may speak of them, not even with the same commitment (design §4)."""


@cache
def forms() -> Mapping[str, tuple[bool, Mapping[str, Check | None]]]:
    """For each recorded table: whether it is of the national log, and what a cell of each column must pass.

    None stands for a column of which an event holds a commitment.
    """
    found: dict[str, tuple[bool, dict[str, Check | None]]] = {}
    for form in recorded_tables():
        columns: dict[str, Check | None] = {}
        for column, record in form.columns:
            if isinstance(record, Clear):
                columns[column.name] = leaf_form(column.type)
            elif isinstance(record, Committed | Sealed):
                columns[column.name] = None
        found[form.name] = (form.national, columns)
    return found


def misshapen(leaf: Leaf) -> Iterator[Finding]:
    """Everything in an event that no event of this service says.

    `event.table`, `event.column`, `event.cell`, `event.other-log` as in `docs/verify.md`; `rule.who` where an event
    speaks again of who an appointment or a relationship is for.
    """
    national = leaf.log == NATIONAL
    for new, images in ((True, leaf.new), (False, leaf.set)):
        for table, rows in images.items():
            form = forms().get(table)
            if form is None or form[0] is not national:
                yield Finding("event.table", leaf.log, leaf.number, table)
                continue
            fixed = FIXED.get(table) if not new else None
            for key, cells in rows.items():
                if _KEY.fullmatch(key) is None:
                    yield Finding("event.table", leaf.log, leaf.number, table, key)
                if new and not national and cells.get("institution_id") != leaf.log:
                    yield Finding("event.other-log", leaf.log, leaf.number, table, key)
                for code, column in _cells(cells, form[1]):
                    yield Finding(code, leaf.log, leaf.number, table, key, column)
                for column in cells.keys() & fixed if fixed else ():
                    yield Finding("rule.who", leaf.log, leaf.number, table, key, column)


def _cells(cells: Mapping[str, JSON], columns: Mapping[str, Check | None]) -> Iterator[tuple[str, str]]:
    for name, value in cells.items():
        if name not in columns:
            yield "event.column", name
            continue
        check = columns[name]
        if value is None:
            continue
        kind = type(value)
        if check is None:
            if kind is not dict:
                yield "event.cell", name
        elif kind is not check[0] or (check[1] is not None and check[1].fullmatch(cast(str, value)) is None):
            yield "event.cell", name
