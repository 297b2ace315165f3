"""The hashes of RFC 6962 section 2.1 (kept by RFC 9162): a leaf, a node, the root of a list."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from service.record.refusals import RecordRefused

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The Merkle Tree Hash over leaf hashes in their order, in one pass and O(log n) memory.

    No leaves give SHA-256 of nothing. Raises RecordRefused ``hash.length``.
    """
    peaks: list[tuple[int, bytes]] = []  # complete subtrees still waiting for a right sibling: (height, hash)
    for leaf in leaf_hashes:
        height, found = 0, checked_hash(leaf)
        while peaks and peaks[-1][0] == height:
            found = node_hash(peaks.pop()[1], found)
            height += 1
        peaks.append((height, found))
    if not peaks:
        return EMPTY_ROOT
    found = peaks.pop()[1]
    while peaks:
        found = node_hash(peaks.pop()[1], found)
    return found


def checked_hash(value: bytes) -> bytes:
    """The hash itself when it has 32 bytes, else RecordRefused ``hash.length``."""
    if len(value) != HASH_SIZE:
        raise RecordRefused("hash.length", length=len(value), expected=HASH_SIZE)
    return value


def complete_subtree(hashes: bytes) -> bytes:
    """The root over 2^k concatenated hashes (k from 0), without looking at each of them in turn."""
    level = [hashes[start : start + HASH_SIZE] for start in range(0, len(hashes), HASH_SIZE)]
    while len(level) > 1:
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]
