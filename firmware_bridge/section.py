"""One table of a TOML file, read value by value, with what is wrong collected in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any


class Section:
    """A table that collects what is wrong with it, so that all of it is told at once.

    Where a value is missing or wrong, the answer is something harmless and the problem is noted in `problems`.
    """

    def __init__(self, table: Mapping[str, Any], name: str, problems: list[str]) -> None:
        self._table = table
        self._name = name
        self._problems = problems
        self._asked: set[str] = set()

    def wrong(self, key: str, why: str) -> None:
        self._problems.append(f"{self._name}: {key} {why}")

    def nothing_else(self) -> None:
        for key in sorted(set(self._table) - self._asked):
            self.wrong(key, "is no setting of this program")

    def text(self, key: str, default: str | None = None) -> str:
        return str(self._value(key, default, "", lambda v: isinstance(v, str) and bool(v), "must be a text"))

    def words(self, key: str) -> str:
        """A text in ASCII."""

        def is_words(value: Any) -> bool:
            return isinstance(value, str) and bool(value) and value.isascii()

        return str(self._value(key, None, "", is_words, "must be a text in ASCII"))

    def yes(self, key: str) -> bool:
        """True or false; false when it is not there."""
        return bool(self._value(key, False, False, lambda value: isinstance(value, bool), "must be true or false"))

    def has(self, key: str) -> bool:
        """Whether the key is there, right or wrong."""
        return key in self._table

    def texts(self, key: str) -> list[str]:
        def is_texts(value: Any) -> bool:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)

        return list(self._value(key, [], [], is_texts, "must be a list of texts"))

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        def fits(value: Any) -> bool:
            return type(value) is int and low <= value <= high

        return int(self._value(key, default, low, fits, f"must be a whole number from {low} to {high}"))

    def choice(self, key: str, choices: Any, default: Any = None) -> Any:
        words = ", ".join(map(str, choices))
        return self._value(key, default, choices[0], lambda value: value in choices, f"must be one of {words}")

    def moment(self, key: str) -> datetime:
        def is_moment(value: Any) -> bool:
            return isinstance(value, datetime) and value.utcoffset() is not None

        harmless = datetime.fromisoformat("2026-01-01T00:00:00+05:00")
        say = "must be a time with its offset, such as 2026-01-01T00:00:00+05:00"
        moment = self._value(key, None, harmless, is_moment, say)
        assert isinstance(moment, datetime)
        return moment

    def table(self, key: str, *, required: bool = True) -> Mapping[str, Any]:
        default: Any = None if required else {}
        value = self._value(key, default, {}, lambda v: isinstance(v, dict), "must be a section")
        assert isinstance(value, dict)
        return value

    def sections(self, key: str) -> list["Section"]:
        def is_tables(value: Any) -> bool:
            return isinstance(value, list) and all(isinstance(item, dict) for item in value)

        tables = self._value(key, [], [], is_tables, f"must be written as [[{key}]] sections")
        return [Section(table, f"[[{key}]] number {place}", self._problems) for place, table in enumerate(tables, 1)]

    def _value(self, key: str, default: Any, harmless: Any, fits: Callable[[Any], bool], say: str) -> Any:
        self._asked.add(key)
        if key not in self._table:
            if default is None:
                self.wrong(key, f"is missing; it {say}")
                return harmless
            return default
        value = self._table[key]
        if not fits(value):
            self.wrong(key, f"{say}, is {value!r}")
            return harmless
        return value
