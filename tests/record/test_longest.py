"""The longest log the format counts, and the sizes at which a level of tiles begins, over entries that are all one."""

from __future__ import annotations

from hashlib import sha256

import pytest

from service.record.appender import Appender, levels
from service.record.hashes import leaf_hash
from service.record.refusals import RecordRefused
from service.record.tree import (
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.record.tree_twin import split

LONGEST = 2**63 - 1
HASH_AT = [leaf_hash(b"one")]
for _height in range(63):
    HASH_AT.append(sha256(b"\x01" + HASH_AT[-1] * 2).digest())


class Uniform:
    """Its tiles: every complete subtree of a height has the same hash."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        return HASH_AT[8 * level] * width


TILES = Uniform()


def mth(size: int) -> bytes:
    if size & (size - 1) == 0:
        return HASH_AT[size.bit_length() - 1]
    left = split(size)
    return sha256(b"\x01" + mth(left) + mth(size - left)).digest()


def path(index: int, size: int) -> list[bytes]:
    if size == 1:
        return []
    left = split(size)
    return [*path(index, left), mth(size - left)] if index < left else [*path(index - left, size - left), mth(left)]


def proof(old: int, new: int, whole: bool = True) -> list[bytes]:
    if old == new:
        return [] if whole else [mth(new)]
    left = split(new)
    if old <= left:
        return [*proof(old, left, whole), mth(new - left)]
    return [*proof(old - left, new - left, False), mth(left)]


@pytest.mark.parametrize("index", [0, 2**62 - 1, 2**62, LONGEST - 1])
def test_an_entry_of_the_longest_log_is_proven(index: int) -> None:
    found = inclusion_proof(index, LONGEST, TILES)
    assert found == path(index, LONGEST)
    verify_inclusion(HASH_AT[0], index, LONGEST, found, mth(LONGEST))


@pytest.mark.parametrize("old", [1, 2**62, 2**62 + 1, LONGEST - 1, LONGEST])
def test_the_longest_log_is_proven_to_extend_an_earlier_one(old: int) -> None:
    found = consistency_proof(old, LONGEST, TILES)
    assert found == proof(old, LONGEST)
    verify_consistency(old, LONGEST, found, mth(old), mth(LONGEST))


@pytest.mark.parametrize("size", [1, 255, 256, 512, 65_536, 65_537, 3 * 65_536 + 256, 2**40, LONGEST])
def test_a_log_opened_again_at_any_size_has_its_root(size: int) -> None:
    edge = Appender(size, TILES)
    assert edge.size == size
    assert tree_root(size, edge) == tree_root(size, TILES) == mth(size)
    assert [(tile.level, tile.index, tile.hashes) for tile in edge.edge()] == [
        (level, size // 256 ** (level + 1), HASH_AT[8 * level] * (size // 256**level % 256))
        for level in range(8)
        if size // 256**level % 256
    ]


@pytest.mark.parametrize(
    ("size", "count"), [(0, 0), (1, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3), (2**24 - 1, 3), (LONGEST, 8)]
)
def test_a_level_begins_with_its_first_complete_tile_below(size: int, count: int) -> None:
    assert levels(size) == count


def test_a_tile_beside_the_edge_is_named() -> None:
    for level, index in ((2, 0), (1, 1), (0, 0)):
        with pytest.raises(LookupError, match=f"tile {level}/{index} is not on the edge"):
            Appender(300, TILES).tile(level, index, 1)


def test_a_tile_shorter_than_the_tree_is_told_by_its_place() -> None:
    class Short(Uniform):
        def tile(self, level: int, index: int, width: int) -> bytes:
            return super().tile(level, index, width if level else width - 1)

    with pytest.raises(RecordRefused) as no:
        tree_root(300, Short())
    assert str(no.value) == "tree.tile (level=0, index=1, width=44)"


def test_no_log_is_opened_at_a_size_that_is_none() -> None:
    for size in (-1, LONGEST + 1):
        with pytest.raises(RecordRefused) as no:
            Appender(size, TILES)
        assert str(no.value) == f"tree.size (size={size})"
