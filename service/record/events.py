"""The form of an event: who did what to which rows, with every person behind a commitment.

A leaf is canonical JSON (RFC 8785):

    {"v": 1, "t": "appointment.requested", "log": "la-155-8", "n": 70412, "at": "2026-03-10T05:12:09.000000Z",
     "by": {"as": "relative", "person": {"c": "…"}}, "after": [70400, "9f86d081884c7d65"],
     "new": {"appointment": {"<id>": {column: value}}}, "set": {…}, "with": [["national", 311]], "facts": {…}}

`new` holds the cells of rows that begin (absent cells are empty), `set` the cells that changed. A cell is text, a whole
number, a truth, null, or `{"c": commitment}`. `after` is the newest published head when the event was written, which
bounds its time from below; `with` names the events of other logs written in the same transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.record.canonical import canonical_entry
from service.record.commitment import commit, new_salt

Plain = str | int | bool | None
VERSION = 1


@dataclass(frozen=True, slots=True)
class Hidden:
    """A cell of the leaf that only a commitment stands for; its opening is kept under `person`'s key."""

    person: str
    value: Plain


Cell = Plain | Hidden


@dataclass(frozen=True, slots=True)
class RowImage:
    """The cells of one row that an event makes (`new`) or changes."""

    table: str
    key: str
    cells: Mapping[str, Cell]
    new: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has its place in a log."""

    type: str
    by: Mapping[str, Cell]
    rows: Sequence[RowImage]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """The canonical leaf, and for each person the openings of what it commits to: path -> (salt, value)."""

    leaf: bytes
    openings: Mapping[str, Mapping[str, tuple[bytes, Plain]]]


def write(
    draft: Draft,
    *,
    log: str,
    number: int,
    at: str,
    after: tuple[int, str],
    beside: Iterable[tuple[str, int]],
    random_bytes: Callable[[int], bytes],
) -> Written:
    """The event as it stands in its log. Raises RecordRefused when not canonical or longer than an entry may be."""
    openings: dict[str, dict[str, tuple[bytes, Plain]]] = {}

    def shown(path: str, cell: Cell) -> object:
        if not isinstance(cell, Hidden):
            return cell
        salt = new_salt(random_bytes)
        openings.setdefault(cell.person, {})[path] = (salt, cell.value)
        return {"c": commit(salt, cell.value)}

    images: dict[str, dict[str, dict[str, dict[str, object]]]] = {"new": {}, "set": {}}
    for row in draft.rows:
        cells = {name: shown(f"{row.table}/{row.key}/{name}", cell) for name, cell in row.cells.items()}
        images["new" if row.new else "set"].setdefault(row.table, {})[row.key] = cells
    leaf: dict[str, object] = {
        "v": VERSION,
        "t": draft.type,
        "log": log,
        "n": number,
        "at": at,
        "by": {name: shown(f"by/{name}", cell) for name, cell in draft.by.items()},
        "after": list(after),
    }
    leaf.update({name: image for name, image in images.items() if image})
    together = [[other, index] for other, index in beside]
    if together:
        leaf["with"] = together
    if draft.facts:
        leaf["facts"] = dict(draft.facts)
    return Written(canonical_entry(leaf), openings)
