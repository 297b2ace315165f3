"""Reading a law file cell by cell: every cell has its type, and one that nobody reads is an error."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TypeVar

from service.domain.law import LawError

C = TypeVar("C", str, int, bool, date, time)


class Section:
    """One table of the file, with its path for messages. `done` refuses what was not read."""

    def __init__(self, path: str, cells: object) -> None:
        if not isinstance(cells, dict):
            raise LawError(f"{path}: must be a table")
        self.path = path
        self._cells: dict[str, object] = dict(cells)

    def has(self, key: str) -> bool:
        return key in self._cells

    def keys_left(self) -> tuple[str, ...]:
        return tuple(self._cells)

    def word_or_number(self, key: str) -> str | int:
        return self.number(key) if _is(self._cells.get(key), int) else self.text(key)

    def words_or_numbers(self, key: str) -> tuple[str | int, ...]:
        """A list of words, or a list of numbers."""
        found = self._cells.get(key)
        if isinstance(found, list) and found and all(_is(one, int) for one in found):
            return self.list_of(key, int)
        return self.list_of(key, str)

    def text(self, key: str, choices: tuple[str, ...] = ()) -> str:
        found = self._take(key, str)
        if choices and found not in choices:
            raise LawError(f"{self.path}.{key}: {found!r} is none of {', '.join(choices)}")
        return found

    def number(self, key: str) -> int:
        return self._take(key, int)

    def day(self, key: str) -> date:
        return self._take(key, date)

    def hour(self, key: str) -> time:
        return self._take(key, time)

    def flag(self, key: str, default: bool = False) -> bool:
        return self._take(key, bool) if key in self._cells else default

    def number_or_none(self, key: str) -> int | None:
        return self.number(key) if key in self._cells else None

    def text_or_none(self, key: str, choices: tuple[str, ...] = ()) -> str | None:
        return self.text(key, choices) if key in self._cells else None

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if key in self._cells else None

    def hour_or_none(self, key: str) -> time | None:
        return self.hour(key) if key in self._cells else None

    def words(self, key: str) -> frozenset[str]:
        """A list of words, none twice; empty where the key is absent."""
        return frozenset(self.list_of(key, str))

    def list_of(self, key: str, kind: type[C]) -> tuple[C, ...]:
        found = self._cells.pop(key, [])
        if not isinstance(found, list) or not all(_is(one, kind) for one in found):
            raise LawError(f"{self.path}.{key}: must be a list of {kind.__name__}")
        if len(set(found)) != len(found):
            raise LawError(f"{self.path}.{key}: names something twice")
        return tuple(found)

    def section(self, key: str) -> "Section":
        if key not in self._cells:
            raise LawError(f"{self.path}: {key} is missing")
        return Section(self._path(key), self._cells.pop(key))

    def sections(self) -> Iterator[tuple[str, "Section"]]:
        """The tables within this one, by name."""
        for key in list(self._cells):
            yield key, self.section(key)

    def rows(self, key: str) -> Iterator["Section"]:
        """The tables of a [[list]]."""
        found = self._cells.pop(key, [])
        if not isinstance(found, list):
            raise LawError(f"{self._path(key)}: must be a list of tables")
        for number, row in enumerate(found, 1):
            yield Section(f"{self._path(key)}[{number}]", row)

    def done(self) -> None:
        """Raises `LawError` if a cell was not read."""
        if self._cells:
            raise LawError(f"{self.path or 'the file'}: unknown key {', '.join(sorted(self._cells))}")

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _take(self, key: str, kind: type[C]) -> C:
        if key not in self._cells:
            raise LawError(f"{self.path}: {key} is missing")
        found = self._cells.pop(key)
        if not _is(found, kind):
            raise LawError(f"{self._path(key)}: must be {_NAMES[kind]}, not {found!r}")
        assert isinstance(found, kind)
        return found


_NAMES: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    date: "a day like 2026-03-10",
    time: "an hour like 09:00:00",
}


def _is(found: object, kind: type) -> bool:
    if kind is int:
        return isinstance(found, int) and not isinstance(found, bool)
    if kind is date:
        return isinstance(found, date) and not isinstance(found, datetime)
    return isinstance(found, kind)
