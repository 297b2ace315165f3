"""A copy of a log that only grows: a witness says that something was rewritten, a copy says what stood there.

Copies are C2SP tlog-tiles directories, as `kezdesu record export` writes them; the entries hold no personal data.
"""

from __future__ import annotations

import os
from pathlib import Path

from service.record.checkpoint import Checkpoint, open_checkpoint
from service.record.export import check_export
from service.record.keys import NoteVerifier
from service.record.refusals import RecordRefused
from service.record.tiles import CHECKPOINT, VKEY, DirectoryTiles, parse_tile_path
from service.record.tree import TILE_WIDTH, tree_root


def take_over(source: Path, kept: Path, log: NoteVerifier) -> Checkpoint:
    """Brings the copy ``kept`` (made where there is none) to the state of ``source``; answers its head.

    Every byte of the source is checked first, and that it extends the copy. Files that are there already are never
    written again; the head comes last, so that a copy that broke off is whole up to its old head. Raises RecordRefused:
    ``mirror.source`` (the source is not what its head says), ``mirror.shorter``, ``mirror.rewritten``.
    """
    for finding in check_export(source, log):
        raise RecordRefused("mirror.source", finding=finding.code, file=finding.path)
    head = open_checkpoint((source / CHECKPOINT).read_bytes(), log).checkpoint
    if (kept / CHECKPOINT).is_file():
        held = open_checkpoint((kept / CHECKPOINT).read_bytes(), log).checkpoint
        if head.size < held.size:
            raise RecordRefused("mirror.shorter", held=held.size, size=head.size)
        if tree_root(held.size, DirectoryTiles(source)) != held.root:
            raise RecordRefused("mirror.rewritten", held=held.size, size=head.size)
    files = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    for name in sorted(files - {CHECKPOINT}):
        _copy(source / name, kept / name)
    _copy(source / CHECKPOINT, kept / CHECKPOINT, anew=True)
    for path in kept.rglob("*"):
        name = path.relative_to(kept).as_posix()
        if path.is_file() and name not in files and name not in (CHECKPOINT, VKEY) and _partial(name):
            path.unlink()  # the end of the log as it was: what it held now stands in a wider tile
    return head


def _partial(name: str) -> bool:
    parsed = parse_tile_path(name)
    return parsed is not None and parsed[2] != TILE_WIDTH


def _copy(source: Path, target: Path, *, anew: bool = False) -> None:
    data = source.read_bytes()
    if not anew and target.is_file() and target.read_bytes() == data:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(target.name + ".new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(target)
