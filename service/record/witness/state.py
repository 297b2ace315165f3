"""What a witness remembers: one file that only grows, a line for each head it cosigned and each request it refused.

Every line stands behind the first 16 digits of its SHA-256 and is on the disk before it counts. A line that broke off
at the end of the file was never answered for, and is dropped; any other damage means that the witness may have
forgotten a head, and it must not go on as if it had not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from service.record import notes
from service.record.notes import Note
from service.record.refusals import RecordRefused
from service.record.witness.request import Head, read_head

ROLLBACKS_KEPT = 100
REWRITES_KEPT = 10_000
COMPACT_ABOVE = 16 << 20
"""Bytes of lines that no longer say anything new, above which the file is written anew."""

Sync = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that a log had signed and that was not cosigned: the evidence.

    ``kind`` is 'rewritten' (the head does not extend ``held``, the head cosigned before: two statements of one log that
    cannot both be true) or 'older' (a head below the one held: a log gone back, or a request sent again).
    """

    at: str
    kind: str
    code: str
    origin: str
    size: int
    request: str
    held: str | None


class StateDamaged(Exception):
    """The file cannot be believed, or belongs to another witness, or another process has it open."""


class State:
    """The file, open and locked. Not for several threads at once: the witness sees to that."""

    def __init__(self, path: Path, owner: str, sync: Sync = os.fsync) -> None:
        """Opens the file of the witness ``owner`` (its key's name and id), or begins it. Raises StateDamaged."""
        self.path, self._owner, self._sync = path, owner, sync
        self._notes: dict[str, Note] = {}
        self._heads: dict[str, Head] = {}
        self._refused: list[Refused] = []
        self._known: set[tuple[str, str]] = set()
        self.uncounted = 0
        """Refused requests no longer kept, since the program began: there were too many of that kind."""
        self._file = _locked(path)
        try:
            self._read()
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def head(self, origin: str) -> Head | None:
        """The newest head cosigned for a log."""
        return self._heads.get(origin)

    def note(self, origin: str) -> Note | None:
        """That head with the log's signature and our cosignature."""
        return self._notes.get(origin)

    def refused(self) -> list[Refused]:
        """What was refused, oldest first."""
        return list(self._refused)

    def keep_head(self, note: Note) -> None:
        """Remembers a head; returns when it is on the disk. OSError leaves the witness unable to go on."""
        self._append({"head": note.encode().decode()})
        self._take_head(note)
        if self._size - self._base > COMPACT_ABOVE:
            self._compact()

    def show_again(self, note: Note) -> None:
        """The head held, cosigned anew at a later time: shown, and not worth a line."""
        assert note.text == self._notes[read_head(note.text).origin].text
        self._notes[read_head(note.text).origin] = note

    def keep_refused(self, refused: Refused) -> None:
        """Keeps a refused request, each head once, and so many of a kind that nobody can fill the disk."""
        if (refused.kind, _text_of(refused.request)) in self._known:
            return
        limit = ROLLBACKS_KEPT if refused.kind == "older" else REWRITES_KEPT
        if sum(one.kind == refused.kind and one.origin == refused.origin for one in self._refused) >= limit:
            self.uncounted += 1
            return
        self._append({"refused": asdict(refused)})
        self._take_refused(refused)

    def _read(self) -> None:
        data = self.path.read_bytes()
        self._size = data.rfind(b"\n") + 1
        if not self._size and not _line({"witness": self._owner}).startswith(data.rstrip(b"\0")):
            raise StateDamaged(f"{self.path} is not a witness's file")
        if self._size < len(data):
            os.ftruncate(self._file, self._size)
            self._sync(self._file)
        if not self._size:
            self._base = 0
            self._append({"witness": self._owner})
            _sync_folder(self.path, self._sync)
        for number, (kind, value) in enumerate(_entries(data[: self._size]), 1):
            try:
                self._take(kind, value, first=number == 1)
            except (RecordRefused, KeyError, TypeError, AttributeError) as error:
                raise StateDamaged(f"{self.path}, line {number}: {error}") from error
        self._base = self._needed()

    def _take(self, kind: str, value: Any, *, first: bool) -> None:
        if first != (kind == "witness") or (first and value != self._owner):
            raise StateDamaged(f"{self.path} is not the file of {self._owner}")
        if kind == "head":
            self._take_head(notes.parse(value.encode()))
        elif kind == "refused":
            self._take_refused(Refused(**value))

    def _take_head(self, note: Note) -> None:
        head = read_head(note.text)
        self._notes[head.origin], self._heads[head.origin] = note, head

    def _take_refused(self, refused: Refused) -> None:
        self._refused.append(refused)
        self._known.add((refused.kind, _text_of(refused.request)))

    def _append(self, entry: Mapping[str, Any]) -> None:
        if self._file < 0:
            raise OSError("the state was lost hold of: start the witness anew")
        line = _line(entry)
        try:
            written = os.pwrite(self._file, line, self._size)
            if written != len(line):
                raise OSError(f"{self.path}: only {written} of {len(line)} bytes were written")
            self._sync(self._file)
        except OSError:
            # After a failed fsync nobody knows what is on the disk: only reading the file again tells.
            self.close()
            raise
        self._size += len(line)

    def _lines(self) -> Iterator[bytes]:
        yield _line({"witness": self._owner})
        for note in self._notes.values():
            yield _line({"head": note.encode().decode()})
        for refused in self._refused:
            yield _line({"refused": asdict(refused)})

    def _needed(self) -> int:
        return sum(map(len, self._lines()))

    def _compact(self) -> None:
        """Writes what still matters to a new file, which takes the old one's place whole or not at all."""
        new = self.path.with_name(self.path.name + ".new")
        new.unlink(missing_ok=True)
        file = _locked(new)
        data = b"".join(self._lines())
        try:
            os.pwrite(file, data, 0)
            self._sync(file)
            new.replace(self.path)
            _sync_folder(self.path, self._sync)
        except OSError:
            os.close(file)
            self.close()
            raise
        os.close(self._file)
        self._file, self._size, self._base = file, len(data), len(data)


