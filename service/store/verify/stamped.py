"""Stamps of time that lie in files: whether each holds, and whether the head it is of is a beginning of the copy.

A folder for each log, by its id: `<size>.checkpoint`, the head as it was signed, and `<size>.<n>.tsr`, an answer of an
authority of time (RFC 3161, DER).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.x509 import Certificate

from service.record import notes
from service.record.checkpoint import parse_checkpoint
from service.record.refusals import RecordRefused
from service.record.stamp import read_stamp
from service.record.tiles import CHECKPOINT, DirectoryTiles
from service.record.tree import tree_root


@dataclass(frozen=True, slots=True)
class StampSeen:
    """One stamp: the head it is of, the authority's time where it holds, and otherwise why not."""

    origin: str
    size: int
    file: str
    stamped_at: datetime | None
    fault: str | None = None

    def told(self) -> dict[str, str | int | None]:
        """The stamp as JSON."""
        at = self.stamped_at.isoformat() if self.stamped_at else None
        return {"origin": self.origin, "size": self.size, "file": self.file, "stamped_at": at, "fault": self.fault}


def write_stamp(folder: Path, size: int, number: int, note: bytes, token: bytes) -> Path:
    """Writes a stamp and its head as `check_stamps` reads them; answers the stamp's file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{size}.checkpoint").write_bytes(note)
    file = folder / f"{size}.{number}.tsr"
    file.write_bytes(token)
    return file


def check_stamps(folder: Path, directories: Mapping[str, Path], roots: Sequence[Certificate]) -> tuple[StampSeen, ...]:
    """Every stamp in the folder; `directories` are the copies of the logs by id."""
    return tuple(
        _check(file, directories.get(log.name), roots)
        for log in sorted(path for path in folder.iterdir() if path.is_dir())
        for file in sorted(log.glob("*.tsr"))
    )


def _check(file: Path, copy: Path | None, roots: Sequence[Certificate]) -> StampSeen:
    name = f"{file.parent.name}/{file.name}"
    try:
        note = notes.parse((file.parent / f"{file.name.partition('.')[0]}.checkpoint").read_bytes())
        head = parse_checkpoint(note.text)
    except (RecordRefused, OSError) as refused:
        return StampSeen("", 0, name, None, f"no head: {refused}")
    try:
        at = read_stamp(file.read_bytes(), note.text, roots)
    except RecordRefused as refused:
        return StampSeen(head.origin, head.size, name, None, str(refused))
    fault = "stamp.no-copy" if copy is None else _beginning(copy, head.origin, head.size, head.root)
    return StampSeen(head.origin, head.size, name, at, fault)


def _beginning(copy: Path, origin: str, size: int, root: bytes) -> str | None:
    newest = parse_checkpoint(notes.parse((copy / CHECKPOINT).read_bytes()).text)
    if newest.origin != origin:
        return "stamp.other-log"
    if newest.size < size:
        return "outside.longer"
    try:
        same = tree_root(size, DirectoryTiles(copy)) == root
    except RecordRefused:
        return "stamp.no-copy"
    return None if same else "outside.root"
