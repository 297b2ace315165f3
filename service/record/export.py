"""A whole log as a directory that anybody's tools can check, and our own check of one (C2SP tlog-tiles).

Both go through the entries once and hold no more than one tile of each level in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from service.record.checkpoint import Checkpoint, open_checkpoint
from service.record.hashes import HASH_SIZE, leaf_hash
from service.record.keys import NoteVerifier
from service.record.notes import Note
from service.record.refusals import RecordRefused
from service.record.tiles import (
    CHECKPOINT,
    ENTRIES,
    VKEY,
    decode_bundle,
    encode_bundle,
    parse_tile_path,
    tile_path,
)
from service.record.tree import TILE_HEIGHT, TILE_WIDTH, Appender, Tile, levels, tree_root


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a directory: its ``code``, the file, and the entry's index where one entry is meant.

    ``export.missing``, ``export.bundle`` (not readable), ``export.entry`` (differs from its leaf hash),
    ``export.tile`` (differs from what lies under it), ``export.root`` (the signed root is another),
    ``export.unexpected`` (a file that belongs to no log of this size), ``export.vkey`` (another key than the
    reader's), or the code for which the checkpoint was refused.
    """

    code: str
    path: str
    index: int | None = None


def export_log(
    directory: Path,
    entries: Iterable[bytes],
    sign_checkpoint: Callable[[int, bytes], Note],
    vkey: str,
) -> int:
    """Write the log and answer its size. The directory must be empty or not there (``export.directory``).

    ``sign_checkpoint`` is given the size and the root in the end and answers the signed checkpoint, which is
    written last: a directory without one is an export that broke off.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise RecordRefused("export.directory")
    appender, source = Appender(), iter(entries)
    for number, bundle in enumerate(iter(lambda: list(islice(source, TILE_WIDTH)), [])):
        _write(directory / tile_path(ENTRIES, number, len(bundle)), encode_bundle(bundle))
        for tile in appender.append(map(leaf_hash, bundle)):
            if tile.full:
                _write_tile(directory, tile)
    for tile in appender.edge():
        _write_tile(directory, tile)
    note = sign_checkpoint(appender.size, tree_root(appender.size, appender))
    _write(directory / VKEY, f"{vkey}\n".encode())
    _write(directory / CHECKPOINT, note.encode())
    return appender.size


def check_export(directory: Path, log: NoteVerifier) -> Iterator[Finding]:
    """Everything wrong in an exported directory; nothing when every byte of it is what the log's key signed.

    ``log`` is the key the reader knows, not the one that lies in the directory.
    """
    if _read(directory / VKEY) != f"{log.vkey}\n".encode():
        yield Finding("export.vkey", VKEY)
    try:
        head = open_checkpoint(_read(directory / CHECKPOINT) or b"", log).checkpoint
    except RecordRefused as refused:
        yield Finding(refused.code, CHECKPOINT)
        return
    yield from _check_tree(directory, head)
    yield from _check_files(directory, head.size)


def _check_tree(directory: Path, head: Checkpoint) -> Iterator[Finding]:
    """Entries against leaf hashes, leaf hashes against every tile above them and against the signed root."""
    appender = Appender()
    for number in range(0, -(-head.size // TILE_WIDTH)):
        width = min(TILE_WIDTH, head.size - number * TILE_WIDTH)
        hashes: list[bytes] = []
        yield from _check_bundle(directory, number, width, hashes)
        if not hashes:
            return
        for tile in appender.append(hashes):
            if tile.full and tile.level:
                yield from _check_tile(directory, tile)
    for tile in appender.edge():
        if tile.level:
            yield from _check_tile(directory, tile)
    if tree_root(head.size, appender) != head.root:
        yield Finding("export.root", CHECKPOINT)


def _check_bundle(directory: Path, number: int, width: int, hashes: list[bytes]) -> Iterator[Finding]:
    """Check one bundle against its tile of leaf hashes, which are put into ``hashes``.

    What the tile says goes on into the tree: whether the entry or the tile is wrong then shows at the root. The
    bundle stands in for a tile that is not there; without either there is nothing to go on with.
    """
    tile, bundle = tile_path(0, number, width), tile_path(ENTRIES, number, width)
    held = _read(directory / tile)
    if held is None or len(held) != width * HASH_SIZE:
        yield Finding("export.missing" if held is None else "export.tile", tile)
    else:
        hashes += [held[start : start + HASH_SIZE] for start in range(0, len(held), HASH_SIZE)]
    data = _read(directory / bundle)
    if data is None:
        yield Finding("export.missing", bundle)
        return
    try:
        found = [leaf_hash(entry) for entry in decode_bundle(data)]
    except RecordRefused:
        found = []
    if len(found) != width:
        yield Finding("export.bundle", bundle)
        return
    hashes += found if not hashes else []
    for offset, (leaf, expected) in enumerate(zip(found, hashes, strict=True)):
        if leaf != expected:
            yield Finding("export.entry", bundle, number * TILE_WIDTH + offset)


def _check_tile(directory: Path, tile: Tile) -> Iterator[Finding]:
    path = tile_path(tile.level, tile.index, tile.width)
    held = _read(directory / path)
    if held is None:
        yield Finding("export.missing", path)
    elif held != tile.hashes:
        yield Finding("export.tile", path)


def _check_files(directory: Path, size: int) -> Iterator[Finding]:
    for folder, _, names in os.walk(directory):
        for name in names:
            path = Path(folder, name).relative_to(directory).as_posix()
            if path not in (CHECKPOINT, VKEY) and not belongs(path, size):
                yield Finding("export.unexpected", path)


def belongs(path: str, size: int) -> bool:
    """Whether a file of that path is part of the export of a log of that size."""
    parsed = parse_tile_path(path)
    if parsed is None:
        return False
    level, index, width = parsed
    height = 0 if isinstance(level, str) else level
    if height >= levels(size):
        return False
    count = size >> TILE_HEIGHT * height
    return 0 < width == min(TILE_WIDTH, count - index * TILE_WIDTH)


def _write_tile(directory: Path, tile: Tile) -> None:
    _write(directory / tile_path(tile.level, tile.index, tile.width), tile.hashes)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
