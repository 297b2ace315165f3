"""Whoever changes a journal afterwards is found out, and where; what a crash leaves is no forgery."""

import json
import struct
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.__main__ import main
from firmware_bridge.fakes import MemoryFile
from firmware_bridge.identity import Identity
from firmware_bridge.journal import Journal
from firmware_bridge.verify import verify_journal

OWN = Identity.of(b"a" * 32, b"b" * 32)
OTHER = Identity.of(b"c" * 32, b"d" * 32)
COUNT = 12
AT = "2026-03-14T07:00:00+00:00"


def journal(own: Identity = OWN, count: int = COUNT) -> list[bytes]:
    """The frames of a journal, one each."""
    made = Journal(MemoryFile(), own.sign)
    for number in range(count):
        made.append({"kind": "scan", "at": AT, "pass": f"{number:032x}"})
    return [framed(entry) for entry in made.entries(1, count)]


def framed(entry: bytes) -> bytes:
    return struct.pack(">II", len(entry), crc32(entry)) + entry


FRAMES = journal()
PUBLIC = OWN.signing.public_key()


def found(frames: list[bytes], head: tuple[int, str] | None = None) -> list[tuple[str, int]]:
    return [(fault.code, fault.number) for fault in verify_journal(b"".join(frames), PUBLIC, head).faults]


def test_a_journal_as_it_was_written_has_no_fault() -> None:
    assert found(FRAMES) == []
    done = verify_journal(b"".join(FRAMES), PUBLIC)
    assert (done.entries, done.number, done.digest) == (COUNT, COUNT, sha256(FRAMES[-1][8:]).hexdigest())


@pytest.mark.parametrize("gone", range(COUNT - 1))
def test_a_deleted_entry_is_found_at_its_place(gone: int) -> None:
    frames = FRAMES[:gone] + FRAMES[gone + 1 :]
    (fault,) = verify_journal(b"".join(frames), PUBLIC).faults
    assert (fault.code, fault.number, fault.octet) == ("missing", gone + 1, sum(map(len, FRAMES[:gone])))


def test_a_deleted_end_is_found_with_a_head_from_elsewhere() -> None:
    head = COUNT, sha256(FRAMES[-1][8:]).hexdigest()
    assert found(FRAMES, head) == []
    assert found(FRAMES[:-2], head) == [("head", COUNT)]
    assert found(FRAMES, (3, "0" * 64)) == [("head", 3)]


@pytest.mark.parametrize("number", range(1, COUNT))
def test_an_edited_entry_is_found_even_with_a_new_checksum(number: int) -> None:
    entry = bytearray(FRAMES[number - 1][8:])
    entry[60] ^= 1
    frames = [*FRAMES[: number - 1], framed(bytes(entry)), *FRAMES[number:]]
    codes = found(frames)
    assert ("edited", number) in codes
    assert ("relinked", number + 1) in codes


def test_a_journal_written_anew_under_another_key_is_found_whole() -> None:
    assert found(journal(OTHER)) == [("edited", number) for number in range(1, COUNT + 1)]


@given(st.permutations(FRAMES))
@settings(max_examples=200)
def test_reordered_entries_are_found(frames: list[bytes]) -> None:
    codes = {code for code, _ in found(frames)}
    if frames == FRAMES:
        assert codes == set()
    else:
        assert codes & {"moved", "missing"}


@given(st.integers(0, len(b"".join(FRAMES)) - 1), st.integers(1, 255))
@settings(max_examples=300)
def test_every_changed_octet_is_found(place: int, change: int) -> None:
    octets = bytearray(b"".join(FRAMES))
    octets[place] ^= change
    assert verify_journal(bytes(octets), PUBLIC).faults


def test_an_unfinished_end_is_told_as_such() -> None:
    assert found([*FRAMES, FRAMES[0][:30]]) == [("unfinished", COUNT + 1)]


def test_the_command_says_the_verdict_by_its_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gate.journal"
    file.write_bytes(b"".join(FRAMES))
    assert main(["verify-journal", str(file), "--key", OWN.signing_public.hex()]) == 0
    file.write_bytes(b"".join([*FRAMES[:4], *FRAMES[5:]]))
    capsys.readouterr()
    assert main(["verify-journal", str(file), "--key", OWN.signing_public.hex(), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(fault["code"], fault["number"]) for fault in told["faults"]] == [("missing", 5)]
    assert main(["verify-journal", str(file)]) == 2
    assert "--key" in capsys.readouterr().err
