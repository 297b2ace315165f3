"""One copied log from its first entry to its head: tree and files, order and times, form, and what became of its rows.

A walk can be put away between two bundles and taken up again; it holds the edge of the tree and the fold.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from service.record.appender import TILE_WIDTH, Appender, Tile
from service.record.checkpoint import Checkpoint
from service.record.export import belongs
from service.record.fold import Change, Fold, Shown
from service.record.hashes import HASH_SIZE, leaf_hash
from service.record.leaf import Leaf, read_leaf
from service.record.refusals import RecordRefused
from service.record.tiles import CHECKPOINT, ENTRIES, VKEY, decode_bundle, tile_path
from service.record.tree import tree_root
from service.store.verify.finding import Finding
from service.store.verify.mirror.shapes import misshapen
from service.store.verify.tree import PUBLISHED, head_prefix


class Walk:
    """A log under way. `log` is its id, as its entries must name it: the last part of the origin.

    `kept` are roots by size that somebody saw before; `name_others` is told each event that names events of other logs.
    """

    def __init__(
        self,
        directory: Path,
        head: Checkpoint,
        vkey: str,
        kept: dict[int, bytes],
        fold: Fold,
        name_others: Callable[[Leaf], None],
    ) -> None:
        self.directory, self.head, self.vkey = directory, head, vkey
        self.log = head.origin.rpartition("/")[2]
        self.fold = fold
        self._name_others = name_others
        self.bundle = 0
        self.broken = False
        self._kept = kept
        self._tree = Appender()
        self._newest: tuple[int, str] = (0, "")
        self._last_at = ""

    @property
    def size(self) -> int:
        """How many entries were taken."""
        return self._tree.size

    @property
    def done(self) -> bool:
        """Whether every entry under the head was taken."""
        return self.broken or self._tree.size >= self.head.size

    def step(
        self,
        faults: list[Finding],
        see: Callable[[Change, Leaf], None],
        shown: Callable[[Leaf], dict[str, Shown]],
    ) -> int:
        """Takes the next bundle (up to 256 entries); answers how many entries it had."""
        width = min(TILE_WIDTH, self.head.size - self.bundle * TILE_WIDTH)
        path = tile_path(ENTRIES, self.bundle, width)
        entries = self._entries(path, width, faults)
        if not entries:
            self.broken = True
            return 0
        hashes = [leaf_hash(entry) for entry in entries]
        self._check_leaf_tile(hashes, width, path, faults)
        start = self._tree.size
        # A published head is compared in the middle of a bundle: the tree grows in pieces, up to each of them.
        taken = 0
        for offset, entry in enumerate(entries):
            number = start + offset
            published = b'"t":"' + PUBLISHED.encode() + b'"' in entry
            if published or number in self._kept:
                self._grow(hashes[taken:offset], faults)
                taken = offset
                self._check_kept(faults)
            self._take(entry, number, faults, see, shown)
        self._grow(hashes[taken:], faults)
        self._check_kept(faults)
        self.bundle += 1
        return width

    def finish(self, faults: list[Finding]) -> None:
        """The end of the log: its root, the tiles on its edge, files that belong to no such log, heads of others."""
        if self.broken:
            faults.append(Finding("mirror.broken", self.log, self.size, detail="the walk ends here"))
            return
        for tile in self._tree.edge():
            if tile.level:
                self._check_tile(tile, faults)
        if tree_root(self.head.size, self._tree) != self.head.root:
            faults.append(Finding("export.root", self.log, detail=CHECKPOINT))
        for path in _unexpected(self.directory, self.head.size):
            faults.append(Finding("export.unexpected", self.log, detail=path))
        for size in self._kept:
            faults.append(Finding("outside.longer", self.log, detail=f"a head of {size} entries was seen"))
        faults.extend(
            Finding(fault.code, self.log, fault.number, fault.table, fault.key) for fault in self.fold.contradictions
        )

    def _entries(self, path: str, width: int, faults: list[Finding]) -> list[bytes]:
        file = self.directory / path
        if not file.is_file():
            faults.append(Finding("export.missing", self.log, detail=path))
            return []
        try:
            entries = decode_bundle(file.read_bytes())
        except RecordRefused:
            entries = []
        if len(entries) != width:
            faults.append(Finding("export.bundle", self.log, detail=path))
            return []
        return entries

    def _check_leaf_tile(self, hashes: list[bytes], width: int, bundle: str, faults: list[Finding]) -> None:
        path = tile_path(0, self.bundle, width)
        file = self.directory / path
        held = file.read_bytes() if file.is_file() else None
        if held == b"".join(hashes):
            return
        if held is None or len(held) != width * HASH_SIZE:
            faults.append(Finding("export.missing" if held is None else "export.tile", self.log, detail=path))
            return
        for offset, found in enumerate(hashes):
            if held[offset * HASH_SIZE : (offset + 1) * HASH_SIZE] != found:
                number = self.bundle * TILE_WIDTH + offset
                faults.append(Finding("export.entry", self.log, number, detail=bundle))

    def _grow(self, hashes: list[bytes], faults: list[Finding]) -> None:
        for tile in self._tree.append(hashes):
            if tile.full and tile.level:
                self._check_tile(tile, faults)

    def _check_tile(self, tile: Tile, faults: list[Finding]) -> None:
        path = tile_path(tile.level, tile.index, tile.width)
        file = self.directory / path
        held = file.read_bytes() if file.is_file() else None
        if held != tile.hashes:
            faults.append(Finding("export.missing" if held is None else "export.tile", self.log, detail=path))

    def _check_kept(self, faults: list[Finding]) -> None:
        seen = self._kept.pop(self._tree.size, None)
        if seen is not None and seen != tree_root(self._tree.size, self._tree):
            faults.append(Finding("outside.root", self.log, detail=f"the first {self._tree.size} entries"))

    def _take(
        self,
        entry: bytes,
        number: int,
        faults: list[Finding],
        see: Callable[[Change, Leaf], None],
        shown: Callable[[Leaf], dict[str, Shown]],
    ) -> None:
        try:
            leaf = read_leaf(entry)
        except RecordRefused as refused:
            faults.append(Finding("event.leaf", self.log, number, detail=str(refused)))
            return
        if leaf.type == PUBLISHED:
            self._newest = (number, head_prefix(tree_root(self._tree.size, self._tree)))
            if leaf.facts.get("size") != number or leaf.facts.keys() != {"size", "sha256"}:
                faults.append(Finding("checkpoint.announced", self.log, number))
        if (leaf.log, leaf.number) != (self.log, number):
            faults.append(Finding("event.place", self.log, number, detail=f"the leaf says {leaf.log}#{leaf.number}"))
        if leaf.at < self._last_at:
            faults.append(Finding("event.back-in-time", self.log, number, detail=f"{leaf.at} after {self._last_at}"))
        self._last_at = max(leaf.at, self._last_at)
        if leaf.after != self._newest:
            detail = f"{leaf.after} instead of {self._newest}"
            faults.append(Finding("event.after", self.log, number, detail=detail))
        if number == 0 and (leaf.facts.get("origin"), leaf.facts.get("vkey")) != (self.head.origin, self.vkey):
            faults.append(Finding("log.origin", self.log, number))
        if leaf.beside:
            self._name_others(leaf)
        faults.extend(misshapen(leaf))
        for change in self.fold.apply(leaf, shown(leaf)):
            see(change, leaf)


def _unexpected(directory: Path, size: int) -> Iterator[str]:
    for folder, _, names in os.walk(directory):
        for name in names:
            path = Path(folder, name).relative_to(directory).as_posix()
            if path not in (CHECKPOINT, VKEY) and not belongs(path, size):
                yield path
