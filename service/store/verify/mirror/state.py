"""What a run remembers between two bundles, and the file by which one that broke off goes on.

The file is a database of SQLite: what is far away stands in it as it comes, and beside it, now and then, the rest as a
pickle, in one transaction. It is the verifier's own memory: like the program itself, it is trusted by whoever runs it,
and is made for that account alone.
"""

import pickle
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.mirror.walk import Walk
from service.store.verify.shelves import Shelves, opened

FORM = 2
OURS = 0x4B5A4456
"""SQLite's `application_id` of such a file: no other one is taken for it and written over."""
MAGIC, HEAD = b"SQLite format 3\0", 72
"""How a file of SQLite begins; the last four octets of this head are the `application_id` (sqlite.org/fileformat2)."""


class Unreadable(RuntimeError):
    """There is no copy of a log in this directory, or the file named for the state is something else."""


@dataclass(frozen=True, slots=True)
class LogCopied:
    """A log of the copy: its head as it was signed, who cosigned it and when, and whose key verified it."""

    id: str
    origin: str
    size: int
    root: str
    witnessed: tuple[tuple[str, datetime], ...]
    quorum: bool | None
    """None without a policy: nobody said whose cosignatures count."""
    key_from: str


@dataclass(slots=True)
class MirrorReport:
    """What was found in a copy, and how much was looked at."""

    findings: list[Finding] = field(default_factory=list)
    logs: list[LogCopied] = field(default_factory=list)
    events: int = 0
    openings: int = 0
    release: str | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class Beside:
    """Which events name events of other logs."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves, self._told = shelves, 0
        shelves.pile("beside", "log", "number", "other", "other_number", "told")

    def add(self, leaf: Leaf) -> None:
        """Takes in an event that names others."""
        self._told += 1
        for other, number in frozenset(leaf.beside):
            self._shelves.add("beside", leaf.log, leaf.number, other, number, self._told)

    def findings(self, present: set[str]) -> Iterator[Finding]:
        """Events that name one of a log that is here, which does not name them; where two say they are the same
        event, the later one counts."""
        self._shelves.index("beside", "log, number, told")
        said_again = (
            "EXISTS (SELECT 1 FROM beside b WHERE b.log = {0}.log AND b.number = {0}.number AND b.told > {0}.told)"
        )
        alone = (
            f"SELECT log, number, other, other_number FROM beside a WHERE NOT {said_again.format('a')} AND NOT EXISTS ("  # noqa: S608
            "SELECT 1 FROM beside c WHERE c.log = a.other AND c.number = a.other_number AND c.other = a.log "
            f"AND c.other_number = a.number AND NOT {said_again.format('c')}) ORDER BY told, other, other_number"
        )
        for log, number, other, other_number in self._shelves.ask(alone):
            if other in present:
                detail = f"names {other}#{other_number}, which does not name it"
                yield Finding("event.beside", log, number, detail=detail)


@dataclass(slots=True)
class State:
    """All that a run remembers between two bundles."""

    heads: dict[str, bytes]
    report: MirrorReport
    shelves: Shelves
    beside: Beside
    rules: Any
    walk: Walk | None = None
    waiting: list[str] = field(default_factory=list)
    institutions: set[str] = field(default_factory=set)
    releases: dict[str, dict[str, Any]] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    form: int = FORM

    def put_away(self) -> None:
        """Writes the state, whole or not at all."""
        self.shelves.flush()
        data = pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)
        self.shelves.file.execute("INSERT OR REPLACE INTO kept VALUES (0, ?)", (data,))
        self.shelves.commit()


def begun(file: Path | None) -> Path | None:
    """Makes the file of a new state, in place of an older one. Raises Unreadable for a file that is no state."""
    if file is not None:
        _checked(file)
        file.unlink(missing_ok=True)
        made = opened(file)
        made.execute(f"PRAGMA application_id = {OURS}")
        made.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, data BLOB)")
        made.close()
    return file


def taken_up(file: Path | None) -> State | None:
    """The state that was put away last; None where there is none. Raises Unreadable for a file that is no state."""
    if file is None or not _checked(file):
        return None
    held = opened(file)
    try:
        row = held.execute("SELECT data FROM kept").fetchone()
        found = None if row is None else pickle.loads(row[0])  # noqa: S301  (our own memory, see above)
    except (sqlite3.Error, pickle.UnpicklingError, EOFError, AttributeError, ImportError, TypeError):
        found = None
    if not isinstance(found, State) or found.form != FORM:
        held.close()
        return None
    found.shelves.attach(held)
    return found


def _checked(file: Path) -> bool:
    """Whether there is a file with a state. Raises Unreadable for anything else.

    The head of the file is read by itself: SQLite opens nothing for reading alone that a killed run left half-written.
    """
    if not file.exists() or (file.is_file() and not file.stat().st_size):
        return False
    try:
        with file.open("rb") as held:
            head = held.read(HEAD)
    except OSError:
        head = b""
    if head.startswith(MAGIC) and head[-4:] == OURS.to_bytes(4, "big"):
        return True
    raise Unreadable(f"{file} is not the state of a verification")
