"""Growing a tree that is kept as tiles (C2SP tlog-tiles: height 8, at most 256 hashes wide).

The n-th tile of level l holds the hashes of the complete subtrees of 256^l leaves, from the (256 n)-th on.
Only a full tile is hashed into the level above; the last tile of a level may be partial.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from service.record.hashes import HASH_SIZE, checked_hash, complete_subtree
from service.record.refusals import RecordRefused

TILE_HEIGHT = 8
TILE_WIDTH = 256
MAX_SIZE = 2**63 - 1


class TileReader(Protocol):
    """Where the tiles are kept: rows, files, a dict."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile, concatenated: exactly 32 × width bytes.

        The store may hold the tile wider than asked for. It raises LookupError when it does not hold
        that much.
        """


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile as it stands after an append; it replaces what was kept under its level and index."""

    level: int
    index: int
    hashes: bytes

    @property
    def width(self) -> int:
        """How many hashes it holds, 1 to 256."""
        return len(self.hashes) // HASH_SIZE

    @property
    def full(self) -> bool:
        """Whether it will never change again."""
        return self.width == TILE_WIDTH


class Appender:
    """A tree open for appending; it keeps only the last tile of every level in memory.

    ``size`` is the number of leaves the tiles hold now. The appender itself is a :class:`TileReader` for its
    edge, which is all that :func:`service.record.tree.tree_root` reads at the current size.
    """

    def __init__(self, size: int = 0, tiles: TileReader | None = None) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise RecordRefused("tree.size", size=size)
        self.size = size
        self._edge: list[bytearray] = []
        for level in range(levels(size)):
            width = (size >> TILE_HEIGHT * level) % TILE_WIDTH
            held = read_tile(tiles, level, size >> TILE_HEIGHT * (level + 1), width) if width and tiles else b""
            if len(held) != width * HASH_SIZE:
                raise RecordRefused("tree.tile", level=level, width=width)
            self._edge.append(bytearray(held))

    def append(self, leaf_hashes: Iterable[bytes]) -> Iterator[Tile]:
        """Take leaf hashes in their order and yield every tile that changed, each once, as it ends up.

        Full tiles come as they fill up, partial ones last. The iterator must be read to its end.
        """
        before = self.size
        for leaf in leaf_hashes:
            self.size += 1
            yield from self._push(0, checked_hash(leaf))
        for tile in self.edge():
            if self.size >> TILE_HEIGHT * tile.level != before >> TILE_HEIGHT * tile.level:
                yield tile

    def edge(self) -> Iterator[Tile]:
        """The partial tiles of the tree as it is now, from the leaves up."""
        for level, hashes in enumerate(self._edge):
            if hashes:
                yield Tile(level, self.size >> TILE_HEIGHT * (level + 1), bytes(hashes))

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The edge read as a :class:`TileReader`; LookupError for every tile that is not on it."""
        if level >= len(self._edge) or index != self.size >> TILE_HEIGHT * (level + 1):
            raise LookupError(f"tile {level}/{index} is not on the edge")
        return bytes(self._edge[level][: width * HASH_SIZE])

    def _push(self, level: int, value: bytes) -> Iterator[Tile]:
        if level == len(self._edge):
            self._edge.append(bytearray())
        hashes = self._edge[level]
        hashes += value
        if len(hashes) == TILE_WIDTH * HASH_SIZE:
            full = bytes(hashes)
            hashes.clear()
            yield Tile(level, (self.size >> TILE_HEIGHT * (level + 1)) - 1, full)
            yield from self._push(level + 1, complete_subtree(full))


def levels(size: int) -> int:
    """How many levels of tiles a tree of that size has (0 for the empty tree)."""
    return (size.bit_length() + TILE_HEIGHT - 1) // TILE_HEIGHT


def read_tile(tiles: TileReader, level: int, index: int, width: int) -> bytes:
    """What the store holds, or RecordRefused ``tree.tile`` when it holds too little of it."""
    try:
        held = tiles.tile(level, index, width)
    except LookupError as error:
        raise RecordRefused("tree.tile", level=level, index=index, width=width) from error
    if len(held) != width * HASH_SIZE:
        raise RecordRefused("tree.tile", level=level, index=index, width=width)
    return held
