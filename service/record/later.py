"""A receipt against a newer copy of the log: is its head still part of it, and did anything happen since?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.record.canonical import JSON, parse_canonical
from service.record.checkpoint import SignedCheckpoint, open_checkpoint
from service.record.disclosure import Disclosed
from service.record.export import check_export
from service.record.keys import NoteVerifier
from service.record.refusals import RecordRefused
from service.record.tiles import CHECKPOINT, ENTRIES, DirectoryTiles, decode_bundle, tile_path
from service.record.tree import TILE_WIDTH, consistency_proof, tree_root, verify_consistency


@dataclass(frozen=True, slots=True)
class LaterEvent:
    """An event after the one a receipt proves that names the same appointment: its place, kind and time."""

    index: int
    type: str
    at: str


def check_still_there(shown: Disclosed, directory: Path, log: NoteVerifier) -> SignedCheckpoint:
    """The head of an exported log (C2SP tlog-tiles), of which the head of the receipt must be a beginning.

    Raises RecordRefused: the grounds of the checkpoint, ``later.export`` when the export is not what was signed,
    ``later.shorter`` or ``later.rewritten`` when the receipt's head is no part of it.
    """
    newest = open_checkpoint((directory / CHECKPOINT).read_bytes(), log)
    for finding in check_export(directory, log):
        raise RecordRefused("later.export", finding=finding.code, file=finding.path)
    old, new = shown.proven.checkpoint, newest.checkpoint
    if new.size < old.size:
        raise RecordRefused("later.shorter", old=old.size, new=new.size)
    tiles = DirectoryTiles(directory)
    if tree_root(old.size, tiles) != old.root:
        raise RecordRefused("later.rewritten", size=old.size)
    verify_consistency(old.size, new.size, consistency_proof(old.size, new.size, tiles), old.root, new.root)
    return newest


def later_events(shown: Disclosed, directory: Path, size: int) -> list[LaterEvent]:
    """What the first ``size`` entries of an exported log tell of the receipt's appointments after its event."""
    named = _appointments(shown.entry)
    found = []
    for index, entry in _entries(directory, shown.proven.index + 1, size):
        event = parse_canonical(entry)
        if isinstance(event, dict) and named & _appointments(event):
            found.append(LaterEvent(index, str(event.get("t")), str(event.get("at"))))
    return found


def _appointments(event: dict[str, JSON]) -> frozenset[str]:
    """The appointments whose rows an event made or changed, or that rows of it name."""
    found: set[str] = set()
    for image in ("new", "set"):
        tables = event.get(image)
        for table, rows in (tables if isinstance(tables, dict) else {}).items():
            for key, cells in (rows if isinstance(rows, dict) else {}).items():
                named = cells.get("appointment_id") if isinstance(cells, dict) else None
                found |= {key} if table == "appointment" else {named} if isinstance(named, str) else set()
    return frozenset(found)


def _entries(directory: Path, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
    for number in range(start // TILE_WIDTH, -(-stop // TILE_WIDTH)):
        first = number * TILE_WIDTH
        bundle = directory / tile_path(ENTRIES, number, min(TILE_WIDTH, stop - first))
        for index, entry in enumerate(decode_bundle(bundle.read_bytes()), first):
            if start <= index < stop:
                yield index, entry
