"""Every cell of every recorded table against the fold of its log, as its column declares (`service.store.columns`)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from service.record.fold import Fold, Shown, Value
from service.store.columns import Clear, Committed, Derived, Exempt, Hashed, Lookup, Record, Sealed, WrappedKey
from service.store.tables import NATIONAL, Row
from service.store.vault import Unsealable
from service.store.verify.finding import Finding, shortened
from service.store.verify.people import People
from service.store.verify.raw import Raw

Cells = Mapping[str, Value]


@dataclass(frozen=True)
class Form:
    """A recorded table: its columns with what the record holds of each, and whose log it belongs to."""

    name: str
    national: bool
    columns: tuple[tuple[sa.Column[Any], Record], ...]

    @property
    def selected(self) -> str:
        """The columns as a statement names them."""
        return ", ".join(f'"{column.name}"' for column, _ in self.columns)


@cache
def recorded_tables() -> tuple[Form, ...]:
    """Every table that declares itself a `Row`."""
    return tuple(
        Form(
            str(model.__tablename__),
            model.log == NATIONAL,
            tuple((column, column.info["record"]) for column in model.__table__.columns),  # type: ignore[attr-defined]
        )
        for model in sorted(all_models(), key=lambda model: str(model.__tablename__))
        if issubclass(model, Row)
    )


def all_models() -> list[type[SQLModel]]:
    """Every table there is."""
    return [mapper.class_ for mapper in SQLModel._sa_registry.mappers]


class RowsCheck:
    """Compares the rows of one log with its fold."""

    def __init__(self, raw: Raw, log: str, fold: Fold, people: People, faults: list[Finding]) -> None:
        self._raw, self._log, self._fold, self._people, self._faults = raw, log, fold, people, faults
        self.cells = 0

    def run(self, present: Mapping[str, set[str]]) -> None:
        """Compares all tables of this log; `present` says which tables and columns the database has."""
        forms = [form for form in recorded_tables() if form.national is (self._log == NATIONAL)]
        known = {form.name for form in forms}
        for table, rows in self._fold.rows.items():
            if table not in known:
                for key in rows:
                    self._faults.append(Finding("event.table", self._log, None, table, key))
        for form in forms:
            if {column.name for column, _ in form.columns} <= present.get(form.name, set()):
                self._compare(form)

    def _compare(self, form: Form) -> None:
        expected = dict(self._fold.rows.get(form.name, {}))
        names = [column.name for column, _ in form.columns]
        where, values = ("", ()) if form.national else (" WHERE institution_id = ?", (self._log,))
        statement = f'SELECT {form.selected} FROM "{form.name}"{where}'  # noqa: S608  (names of our own tables)
        for row in self._raw.rows(statement, *values, many=True):
            found = dict(zip(names, row, strict=True))
            key = found["id"]
            cells = expected.pop(key, None)
            if cells is None:
                self._faults.append(Finding("row.unexpected", self._log, None, form.name, shortened(key)))
                continue
            self._compare_row(form, key, cells, found)
        for key in expected:
            self._faults.append(Finding("row.missing", self._log, None, form.name, key))

    def _compare_row(self, form: Form, key: str, cells: Cells, found: Mapping[str, Any]) -> None:
        self.cells += len(form.columns)
        for column, record in form.columns:
            name = column.name
            if name == "id":
                continue
            wrong = _CHECKS[type(record)](self, form, key, cells, found, column, record)
            if wrong is not None:
                self._fault(wrong, form, key, name, cells, found)
        for name in cells.keys() - found.keys():
            self._faults.append(Finding("event.column", self._log, None, form.name, key, name))
        if not form.national and cells.get("institution_id") != self._log:
            self._faults.append(Finding("event.other-log", self._log, None, form.name, key))

    def _fault(self, code: str, form: Form, key: str, name: str, cells: Cells, found: Mapping[str, Any]) -> None:
        detail = None
        if code == "cell.clear":
            detail = f"{shortened(found[name])} instead of {shortened(cells.get(name))}"
        self._faults.append(Finding(code, self._log, None, form.name, key, name, detail))

    def _clear(self, _f: Form, _k: str, cells: Cells, found: Mapping[str, Any], column: Any, _r: Record) -> str | None:
        value = cells.get(column.name)
        if isinstance(value, Shown):
            return "event.cell"
        return self._same(column, value, found[column.name], "cell.clear")

    def _same(self, column: Any, value: object, found: object, code: str) -> str | None:
        try:
            stored = self._raw.stored(column, value)
        except ValueError:
            return "event.cell"
        return None if found == stored and type(found) is type(stored) else code

    def _committed(
        self, _f: Form, key: str, cells: Cells, found: Mapping[str, Any], column: Any, record: Record
    ) -> str | None:
        assert isinstance(record, Committed)
        value, cell = cells.get(column.name), found[column.name]
        if value is None:
            return None if cell is None else "cell.committed"
        if not isinstance(value, Shown):
            return "event.cell"
        if value.person is None:
            lost = value.sealed_for and found[record.subject] not in value.sealed_for
            return "cell.committed" if cell is None or lost else None
        if value.person != _subject(cells, key, record.subject):
            return "cell.owner"
        return self._same(column, value.value, cell, "cell.committed")

    def _sealed(
        self, form: Form, key: str, cells: Cells, found: Mapping[str, Any], column: Any, record: Record
    ) -> str | None:
        assert isinstance(record, Sealed)
        value, cell = cells.get(column.name), found[column.name]
        if value is None:
            return None if cell is None else "cell.sealed"
        if not isinstance(value, Shown):
            return "event.cell"
        if not isinstance(cell, bytes):
            return "cell.sealed"
        if value.person is None:
            return None
        if value.person != _subject(cells, key, record.subject):
            return "cell.owner"
        secret = self._people.key(value.person)
        try:
            opened = secret.open(f"{form.name}/{column.name}/{key}", cell) if secret else None
        except Unsealable:
            opened = None
        return None if opened == value.value else "cell.sealed"

    def _lookup(
        self, form: Form, _k: str, cells: Cells, found: Mapping[str, Any], column: Any, record: Record
    ) -> str | None:
        assert isinstance(record, Lookup)
        value, cell = cells.get(record.of), found[column.name]
        if value is None:
            return None if cell is None else "cell.lookup"
        vault = self._people.vault
        if vault is None:
            return None if cell is None or isinstance(cell, str) else "cell.lookup"
        if not isinstance(value, Shown) or value.person is None:
            # Whoever was erased is not to be found again.
            erased = isinstance(value, Shown) and bool(value.sealed_for)
            held = cell == (None if column.nullable else "") if erased else isinstance(cell, str)
            return None if held else "cell.lookup"
        return None if cell in vault.index(f"{form.name}.{record.of}", str(value.value)).every else "cell.lookup"

    def _wrapped_key(
        self, _f: Form, key: str, cells: Cells, found: Mapping[str, Any], column: Any, _r: Record
    ) -> str | None:
        if key in self._people.erased:
            return None if found[column.name] is None else "cell.key-not-erased"
        if self._people.vault is None:
            return None if isinstance(found[column.name], bytes) else "cell.wrapped-key"
        secret = self._people.key(key)
        return None if secret and secret.fingerprint() == cells.get("key_fingerprint") else "cell.wrapped-key"

    def _hashed(
        self, _f: Form, _k: str, cells: Cells, found: Mapping[str, Any], column: Any, record: Record
    ) -> str | None:
        assert isinstance(record, Hashed)
        cell = found[column.name]
        if not isinstance(cell, bytes):
            return "cell.hashed"
        return None if sha256(cell).hexdigest() == cells.get(record.by) else "cell.hashed"

    def _derived(
        self, _f: Form, _k: str, cells: Cells, found: Mapping[str, Any], column: Any, record: Record
    ) -> str | None:
        """Rule 'table.column': the cell of the row that this row's `<table>_id` names."""
        assert isinstance(record, Derived)
        table, _, name = record.rule.partition(".")
        source = self._fold.rows.get(table, {}).get(plain(cells, f"{table}_id") or "", {})
        return self._same(column, source.get(name), found[column.name], "cell.derived")

    def _exempt(self, *_: Any) -> None:
        return None


