"""Deeds become rows and events: what `UnitOfWork` does for one act, for a year of them and without a database.

The columns' own declarations say what stands in a leaf, `service.record.events` writes it and `service.store.openings`
seals what stands behind it, as in the service itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlmodel import SQLModel

from service.record.events import Cell, Draft, Hidden, RowImage, write
from service.record.hashes import leaf_hash
from service.store.columns import Clear, Committed, Sealed, leaf_value
from service.store.keys import RandomBytes
from service.store.openings import seal_opening
from service.store.tables import NATIONAL, Row
from service.store.types import moment_text
from service.store.unit_of_work import recorded
from service.store.vault import PersonKey

Values = dict[str, Any]
"""A row, or what of it changes; sealed columns hold the plain text until the scribe seals it."""


@dataclass(slots=True)
class Deed:
    """One act: who (`by`, as in a leaf), when, what it is called in each log, and which rows it begins or changes."""

    at: datetime
    by: Mapping[str, Cell]
    told: Mapping[str, str]
    new: list[tuple[type[Row], Values]] = field(default_factory=list)
    set: list[tuple[type[Row], str, Values]] = field(default_factory=list)


@dataclass(slots=True)
class Place:
    """Where a log stands: its next number, its newest time, the head that its events name."""

    size: int
    last_at: datetime
    head: tuple[int, str] = (0, "")


@dataclass(slots=True)
class Written:
    """What is to be inserted: rows as they begin and as they end, events, openings, and how the logs then stand."""

    rows: dict[type[SQLModel], dict[str, Values]]
    ends: dict[type[SQLModel], dict[str, Values]]
    events: list[Values]
    openings: list[Values]
    logs: dict[str, Place]


class Scribe:
    """Writes deeds in the order of time. A row that changes after it began is kept in both states if `twice`."""

    def __init__(
        self,
        places: Mapping[str, Place],
        keys: Mapping[str, PersonKey],
        random_bytes: RandomBytes,
        twice: type[Row],
    ) -> None:
        self._keys, self._random_bytes, self._twice = keys, random_bytes, twice
        self._done = Written({}, {}, [], [], dict(places))
        self._home = next(log for log in places if log != NATIONAL)

    def write(self, deeds: Iterable[Deed]) -> Written:
        """Everything the deeds amount to, taken in the order given, which must be that of time."""
        for deed in deeds:
            self._write(deed)
        return self._done

    def _write(self, deed: Deed) -> None:
        images: dict[str, list[RowImage]] = {log: [] for log in deed.told}
        for table, values in deed.new:
            image = self._begin(table, values)
            images[self._log(table)].append(image)
        for table, row_id, values in deed.set:
            image = self._change(table, row_id, values)
            if image.cells:
                images[self._log(table)].append(image)
        numbers = {log: self._done.logs[log].size for log in sorted(deed.told)}
        for log, number in numbers.items():
            place = self._done.logs[log]
            place.size, place.last_at = number + 1, max(place.last_at, deed.at)
            beside = [(other, there) for other, there in numbers.items() if other != log]
            self._event(log, number, place, Draft(deed.told[log], deed.by, images[log]), beside)

    def _event(self, log: str, number: int, place: Place, draft: Draft, beside: list[tuple[str, int]]) -> None:
        written = write(
            draft,
            log=log,
            number=number,
            at=moment_text(place.last_at),
            after=place.head,
            beside=beside,
            random_bytes=self._random_bytes,
        )
        self._done.events.append(
            {
                "log_id": log,
                "number": number,
                "type": draft.type,
                "at": place.last_at,
                "leaf": written.leaf,
                "leaf_hash": leaf_hash(written.leaf),
            }
        )
        for person, opening in written.openings.items():
            sealed = seal_opening(self._keys[person], log, number, opening)
            self._done.openings.append({"log_id": log, "number": number, "person_id": person, "sealed": sealed})

    def _begin(self, table: type[Row], values: Values) -> RowImage:
        row_id, row = values["id"], _empty(table) | values
        cells = self._told(table, row, {name: value for name, value in values.items() if value is not None})
        row.update(self._sealed(table, row, values))
        self._done.rows.setdefault(table, {})[row_id] = row
        if table is self._twice:
            self._done.ends.setdefault(table, {})[row_id] = dict(row)
        return RowImage(_name(table), row_id, cells, new=True)

    def _change(self, table: type[Row], row_id: str, values: Values) -> RowImage:
        kept = self._done.ends if table is self._twice else self._done.rows
        row = kept[table][row_id]
        changed = {name: value for name, value in values.items() if row[name] != value}
        after = row | changed
        cells = self._told(table, after, changed)
        row.update(changed | self._sealed(table, after, changed))
        return RowImage(_name(table), row_id, cells, new=False)

    def _told(self, table: type[Row], row: Values, values: Values) -> dict[str, Cell]:
        cells: dict[str, Cell] = {}
        for name, subject in told(table):
            if name in values:
                value = leaf_value(values[name])
                cells[name] = value if subject is None or value is None else Hidden(row[subject], value)
        return cells

    def _sealed(self, table: type[Row], row: Values, values: Values) -> Values:
        return {
            name: self._keys[row[subject]].seal(f"{_name(table)}/{name}/{row['id']}", values[name])
            for name, subject in sealed(table)
            if values.get(name) is not None
        }

    def _log(self, table: type[Row]) -> str:
        return NATIONAL if table.log == NATIONAL else self._home


@cache
def told(table: type[Row]) -> tuple[tuple[str, str | None], ...]:
    """The columns that stand in leaves, with the column that names the person behind a commitment."""
    return tuple(
        (name, None if isinstance(record, Clear) else record.subject)
        for name, record in recorded(table).items()
        if name != "id" and isinstance(record, Clear | Committed | Sealed)
    )


@cache
def sealed(table: type[Row]) -> tuple[tuple[str, str], ...]:
    """The columns that hold sealed text, with the column that names the person under whose key."""
    return tuple((name, record.subject) for name, record in recorded(table).items() if isinstance(record, Sealed))


@cache
def _empty(table: type[Row]) -> Values:
    return dict.fromkeys(recorded(table))


@cache
def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)
