"""Files of a published log (C2SP tlog-tiles): their paths, the tiles in a directory, the bundles of entries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from service.record.hashes import HASH_SIZE
from service.record.refusals import RecordRefused
from service.record.tree import TILE_WIDTH

CHECKPOINT = "checkpoint"
VKEY = "vkey"
ENTRIES = "entries"
MAX_LEVEL = 63
_TILE = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """``tile/<L>/<N>[.p/<W>]``: where a tile of that level, or a bundle (level ``entries``), lies in the log."""
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def parse_tile_path(path: str) -> tuple[int | str, int, int] | None:
    """Level (or ``entries``), index and width of a tile path; None for every other path or spelling."""
    found = _TILE.fullmatch(path)
    if not found:
        return None
    level = ENTRIES if found[1] == ENTRIES else int(found[1])
    parsed = (level, int(found[2].replace("x", "").replace("/", "")), int(found[3] or TILE_WIDTH))
    return parsed if tile_path(*parsed) == path else None


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after another, each behind its length in two big-endian bytes; RecordRefused ``bundle.size``."""
    bundle = bytearray()
    for entry in entries:
        if len(entry) > 0xFFFF:
            raise RecordRefused("bundle.size", size=len(entry), limit=0xFFFF)
        bundle += len(entry).to_bytes(2) + entry
    return bytes(bundle)


def decode_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle; RecordRefused ``bundle.form`` when it ends inside one."""
    entries, place = [], 0
    while place < len(bundle):
        start = place + 2
        place = start + int.from_bytes(bundle[place:start])
        if place > len(bundle) or start > len(bundle):
            raise RecordRefused("bundle.form")
        entries.append(bundle[start:place])
    return entries


class DirectoryTiles:
    """A :class:`service.record.tree.TileReader` over a log's directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The first ``width`` hashes, from the tile itself or a wider one; LookupError when there is none."""
        full = self._directory / tile_path(level, index)
        for path in (full, self._directory / tile_path(level, index, width), *self._wider(full, width)):
            if path.is_file():
                return path.read_bytes()[: width * HASH_SIZE]
        raise LookupError(str(full))

    @staticmethod
    def _wider(full: Path, width: int) -> list[Path]:
        partials = full.with_name(full.name + ".p")
        if not partials.is_dir():
            return []
        return [path for path in partials.iterdir() if path.name.isdigit() and int(path.name) > width]
