"""The tree a second time, word for word as RFC 9162 defines it: recursive, over a list, without tiles."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from service.record.tree import Tile


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: list[bytes]) -> list[bytes]:
    return subproof(m, leaves, True)


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


class DictTiles:
    """Tiles in a dict, as they stand now; a narrower tile never replaces a wider one."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], bytes] = {}

    def keep(self, tiles: Iterable[Tile]) -> list[Tile]:
        kept = list(tiles)
        for tile in kept:
            assert len(self.held.get((tile.level, tile.index), b"")) <= len(tile.hashes)
            self.held[tile.level, tile.index] = tile.hashes
        return kept

    def tile(self, level: int, index: int, width: int) -> bytes:
        return self.held[level, index][: width * 32]
