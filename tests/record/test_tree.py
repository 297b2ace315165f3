"""The tree over tiles against its twin: roots, tiles and proofs at every kind of size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record.refusals import RecordRefused
from service.record.tree import (
    EMPTY_ROOT,
    Appender,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.record import tree_twin as twin

LEAVES = [leaf_hash(b"%d" % number) for number in range(1200)]
EDGES = [0, 1, 2, 3, 7, 8, 9, 69, 255, 256, 257, 300, 511, 512, 513, 767, 768, 769, 1023, 1024, 1025, 1171]
sizes = st.one_of(st.sampled_from(EDGES), st.integers(0, len(LEAVES)))


def grown(*batches: int) -> tuple[Appender, twin.DictTiles]:
    tiles, appender = twin.DictTiles(), Appender()
    for batch in batches:
        tiles.keep(appender.append(LEAVES[appender.size : appender.size + batch]))
    return appender, tiles


ALL = grown(len(LEAVES))[1]


@given(st.lists(st.integers(0, 400), max_size=6))
def test_tiles_do_not_depend_on_how_entries_were_batched(batches: list[int]) -> None:
    size = min(sum(batches), len(LEAVES))
    in_batches, tiles = grown(*batches)
    at_once, expected = grown(size)
    assert in_batches.size == at_once.size == size
    assert tiles.held == expected.held
    assert tree_root(size, in_batches) == tree_root(size, tiles) == twin.mth(LEAVES[:size])


@given(sizes, st.integers(0, 300))
def test_an_appender_opened_again_goes_on_where_the_tiles_end(size: int, more: int) -> None:
    _, tiles = grown(size)
    reopened = Appender(size, tiles)
    tiles.keep(reopened.append(LEAVES[size : size + more]))
    assert tiles.held == grown(size + more)[1].held


@given(sizes, st.integers(1, 300))
def test_an_append_yields_each_changed_tile_once_and_no_other(size: int, more: int) -> None:
    appender, tiles = grown(size)
    before = dict(tiles.held)
    yielded = tiles.keep(appender.append(LEAVES[size : size + more]))
    places = [(tile.level, tile.index) for tile in yielded]
    assert len(places) == len(set(places))
    assert set(places) == {place for place, held in tiles.held.items() if before.get(place) != held}


@given(sizes)
def test_a_past_root_is_read_from_tiles_that_have_grown_since(size: int) -> None:
    assert tree_root(size, ALL) == root(LEAVES[:size]) == twin.mth(LEAVES[:size])


@given(sizes.filter(bool), st.data())
def test_inclusion_proofs_are_those_of_the_rfc_and_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, ALL)
    assert proof == twin.path(index, LEAVES[:size])
    verify_inclusion(LEAVES[index], index, size, proof, tree_root(size, ALL))


@given(sizes.filter(bool), st.data())
def test_consistency_proofs_are_those_of_the_rfc_and_verify(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, ALL)
    assert proof == twin.proof(old, LEAVES[:new])
    verify_consistency(old, new, proof, tree_root(old, ALL), tree_root(new, ALL))


def test_every_pair_of_sizes_up_to_69_agrees_with_the_twin() -> None:
    for new in range(1, 70):
        for old in range(1, new + 1):
            assert consistency_proof(old, new, ALL) == twin.proof(old, LEAVES[:new])
            assert inclusion_proof(old - 1, new, ALL) == twin.path(old - 1, LEAVES[:new])


def test_each_entry_and_each_earlier_size_of_every_log_up_to_24_verifies() -> None:
    for new in range(1, 25):
        head = twin.mth(LEAVES[:new])
        for old in range(1, new + 1):
            verify_inclusion(LEAVES[old - 1], old - 1, new, twin.path(old - 1, LEAVES[:new]), head)
            verify_consistency(old, new, twin.proof(old, LEAVES[:new]), twin.mth(LEAVES[:old]), head)


@given(sizes.filter(bool), st.data())
def test_a_proof_says_nothing_about_another_leaf_place_size_or_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, head = inclusion_proof(index, size, ALL), tree_root(size, ALL)
    other = data.draw(st.integers(0, len(LEAVES) - 1).filter(lambda number: number != index))
    for claim in (
        (LEAVES[other], index, size, proof, head),
        (LEAVES[index], other, size, proof, head),
        (LEAVES[index], index, size, proof, LEAVES[index] if size > 1 else EMPTY_ROOT),
        (LEAVES[index], index, size, [*proof, head], head),
        (LEAVES[index], index, size, proof[:-1] if proof else [head], head),
        (LEAVES[index] + b"\0", index, size, proof, head),
        (LEAVES[index], index, size, proof, head[:31]),
    ):
        with pytest.raises(RecordRefused):
            verify_inclusion(*claim)


@given(sizes.filter(lambda size: size > 1), st.data())
def test_a_rewritten_entry_breaks_consistency(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    place = data.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:place], leaf_hash(b"another visitor"), *LEAVES[place + 1 : new]]
    with pytest.raises(RecordRefused):
        verify_consistency(old, new, twin.proof(old, rewritten), root(LEAVES[:old]), root(rewritten))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5), (5, 2**63)])
def test_an_empty_or_shrinking_tree_never_reaches_the_proof_routine(old: int, new: int) -> None:
    with pytest.raises(RecordRefused, match=r"proof\.size"):
        consistency_proof(old, new, ALL)
    with pytest.raises(RecordRefused, match=r"proof\.size"):
        verify_consistency(old, new, [], EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (0, 2**63)])
def test_an_entry_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(RecordRefused, match=r"proof\.index"):
        inclusion_proof(index, size, ALL)
    with pytest.raises(RecordRefused, match=r"proof\.index"):
        verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert tree_root(0, ALL) == root([]) == EMPTY_ROOT
    assert list(Appender().append([])) == []


@pytest.mark.parametrize("wrong", [b"", b"\0" * 31, b"\0" * 33])
def test_only_hashes_of_32_bytes_enter_the_tree(wrong: bytes) -> None:
    with pytest.raises(RecordRefused, match=r"hash\.length"):
        list(Appender().append([wrong]))
    with pytest.raises(RecordRefused, match=r"hash\.length"):
        root([wrong])


def test_a_missing_or_short_tile_is_a_refusal_and_no_wrong_answer() -> None:
    _, tiles = grown(600)
    tiles.held[0, 1] = tiles.held[0, 1][:-32]
    for broken in (tiles, twin.DictTiles()):
        with pytest.raises(RecordRefused, match=r"tree\.tile"):
            inclusion_proof(300, 600, broken)
    with pytest.raises(RecordRefused, match=r"tree\.tile"):
        Appender(600, twin.DictTiles())
    with pytest.raises(RecordRefused, match=r"tree\.tile"):
        Appender(600)


@given(st.integers(70_000, 10**12))
def test_proofs_read_few_tiles_however_large_the_log(size: int) -> None:
    class Uniform:
        """A log whose entries are all one: every subtree of a height has the same hash."""

        def __init__(self) -> None:
            self.reads = 0

        def tile(self, level: int, index: int, width: int) -> bytes:
            self.reads += 1
            return HASH_AT[level] * width

    tiles = Uniform()
    proof = inclusion_proof(size // 3, size, tiles)
    assert tiles.reads <= 2 * (size.bit_length() // 8 + 1)
    verify_inclusion(HASH_AT[0], size // 3, size, proof, tree_root(size, Uniform()))


HASH_AT = [leaf_hash(b"one")]
for _level in range(6):
    HASH_AT.append(root([HASH_AT[-1]] * 256))
