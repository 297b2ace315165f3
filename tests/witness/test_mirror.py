"""A copy outside takes over what extends it, and nothing that would make it forget."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.export import check_export, export_log
from service.record.notes import Note
from service.record.refusals import RecordRefused
from service.record.witness import mirror
from service.record.witness.mirror import take_over
from tests.record.parties import ORIGIN, log


def exported(folder: Path, size: int, rewritten: int | None = None) -> Path:
    def sign(count: int, root: bytes) -> Note:
        return sign_checkpoint(Checkpoint(ORIGIN, count, root), [log()])

    entries = (b"another" if number == rewritten else b"entry %d" % number for number in range(size))
    place = folder / f"{size}-{rewritten}"
    export_log(place, entries, sign, log().vkey)
    return place


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_copy_grows_with_the_log_and_is_the_log(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for size in (0, 3, 255, 256, 300, 700, 700):
        source = exported(tmp_path, size) if not (tmp_path / f"{size}-None").exists() else tmp_path / f"{size}-None"
        assert take_over(source, kept, log().verifier).size == size
        assert contents(kept) == contents(source)
        assert list(check_export(kept, log().verifier)) == []


@pytest.mark.parametrize(
    ("size", "rewritten", "code"),
    [(300, 7, "mirror.rewritten"), (400, 7, "mirror.rewritten"), (299, None, "mirror.shorter")],
)
def test_a_log_that_was_rewritten_or_cut_does_not_touch_the_copy(
    tmp_path: Path, size: int, rewritten: int | None, code: str
) -> None:
    kept = tmp_path / "kept"
    take_over(exported(tmp_path, 300), kept, log().verifier)
    before = contents(kept)
    with pytest.raises(RecordRefused) as refused:
        take_over(exported(tmp_path, size, rewritten), kept, log().verifier)
    assert refused.value.code == code
    assert contents(kept) == before


def test_a_source_with_one_byte_changed_does_not_touch_the_copy(tmp_path: Path) -> None:
    kept, source, dice = tmp_path / "kept", exported(tmp_path, 300), random.Random(3)
    take_over(exported(tmp_path, 20), kept, log().verifier)
    before = contents(kept)
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        sound = path.read_bytes()
        changed = bytearray(sound)
        changed[dice.randrange(len(changed))] ^= 1
        path.write_bytes(changed)
        with pytest.raises(RecordRefused):
            take_over(source, kept, log().verifier)
        assert contents(kept) == before
        path.write_bytes(sound)


def test_a_copy_that_broke_off_still_has_its_old_head_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, source = tmp_path / "kept", exported(tmp_path, 700)
    take_over(exported(tmp_path, 20), kept, log().verifier)
    head = (kept / "checkpoint").read_bytes()
    copy, copied = mirror._copy, []

    def broken(source: Path, target: Path, *, anew: bool = False) -> None:
        copied.append(target)
        if len(copied) == 3:
            raise OSError("the disk is full")
        copy(source, target, anew=anew)

    monkeypatch.setattr(mirror, "_copy", broken)
    with pytest.raises(OSError, match="full"):
        take_over(source, kept, log().verifier)
    assert (kept / "checkpoint").read_bytes() == head
    monkeypatch.undo()
    take_over(source, kept, log().verifier)
    assert contents(kept) == contents(source)