def plain(cells: Cells, column: str) -> Any:
    """The value of a cell, whether it stands in clear or was shown by an opening; None where nobody can read it."""
    value = cells.get(column)
    return value.value if isinstance(value, Shown) else value


def _subject(cells: Cells, key: str, subject: str) -> Any:
    return key if subject == "id" else plain(cells, subject)


def check_strangers(raw: Raw, logs: list[str], present: Mapping[str, set[str]]) -> Iterator[Finding]:
    """Rows of institutions that have no log, and of the record's own tables in logs that do not exist."""
    own = [(table, "log_id") for table in ("event", "opening", "tile", "checkpoint")]
    rows = [(form.name, "institution_id") for form in recorded_tables() if not form.national]
    marks = ", ".join("?" for _ in logs) or "''"
    for table, column in (*own, *rows):
        if column in present.get(table, set()):
            statement = f'SELECT {column}, count(*) FROM "{table}" WHERE {column} NOT IN ({marks}) GROUP BY {column}'  # noqa: S608
            for log, count in raw.rows(statement, *logs):
                yield Finding("row.other-log", table=table, detail=f"{count} rows of {shortened(log)}")


Check = Callable[..., str | None]
_CHECKS: Mapping[type, Check] = {
    Clear: RowsCheck._clear,
    Committed: RowsCheck._committed,
    Sealed: RowsCheck._sealed,
    Lookup: RowsCheck._lookup,
    WrappedKey: RowsCheck._wrapped_key,
    Hashed: RowsCheck._hashed,
    Derived: RowsCheck._derived,
    Exempt: RowsCheck._exempt,
}
