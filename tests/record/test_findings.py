"""What is done to an exported log, and everything that its check finds then; tiles read from its directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.record.export import Finding, check_export, export_log
from service.record.hashes import leaf_hash, root
from service.record.refusals import RecordRefused
from service.record.tiles import DirectoryTiles
from tests.record.parties import log, signed_head

ENTRIES = [b'{"n":%d}' % number for number in range(600)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def exported(directory: Path, count: int = 600) -> Path:
    export_log(directory, ENTRIES[:count], signed_head, log().vkey)
    return directory


def shortened(data: bytes) -> bytes:
    return data[:-32]


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("tile/0/001", None, "export.missing"),
        ("tile/0/001", shortened, "export.tile"),
        ("tile/0/002.p/88", None, "export.missing"),
        ("tile/0/002.p/88", shortened, "export.tile"),
        ("tile/1/000.p/2", None, "export.missing"),
        ("tile/1/000.p/2", shortened, "export.tile"),
        ("tile/1/000.p/2", flipped, "export.tile"),
        ("tile/entries/001", None, "export.missing"),
        ("tile/entries/001", shortened, "export.bundle"),
        ("tile/entries/002.p/88", flipped, "export.bundle"),
        ("vkey", None, "export.vkey"),
        ("vkey", flipped, "export.vkey"),
        ("checkpoint", None, "note.form"),
        ("checkpoint", flipped, "note.signature"),
    ],
)
def test_what_is_spoilt_is_found_there_and_nowhere_else(
    tmp_path: Path, path: str, change: Callable[[bytes], bytes] | None, code: str
) -> None:
    file = exported(tmp_path) / path
    if change:
        file.write_bytes(change(file.read_bytes()))
    else:
        file.unlink()
    assert list(check_export(tmp_path, log().verifier)) == [Finding(code, path)]


def test_a_folder_that_holds_something_is_refused_on_this_ground(tmp_path: Path) -> None:
    (tmp_path / "readme").touch()
    with pytest.raises(RecordRefused) as no:
        exported(tmp_path)
    assert str(no.value) == "export.directory"


def test_a_partial_tile_is_read_at_its_own_width_and_at_every_smaller_one(tmp_path: Path) -> None:
    tiles = DirectoryTiles(exported(tmp_path))
    for width in (1, 87, 88):
        assert tiles.tile(0, 2, width) == b"".join(LEAVES[512 : 512 + width])
    for width in (1, 256):
        assert tiles.tile(0, 1, width) == b"".join(LEAVES[256 : 256 + width])
    assert tiles.tile(1, 0, 2) == root(LEAVES[:256]) + root(LEAVES[256:512])
    assert tiles.tile(1, 0, 1) == root(LEAVES[:256])


def test_a_partial_tile_that_is_too_narrow_and_what_is_no_tile_are_not_read(tmp_path: Path) -> None:
    tiles = DirectoryTiles(exported(tmp_path))
    (tmp_path / "tile/0/002.p/notes").write_bytes(bytes(32 * 256))
    assert tiles.tile(0, 2, 87) == b"".join(LEAVES[512:599])
    for level, index, width in ((0, 2, 89), (0, 2, 256), (0, 3, 1), (1, 0, 3), (2, 0, 1)):
        with pytest.raises(LookupError):
            tiles.tile(level, index, width)