def read_state(path: Path) -> tuple[str, list[Note], list[Refused]]:
    """Owner, newest heads and refused requests of a file that a running witness may have open. Raises StateDamaged."""
    data = path.read_bytes()
    owner, heads, refused = "", {}, []
    for kind, value in _entries(data[: data.rfind(b"\n") + 1]):
        if kind == "witness":
            owner = value
        elif kind == "head":
            note = notes.parse(value.encode())
            heads[read_head(note.text).origin] = note
        elif kind == "refused":
            refused.append(Refused(**value))
    if not owner:
        raise StateDamaged(f"{path} is not a witness's file")
    return owner, list(heads.values()), refused


def _entries(data: bytes) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        digest, _, encoded = line.partition(b" ")
        if digest != _digest(encoded):
            raise StateDamaged(f"line {number} is damaged: the witness may have forgotten a head")
        ((kind, value),) = json.loads(encoded).items()
        yield kind, value


def _line(entry: Mapping[str, Any]) -> bytes:
    encoded = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    return _digest(encoded) + b" " + encoded + b"\n"


def _digest(encoded: bytes) -> bytes:
    return hashlib.sha256(encoded).hexdigest()[:16].encode()


def _text_of(request: str) -> str:
    """The checkpoint's text in a request: who sends it again with other signatures or proofs adds nothing."""
    return request.partition("\n\n")[2].rpartition("\n\n")[0]


def _locked(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not path.exists() or os.fstat(file).st_ino != path.stat().st_ino:
            raise BlockingIOError
    except BlockingIOError as error:
        os.close(file)
        raise StateDamaged(f"{path} is held by another witness that is running") from error
    return file


def _sync_folder(path: Path, sync: Sync) -> None:
    folder = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        sync(folder)
    finally:
        os.close(folder)
