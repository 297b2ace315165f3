"""One log from its first event to its last: numbers, leaves, times, heads, openings, and the rows they add up to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.record.checkpoint import Checkpoint
from service.record.fold import Change, Fold
from service.record.hashes import leaf_hash
from service.record.keys import NoteVerifier
from service.record.leaf import Leaf, read_leaf
from service.record.refusals import RecordRefused
from service.store.tables.record import Event, Log
from service.store.verify.finding import Finding, shortened
from service.store.verify.people import Opener
from service.store.verify.raw import BATCH, Raw
from service.store.verify.tree import PUBLISHED, TreeCheck, head_prefix

MANY = 5000
"""From how many events on a log is streamed instead of read at once."""
COLUMNS = ("id", "origin", "verifier_key", "size", "last_at", "head_size", "head_root")
AT = Event.__table__.c.at  # type: ignore[attr-defined]
LAST_AT = Log.__table__.c.last_at  # type: ignore[attr-defined]


@dataclass(slots=True)
class LogRead:
    """What came of reading one log."""

    id: str
    origin: str
    size: int
    root: bytes
    head_size: int
    fold: Fold
    beside: dict[tuple[str, int], frozenset[tuple[str, int]]] = field(default_factory=dict)


class LogCheck:
    """Reads one log; faults go into the list given, changes of rows to `see`, counts of events to `progress`."""

    def __init__(
        self,
        raw: Raw,
        row: dict[str, Any],
        opener: Opener,
        outside: Sequence[Checkpoint],
        faults: list[Finding],
        see: Callable[[Change, Leaf], None],
        progress: Callable[[int], None],
    ) -> None:
        self._raw, self._row, self._opener, self._faults = raw, row, opener, faults
        self._see, self._progress = see, progress
        self.log: str = row["id"]
        self._verifier = self._read_verifier()
        self._tree = TreeCheck(raw, self.log, self._verifier, outside, faults)
        self._fold = Fold()
        self._beside: dict[tuple[str, int], frozenset[tuple[str, int]]] = {}
        self._last_at = ""
        self._many = type(row["size"]) is int and row["size"] > MANY

    def read(self) -> LogRead:
        """Walks through the log and compares its row with what was found."""
        openings = _Openings(self._raw, self.log, self._many)
        statement = "SELECT number, type, at, leaf, leaf_hash FROM event WHERE log_id = ? ORDER BY number"
        expected = 0
        for place, (number, *cells) in enumerate(self._raw.rows(statement, self.log, many=self._many)):
            if type(number) is not int or number != expected:
                self._fault("event.number", expected, f"the next event has the number {shortened(number)}")
            expected = number + 1 if type(number) is int else expected + 1
            self._read_event(number, cells, openings.of(number))
            if place % BATCH == BATCH - 1:
                self._progress(BATCH)
        self._progress(self._tree.size % BATCH)
        self._check_row(expected)
        for number, person in openings.left():
            self._faults.append(Finding("opening.unexpected", self.log, None, "opening", f"{number!r}/{person!r}"))
        self._tree.finish()
        self._faults.extend(
            Finding(fault.code, self.log, fault.number, fault.table, fault.key) for fault in self._fold.contradictions
        )
        size, _ = self._tree.head
        return LogRead(
            self.log, str(self._row["origin"]), self._tree.size, self._tree.root(), size, self._fold, self._beside
        )

    def _read_event(self, number: Any, cells: Sequence[Any], openings: list[tuple[object, object]]) -> None:
        type_, at, data, hashed = cells
        if not isinstance(data, bytes):
            self._fault("event.leaf", number, "the leaf is not bytes")
            data = b""
        found = leaf_hash(data)
        if hashed != found:
            self._fault("event.leaf_hash", number)
        try:
            leaf = read_leaf(data)
        except RecordRefused as refused:
            self._fault("event.leaf", number, str(refused))
            self._tree.take(found)
            return
        if leaf.type == PUBLISHED:
            self._tree.announced(leaf)
        self._tree.take(found)
        self._check_leaf(leaf, number, type_, at)
        if number == 0:
            self._check_first(leaf)
        shown = self._opener.shown(leaf, openings, self._faults)
        for change in self._fold.apply(leaf, shown):
            self._see(change, leaf)

    def _check_leaf(self, leaf: Leaf, number: Any, type_: Any, at: Any) -> None:
        if (leaf.log, leaf.number) != (self.log, number):
            self._fault("event.place", number, f"the leaf says {leaf.log}#{leaf.number}")
        if type_ != leaf.type:
            self._fault("event.type", number, shortened(type_))
        try:
            stored = self._raw.stored(AT, leaf.at)
        except ValueError:
            stored = None
        if at != stored:
            self._fault("event.at", number, shortened(at))
        if leaf.at < self._last_at:
            self._fault("event.back-in-time", number, f"{leaf.at} after {self._last_at}")
        self._last_at = max(leaf.at, self._last_at)
        if leaf.after != self._tree.head:
            self._fault("event.after", number, f"{leaf.after} instead of {self._tree.head}")
        if leaf.beside:
            self._beside[leaf.log, leaf.number] = frozenset(leaf.beside)

    def _check_first(self, leaf: Leaf) -> None:
        for name, column in (("origin", "origin"), ("vkey", "verifier_key")):
            if leaf.facts.get(name) != self._row[column]:
                self._row_fault(column, leaf.facts.get(name))

    def _check_row(self, size: int) -> None:
        row, (head_size, head_root) = self._row, self._tree.head
        if size == 0:
            self._fault("log.empty")
            return
        try:
            last_at = self._raw.stored(LAST_AT, self._last_at)
        except ValueError:
            last_at = None
        wanted = {"size": size, "last_at": last_at, "head_size": head_size, "head_root": head_root}
        for column, value in wanted.items():
            if row[column] != value or type(row[column]) is not type(value):
                self._row_fault(column, value)

    def _read_verifier(self) -> NoteVerifier | None:
        try:
            verifier = NoteVerifier.from_vkey(self._row["verifier_key"])
        except (RecordRefused, AttributeError, TypeError):
            self._row_fault("verifier_key", "a verifier key")
            return None
        if verifier.name != self._row["origin"]:
            self._row_fault("origin", verifier.name)
        return verifier

    def _row_fault(self, column: str, wanted: object) -> None:
        detail = f"{shortened(self._row[column])} instead of {shortened(wanted)}"
        self._faults.append(Finding(f"log.{column}", self.log, None, "log", self.log, column, detail))

    def _fault(self, code: str, number: object = None, detail: str | None = None) -> None:
        self._faults.append(Finding(code, self.log, number if type(number) is int else None, detail=detail))


class _Openings:
    """The openings of a log, read beside its events in the same order."""

    def __init__(self, raw: Raw, log: str, many: bool) -> None:
        statement = "SELECT number, person_id, sealed FROM opening WHERE log_id = ? ORDER BY number, person_id"
        self._rows = raw.rows(statement, log, many=many)
        self._next: tuple[Any, ...] | None = next(self._rows, None)
        self._passed: list[tuple[object, object]] = []

    def of(self, number: object) -> list[tuple[object, object]]:
        """People and sealed bytes of one event; numbers are asked for in rising order."""
        found: list[tuple[object, object]] = []
        while self._next is not None and type(self._next[0]) is int and type(number) is int:
            held, person, sealed = self._next
            if held > number:
                break
            if held == number:
                found.append((person, sealed))
            else:
                self._passed.append((held, person))
            self._next = next(self._rows, None)
        return found

    def left(self) -> Iterator[tuple[object, object]]:
        """Numbers and people of openings that belong to no event."""
        yield from self._passed
        if self._next is not None:
            yield self._next[0], self._next[1]
        for number, person, _ in self._rows:
            yield number, person


def read_logs(raw: Raw) -> dict[str, dict[str, Any]]:
    """The rows of the table `log`, by id."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in raw.rows(f"SELECT {', '.join(COLUMNS)} FROM log")]  # noqa: S608
    return {row["id"]: row for row in rows}


__all__ = ["LogCheck", "LogRead", "head_prefix", "read_logs"]
