"""What a long reading remembers: the newest in memory, the rest in a file of SQLite, however many events there are.

Without a path the file is a temporary one that vanishes with the process. With one, everything since the last
`commit` is undone when the process ends, so that the reading goes on exactly where it was put away.
"""

import os
import pickle
import sqlite3
from collections.abc import Iterator, MutableMapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

NEAR = 2_000
"""So many values of one shelf stay in memory: an appointment is over, as a rule, before so many others were made."""
CACHE_KIB = 8_192
WAITING = 500
V = TypeVar("V")
Cell = str | int | None


class Shelves:
    """Shelves (a value by its key) and piles (rows, added at the end) of one reading.

    `near` is how many values of each shelf stay in memory; None for all of them. A pickle holds what is in memory,
    without the file: `attach` gives it one again.
    """

    def __init__(self, near: int | None = NEAR, path: Path | None = None) -> None:
        self.near = near
        self._shelves: dict[str, Shelf[Any]] = {}
        self._piles: dict[str, list[tuple[Cell, ...]]] = {}
        self.attach(opened(path))

    def attach(self, file: sqlite3.Connection) -> None:
        """Goes on with that file, which holds what was far away when this was pickled."""
        self.file = file
        file.execute("BEGIN")  # by hand, so that tables made meanwhile are undone with the rest

    def shelf(self, name: str) -> "Shelf[Any]":
        """The shelf of that name; empty when it is asked for the first time."""
        if name not in self._shelves:
            self._shelves[name] = Shelf(self, len(self._shelves))
        return self._shelves[name]

    def pile(self, name: str, *columns: str) -> None:
        """Makes an empty pile."""
        self._piles[name] = []
        self.file.execute(f"CREATE TABLE {name} ({', '.join(columns)})")

    def add(self, pile: str, *row: Cell) -> None:
        """Puts a row on a pile."""
        waiting = self._piles[pile]
        waiting.append(row)
        if len(waiting) >= WAITING:
            self._write(pile)

    def index(self, pile: str, column: str) -> None:
        """Makes a pile quick to search; for when it grows no more."""
        name = f"{pile}_by_{column.replace(', ', '_')}"
        self.file.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {pile} ({column})")

    def ask(self, question: str, values: Sequence[Cell] = ()) -> Iterator[tuple[Any, ...]]:
        """What SQLite answers of the piles; large sorts are made in files of its own."""
        self.flush()
        yield from self.file.execute(question, values)

    def commit(self) -> None:
        """What was put away so far stays."""
        self.flush()
        self.file.execute("COMMIT")
        self.file.execute("BEGIN")

    def flush(self) -> None:
        """Writes the rows that wait for others."""
        for pile in self._piles:
            self._write(pile)

    def _write(self, pile: str) -> None:
        if waiting := self._piles[pile]:
            marks = ",".join("?" * len(waiting[0]))
            self.file.executemany(f"INSERT INTO {pile} VALUES ({marks})", waiting)  # noqa: S608
            waiting.clear()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "file"}


class Shelf(MutableMapping[str, V], Generic[V]):
    """A value by its key, as a dictionary. A value that was fetched and changed counts as changed only as long as no
    other is put here: whoever changes one does so at once."""

    def __init__(self, shelves: Shelves, number: int) -> None:
        self._shelves = shelves
        self._near: dict[str, V] = {}
        self._far = False
        self._table = f"shelf_{number}"
        # Values are written one behind the other, the newest of a key counts: only the index is written to and fro.
        self._one = f"SELECT value FROM {self._table} WHERE key = ? ORDER BY rowid DESC LIMIT 1"  # noqa: S608
        shelves.file.execute(f"CREATE TABLE {self._table} (key TEXT, value BLOB)")
        shelves.file.execute(f"CREATE INDEX {self._table}_by_key ON {self._table} (key)")

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default`."""
        found = self._near.get(key)
        if found is None and self._far:
            row = self._shelves.file.execute(self._one, (key,)).fetchone()
            if row is not None:
                self[key] = found = pickle.loads(row[0])  # noqa: S301  (written below)
        return default if found is None else found

    def __getitem__(self, key: str) -> V:
        found: V | None = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, value: V) -> None:
        near = self._near
        near.pop(key, None)  # the newest stand last
        near[key] = value
        most = self._shelves.near
        if most is not None and len(near) > most:
            self._put_far(len(near) - max(1, most // 2))

    def __delitem__(self, key: str) -> None:
        if self.get(key) is None:
            raise KeyError(key)
        self._near.pop(key, None)
        if self._far:
            self._shelves.file.execute(f"DELETE FROM {self._table} WHERE key = ?", (key,))  # noqa: S608

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self.items())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def items(self) -> Iterator[tuple[str, V]]:  # type: ignore[override]
        """Every key with its value, those far away first; nothing may be put here meanwhile."""
        if self._far:
            found = self._shelves.file.execute(f"SELECT key, value, max(rowid) FROM {self._table} GROUP BY key")  # noqa: S608
            yield from ((key, pickle.loads(value)) for key, value, _ in found if key not in self._near)  # noqa: S301
        yield from self._near.items()

    def values(self) -> Iterator[V]:  # type: ignore[override]
        """Every value."""
        return (value for _, value in self.items())

    def clear(self) -> None:
        """Takes everything off."""
        self._near.clear()
        if self._far:
            self._shelves.file.execute(f"DELETE FROM {self._table}")  # noqa: S608
            self._far = False

    def _put_far(self, many: int) -> None:
        near = self._near
        keys = sorted(islice(near, many))  # in the order of the table's pages
        rows = ((key, pickle.dumps(near.pop(key), pickle.HIGHEST_PROTOCOL)) for key in keys)
        self._shelves.file.executemany(f"INSERT INTO {self._table} VALUES (?, ?)", rows)  # noqa: S608
        self._far = True


def opened(path: Path | None) -> sqlite3.Connection:
    """The file at `path`, made for this account alone where there is none; a temporary one without a path."""
    if path is not None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    file = sqlite3.connect("" if path is None else path, isolation_level=None)
    file.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    file.execute("PRAGMA temp_store = FILE")
    if path is None:
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("PRAGMA synchronous = OFF")
    return file
