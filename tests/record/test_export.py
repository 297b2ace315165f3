"""An exported log: the files C2SP names, and every changed byte found."""

from __future__ import annotations

import shutil
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record.export import Finding, check_export, export_log
from service.record.keys import NoteSigner
from service.record.notes import Note
from service.record.refusals import RecordRefused
from service.record.tiles import (
    DirectoryTiles,
    decode_bundle,
    encode_bundle,
    parse_tile_path,
    tile_path,
)
from service.record.tree import inclusion_proof, leaf_hash, tree_root
from tests.record import tree_twin as twin
from tests.record.parties import log, private_key, prosecutor, signed_head


def entries(count: int) -> Iterator[bytes]:
    return (b'{"n":%d,"v":1}' % number for number in range(count))


def exported(directory: Path, count: int) -> Path:
    assert export_log(directory, entries(count), signed_head, log().vkey) == count
    return directory


def findings(directory: Path) -> list[Finding]:
    return list(check_export(directory, log().verifier))


def files(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("export") / "log", 70_000)


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, "tile/3/000"), (999, "tile/3/999"), (1000, "tile/3/x001/000"), (1234067, "tile/3/x001/x234/067")],
)
def test_the_index_of_a_tile_is_written_in_groups_of_three(index: int, path: str) -> None:
    assert tile_path(3, index) == path
    assert tile_path("entries", index, 7) == path.replace("/3/", "/entries/") + ".p/7"


@given(st.integers(0, 63) | st.just("entries"), st.integers(0, 2**62), st.integers(1, 256))
def test_a_path_read_back_names_the_same_tile(level: int | str, index: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, index, width)) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    ["tile/00/000", "tile/0/x000/001", "tile/0/1", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/٠٠٠", "checkpoint"],
)
def test_another_spelling_of_a_path_names_no_tile(path: str) -> None:
    assert parse_tile_path(path) is None


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_its_entries_back(held: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(held)) == held


@given(st.binary(max_size=40))
def test_a_bundle_that_can_be_read_is_spelled_in_one_way(data: bytes) -> None:
    try:
        held = decode_bundle(data)
    except RecordRefused:
        return
    assert encode_bundle(held) == data


def test_an_entry_longer_than_its_length_can_say_is_refused() -> None:
    assert decode_bundle(encode_bundle([b"a" * 65_535])) == [b"a" * 65_535]
    with pytest.raises(RecordRefused, match=r"bundle\.size"):
        encode_bundle([b"a" * 65_536])


def test_a_log_of_70000_has_the_tiles_the_specification_counts(whole: Path) -> None:
    found = files(whole)
    assert {"checkpoint", "vkey", "tile/0/272", "tile/0/273.p/112", "tile/1/000"} <= found
    assert {"tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"} <= found
    assert len(found) == 2 + 274 * 2 + 2 + 1
    assert findings(whole) == []


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 512, 65_536])
def test_an_export_of_any_size_checks_clean(tmp_path: Path, count: int) -> None:
    assert findings(exported(tmp_path, count)) == []


@given(st.integers(1, 600), st.data())
def test_proofs_are_read_from_the_directory_for_any_past_size(whole: Path, size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = [leaf_hash(entry) for entry in entries(size)]
    tiles = DirectoryTiles(whole)
    assert inclusion_proof(index, size, tiles) == twin.path(index, leaves)
    assert tree_root(size, tiles) == twin.mth(leaves)


def test_one_changed_byte_in_any_file_is_found(tmp_path: Path) -> None:
    small = exported(tmp_path / "log", 600)
    for path in sorted(files(small)):
        original = (small / path).read_bytes()
        for place in {0, 1, len(original) // 2, len(original) - 1}:
            changed = bytearray(original)
            changed[place] ^= 1
            (small / path).write_bytes(changed)
            assert findings(small), f"{path}, byte {place}"
        (small / path).write_bytes(original)
    assert findings(small) == []


def test_a_changed_entry_is_named(tmp_path: Path) -> None:
    small = exported(tmp_path / "log", 600)
    bundle = small / "tile/entries/001"
    bundle.write_bytes(bundle.read_bytes().replace(b'"n":300,', b'"n":301,'))
    assert findings(small) == [Finding("export.entry", "tile/entries/001", 300)]


def test_a_changed_entry_with_its_tiles_made_to_fit_breaks_the_signed_root(tmp_path: Path) -> None:
    honest = exported(tmp_path / "honest", 600)
    rewritten = (entry.replace(b'"n":300,', b'"n":999,') for entry in entries(600))
    export_log(tmp_path / "forged", rewritten, signed_head, log().vkey)
    shutil.copyfile(honest / "checkpoint", tmp_path / "forged" / "checkpoint")
    assert findings(tmp_path / "forged") == [Finding("export.root", "checkpoint")]


def test_each_missing_file_is_found(tmp_path: Path) -> None:
    small = exported(tmp_path / "log", 600)
    for path in sorted(files(small)):
        data = (small / path).read_bytes()
        (small / path).unlink()
        assert findings(small), path
        (small / path).write_bytes(data)


@pytest.mark.parametrize("path", ["tile/0/003", "tile/0/002.p/1", "tile/2/000.p/1", "tile/entries/notes", "readme"])
def test_a_file_of_no_log_of_this_size_is_found(tmp_path: Path, path: str) -> None:
    small = exported(tmp_path / "log", 600)
    (small / path).parent.mkdir(parents=True, exist_ok=True)
    (small / path).write_bytes(b"\0" * 32)
    assert findings(small) == [Finding("export.unexpected", path)]


def test_an_export_signed_by_another_key_is_refused(tmp_path: Path) -> None:
    small = exported(tmp_path / "log", 3)
    stranger = NoteSigner(log().name, private_key("stranger")).verifier
    assert [found.code for found in check_export(small, stranger)] == ["export.vkey", "note.unsigned"]


def test_cosignatures_travel_with_the_checkpoint(tmp_path: Path) -> None:
    def cosigned(size: int, root: bytes) -> Note:
        head = signed_head(size, root)
        return head.with_signatures([prosecutor().cosign(head, datetime(2026, 3, 10, tzinfo=UTC))])

    export_log(tmp_path, entries(9), cosigned, log().vkey)
    assert findings(tmp_path) == []
    assert prosecutor().name in (tmp_path / "checkpoint").read_text()


def test_a_directory_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text("older")
    with pytest.raises(RecordRefused, match=r"export\.directory"):
        export_log(tmp_path, entries(3), signed_head, log().vkey)
    assert (tmp_path / "checkpoint").read_text() == "older"


def test_an_export_that_broke_off_has_no_checkpoint(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield from entries(300)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        export_log(tmp_path, broken(), signed_head, log().vkey)
    assert "checkpoint" not in files(tmp_path)
    assert findings(tmp_path)


def test_memory_stays_flat_over_a_long_log(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        directory = exported(tmp_path / str(count), count)
        assert findings(directory) == []
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(8_000) < peak(2_000) + 200_000
