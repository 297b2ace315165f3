"""The Merkle tree of RFC 6962 and RFC 9162 over stored tiles: root, proofs, and their verification.

Sizes and indices count entries from 0. Hashes are 32 bytes. Proofs are lists of hashes in the
order of the RFC.
"""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

from service.record.appender import (
    MAX_SIZE,
    TILE_HEIGHT,
    TILE_WIDTH,
    Appender,
    Tile,
    TileReader,
    levels,
    read_tile,
)
from service.record.hashes import (
    EMPTY_ROOT,
    HASH_SIZE,
    checked_hash,
    complete_subtree,
    leaf_hash,
    node_hash,
    root,
)
from service.record.refusals import RecordRefused

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "TILE_HEIGHT",
    "TILE_WIDTH",
    "Appender",
    "Tile",
    "TileReader",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "levels",
    "node_hash",
    "root",
    "tree_root",
    "verify_consistency",
    "verify_inclusion",
]


def tree_root(size: int, tiles: TileReader) -> bytes:
    """The root of the first ``size`` entries (RFC 9162, 2.1.1: MTH); any past size will do.

    Raises RecordRefused ``tree.size``, or ``tree.tile`` when a tile it needs is not held.
    """
    if not 0 <= size <= MAX_SIZE:
        raise RecordRefused("tree.size", size=size)
    return _Subtrees(size, tiles).mth(0, size) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, tiles: TileReader) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162, 2.1.3.1: from the leaf's sibling up to the root's child.

    Raises RecordRefused ``proof.index`` unless 0 <= index < size, or ``tree.tile``.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise RecordRefused("proof.index", index=index, size=size)
    subtrees, path = _Subtrees(size, tiles), []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtrees.mth(middle, end))
            end = middle
        else:
            path.append(subtrees.mth(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(old_size: int, new_size: int, tiles: TileReader) -> list[bytes]:
    """PROOF(old_size, D[new_size]) of RFC 9162, 2.1.4.1: that the old tree is the beginning of the new one.

    Raises RecordRefused ``proof.size`` unless 1 <= old_size <= new_size, or ``tree.tile``.
    """
    if not 1 <= old_size <= new_size <= MAX_SIZE:
        raise RecordRefused("proof.size", old=old_size, new=new_size)
    subtrees, proof = _Subtrees(new_size, tiles), []
    start, end = 0, new_size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(subtrees.mth(middle, end))
            end = middle
        else:
            proof.append(subtrees.mth(start, middle))
            start = middle
    if start > 0:  # otherwise the verifier holds this very hash: it is the old root
        proof.append(subtrees.mth(start, end))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Check that the leaf hash stands at ``index`` in the tree of that size and root (RFC 9162, 2.1.3.2).

    Returns nothing when it does; raises RecordRefused ``proof.index``, ``hash.length``, ``proof.length`` or
    ``proof.root`` when it does not.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise RecordRefused("proof.index", index=index, size=size)
    node, last, found = index, size - 1, checked_hash(leaf)
    for sibling in map(checked_hash, proof):
        if last == 0:
            raise RecordRefused("proof.length", length=len(proof))
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _past_missing_siblings(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    _require(last == 0, "proof.length", length=len(proof))
    _require(compare_digest(found, checked_hash(expected_root)), "proof.root", size=size)


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of the old size and root is the beginning of the new one (RFC 9162, 2.1.4.2).

    Returns nothing when it is; raises RecordRefused ``proof.size`` (an old size of 0 proves nothing and is
    refused), ``hash.length``, ``proof.length`` or ``proof.root`` when it is not. Two roots of one size are
    only compared, as the official vectors have it: whoever reads a root from a text checks its length there.
    """
    if not 1 <= old_size <= new_size <= MAX_SIZE:
        raise RecordRefused("proof.size", old=old_size, new=new_size)
    if old_size == new_size:
        _require(not proof, "proof.length", length=len(proof))
        _require(compare_digest(old_root, new_root), "proof.root", size=new_size)
        return
    checked_hash(old_root)
    checked_hash(new_root)
    hashes = [checked_hash(item) for item in proof]
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    _require(bool(hashes), "proof.length", length=len(proof))
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_found = new_found = hashes[0]
    for item in hashes[1:]:
        if last == 0:
            raise RecordRefused("proof.length", length=len(proof))
        if node & 1 or node == last:
            old_found, new_found = node_hash(item, old_found), node_hash(item, new_found)
            node, last = _past_missing_siblings(node, last)
        else:
            new_found = node_hash(new_found, item)
        node, last = node >> 1, last >> 1
    _require(last == 0, "proof.length", length=len(proof))
    _require(compare_digest(old_found, old_root), "proof.root", size=old_size)
    _require(compare_digest(new_found, new_root), "proof.root", size=new_size)


class _Subtrees:
    """Hashes of ranges of leaves in a tree of a given size; each tile is read once."""

    def __init__(self, size: int, tiles: TileReader) -> None:
        self._size = size
        self._tiles = tiles
        self._read: dict[tuple[int, int], bytes] = {}

    def mth(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) where start is a multiple of the power of two the range begins with."""
        length = end - start
        if length & (length - 1) == 0:
            return self._complete(length.bit_length() - 1, start)
        middle = start + _split(length)
        return node_hash(self.mth(start, middle), self.mth(middle, end))

    def _complete(self, height: int, start: int) -> bytes:
        level, inner = divmod(height, TILE_HEIGHT)
        first = start >> TILE_HEIGHT * level
        index, offset = divmod(first, TILE_WIDTH)
        held = self._tile(level, index)
        return complete_subtree(held[offset * HASH_SIZE : (offset + (1 << inner)) * HASH_SIZE])

    def _tile(self, level: int, index: int) -> bytes:
        held = self._read.get((level, index))
        if held is None:
            width = min(TILE_WIDTH, (self._size >> TILE_HEIGHT * level) - index * TILE_WIDTH)
            held = self._read[level, index] = read_tile(self._tiles, level, index, width)
        return held


def _split(length: int) -> int:
    """The largest power of two smaller than a length of at least 2."""
    return 1 << (length - 1).bit_length() - 1


def _past_missing_siblings(node: int, last: int) -> tuple[int, int]:
    """Climb over the levels where a left node at the right edge has no sibling."""
    while not node & 1 and node != 0:
        node, last = node >> 1, last >> 1
    return node, last


def _require(held: bool, code: str, **arguments: int) -> None:
    if not held:
        raise RecordRefused(code, **arguments)
