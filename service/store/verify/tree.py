"""The tree of one log made anew from its leaves, against the tiles, the signed heads, and heads kept by others."""

import hashlib
from collections.abc import Sequence
from typing import Any

from service.record.appender import Appender, Tile
from service.record.checkpoint import Checkpoint, open_checkpoint
from service.record.keys import NoteVerifier
from service.record.leaf import Leaf
from service.record.refusals import RecordRefused
from service.record.tree import tree_root
from service.store.tables.record import Event
from service.store.verify.finding import Finding, shortened
from service.store.verify.raw import Raw

PUBLISHED = "log.published"
FLUSH = 4096
Head = tuple[int, str]


def head_prefix(root: bytes) -> str:
    """How a root stands in later events and in the log's row: its first eight bytes as hexadecimal digits."""
    return root.hex()[:16]


class TreeCheck:
    """Takes the leaf hashes of a log in their order; each announced head is checked when the walk reaches it."""

    def __init__(
        self, raw: Raw, log: str, verifier: NoteVerifier | None, outside: Sequence[Checkpoint], faults: list[Finding]
    ) -> None:
        self.head: Head = (0, "")
        self._raw = raw
        self._log = log
        self._verifier = verifier
        self._faults = faults
        self._outside: dict[int, list[bytes]] = {}
        for seen in outside:
            self._outside.setdefault(seen.size, []).append(seen.root)
        self._appender = Appender()
        self._pending: list[bytes] = []
        self._full: list[Tile] = []
        self._edge: list[Tile] = []
        self._tiles = 0
        self._notes: dict[object, tuple[object, object]] = {
            size: (note, at)
            for size, note, at in raw.rows("SELECT size, note, published_at FROM checkpoint WHERE log_id = ?", log)
        }

    @property
    def size(self) -> int:
        """How many leaves were taken."""
        return self._appender.size + len(self._pending)

    def root(self) -> bytes:
        """The root over all leaves taken."""
        self._flush()
        return tree_root(self._appender.size, self._appender)

    def take(self, leaf_hash: bytes) -> None:
        """The next leaf."""
        if self.size in self._outside:
            self._compare_outside()
        self._pending.append(leaf_hash)
        if len(self._pending) >= FLUSH:
            self._flush()

    def announced(self, leaf: Leaf) -> None:
        """An event says that the head before it was published."""
        size, root = self.size, self.root()
        self.head = (size, head_prefix(root))
        self._check_full_tiles()
        self._edge = list(self._appender.edge())
        if leaf.facts.get("size") != size or leaf.facts.keys() != {"size", "sha256"}:
            self._fault("checkpoint.announced", leaf.number, detail=shortened(leaf.facts.get("size")))
        note, at = self._notes.pop(size, (None, None))
        if not isinstance(note, bytes):
            self._fault("checkpoint.missing", leaf.number, row=str(size))
            return
        if hashlib.sha256(note).hexdigest() != leaf.facts.get("sha256"):
            self._fault("checkpoint.hash", leaf.number, row=str(size))
        if at != self._raw.stored(Event.__table__.c.at, leaf.at):  # type: ignore[attr-defined]
            self._fault("checkpoint.published_at", leaf.number, row=str(size), detail=shortened(at))
        if self._verifier is not None:
            try:
                head = open_checkpoint(note, self._verifier).checkpoint
            except RecordRefused as refused:
                self._fault("checkpoint.signature", leaf.number, row=str(size), detail=refused.code)
                return
            if head.size != size or head.root != root:
                self._fault("checkpoint.root", leaf.number, row=str(size))

    def finish(self) -> None:
        """The end of the log: the tiles of the newest head, heads nobody announced, heads of others not reached."""
        if self.size in self._outside:
            self._compare_outside()
        for tile in self._edge:
            self._check_tile(tile)
        (found,) = next(self._raw.rows("SELECT count(*) FROM tile WHERE log_id = ?", self._log))
        if found > self._tiles:
            self._fault("tile.unexpected", detail=f"{found} tiles instead of {self._tiles}")
        for size in self._notes:
            self._fault("checkpoint.unannounced", row=shortened(size))
        for size in self._outside:
            self._fault("outside.longer", detail=f"a head of {size} entries was seen, the log has {self.size}")

    def _compare_outside(self) -> None:
        root = self.root()
        for seen in self._outside.pop(self.size):
            if seen != root:
                self._fault("outside.root", detail=f"the first {self.size} entries are not those seen")

    def _flush(self) -> None:
        self._full.extend(tile for tile in self._appender.append(self._pending) if tile.full)
        self._pending.clear()

    def _check_full_tiles(self) -> None:
        for tile in self._full:
            self._check_tile(tile)
        self._full.clear()

    def _check_tile(self, tile: Tile) -> None:
        self._tiles += 1
        statement = "SELECT hashes FROM tile WHERE log_id = ? AND level = ? AND number = ?"
        found = [hashes for (hashes,) in self._raw.rows(statement, self._log, tile.level, tile.index)]
        if found != [tile.hashes]:
            self._fault("tile.hashes" if found else "tile.missing", table="tile", row=f"{tile.level}/{tile.index}")

    def _fault(self, code: str, event: int | None = None, **place: Any) -> None:
        if code.startswith("checkpoint"):
            place["table"] = "checkpoint"
        self._faults.append(Finding(code, self._log, event, **place))
