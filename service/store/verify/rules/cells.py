"""Reading the cells of a change."""

from collections.abc import Mapping
from typing import Any

from service.record.fold import Change, Shown, Value
from service.store.verify.finding import Finding


def plain(cells: Mapping[str, Value], column: str) -> Any:
    """The value of a cell; None where it is empty or nobody can read it."""
    value = cells.get(column)
    return value.value if isinstance(value, Shown) else value


def newly(change: Change, column: str) -> bool:
    """Whether the event put a value where there was none, or another."""
    cell = change.after.get(column)
    return cell is not None and cell is not change.before.get(column) and changed(change, column)


def changed(change: Change, column: str) -> bool:
    """Whether the event put another value there."""
    before, after = change.before.get(column), change.after.get(column)
    return before is not after and plain(change.before, column) != plain(change.after, column)


def found_in(change: Change, code: str, detail: str | None = None, column: str | None = None) -> Finding:
    """A finding at the event and the row of a change."""
    return Finding(code, change.log, change.number, change.table, change.key, column, detail)
