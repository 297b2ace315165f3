"""The journal keeps every record it acknowledged, says when one is missing, and repairs only a torn end."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.disk import DiskFile, InUse
from firmware_bridge.fakes import MemoryFile
from firmware_bridge.journal import NOTHING_BEFORE, Journal, JournalDamaged, NotRecorded

FACTS: list[dict[str, Any]] = [
    {"kind": "start", "at": "2026-03-14T03:00:00+00:00"},
    {"kind": "scan", "token": "KZP1:" + "W62*8 $%+-./:" * 11, "reader": "кіру-1"},
    {"kind": "decision", "of": 2, "verdict": "admit", "reason": None},
]


def filled(facts: list[dict[str, Any]] = FACTS) -> MemoryFile:
    file = MemoryFile()
    journal = Journal(file)
    for fact in facts:
        journal.append(fact)
    return file


def facts_in(octets: bytes) -> list[dict[str, Any]]:
    return [dict(record.facts) for record in Journal(MemoryFile(octets)).taken_over()]


def lengths() -> list[int]:
    """Length of the file after each record."""
    return [len(filled(FACTS[:count]).written) for count in range(len(FACTS) + 1)]


def test_what_was_written_is_read_at_the_next_start_in_order_and_numbered() -> None:
    records = Journal(MemoryFile(bytes(filled().written))).taken_over()
    assert [record.sequence for record in records] == [1, 2, 3]
    assert [dict(record.facts) for record in records] == FACTS


def test_the_head_goes_on_after_a_restart() -> None:
    file = filled()
    again = Journal(MemoryFile(bytes(file.written)))
    sequence, digest = again.head
    assert sequence == 3
    assert digest == again.taken_over()[-1].digest
    assert again.append({"kind": "start"}) == 4
    assert Journal(MemoryFile()).head == (0, NOTHING_BEFORE)


def test_cut_at_every_octet_the_whole_records_stay_and_the_torn_one_goes() -> None:
    octets, ends = bytes(filled().written), lengths()
    for length in range(len(octets) + 1):
        file = MemoryFile(octets[:length])
        journal = Journal(file)
        whole = max(count for count, end in enumerate(ends) if end <= length)
        assert journal.torn == length - ends[whole]
        assert [dict(record.facts) for record in journal.taken_over()] == FACTS[:whole]
        journal.append({"kind": "after the cut"})
        assert facts_in(bytes(file.written)) == [*FACTS[:whole], {"kind": "after the cut"}]


@pytest.mark.parametrize("filling", [b"\0", b"\xff"])
def test_a_last_record_whose_end_never_reached_the_disk_is_cut(filling: bytes) -> None:
    octets, ends = bytes(filled().written), lengths()
    for length in range(ends[2], ends[3]):
        torn = octets[:length] + filling * (len(octets) - length)
        if torn != octets:
            assert facts_in(torn) == FACTS[:2]


@settings(max_examples=400)
@given(st.data())
def test_a_changed_octet_before_the_last_record_is_damage_and_not_repaired(data: st.DataObject) -> None:
    octets = bytearray(filled().written)
    place = data.draw(st.integers(0, lengths()[2] - 1))
    octets[place] ^= data.draw(st.integers(1, 255))
    file = MemoryFile(bytes(octets))
    with pytest.raises(JournalDamaged):
        Journal(file)
    assert file.written == octets


def test_a_record_taken_out_of_the_middle_is_damage() -> None:
    octets, ends = bytes(filled().written), lengths()
    with pytest.raises(JournalDamaged, match="after record 1"):
        Journal(MemoryFile(octets[: ends[1]] + octets[ends[2] :]))


def test_an_edited_record_with_a_new_checksum_is_damage() -> None:
    other = bytes(filled([FACTS[0], {**FACTS[1], "reader": "шығу-1"}]).written)
    octets, ends = bytes(filled().written), lengths()
    with pytest.raises(JournalDamaged, match="after record 2"):
        Journal(MemoryFile(other + octets[ends[2] :]))


def test_every_record_is_on_the_disk_before_append_returns() -> None:
    done: list[str] = []
    file = MemoryFile(did=done.append)
    journal = Journal(file)
    for fact in FACTS:
        journal.append(fact)
        assert file.durable == bytes(file.written)
    assert done == ["append", "sync"] * len(FACTS)


def test_on_a_full_disk_nothing_is_acknowledged_and_space_heals_it_without_a_restart() -> None:
    file = filled()
    journal = Journal(file)
    file.full = True
    for _ in range(3):
        with pytest.raises(NotRecorded, match="No space left"):
            journal.append({"kind": "lost"})
    file.full = False
    assert journal.append({"kind": "kept"}) == 4
    assert facts_in(bytes(file.written)) == [*FACTS, {"kind": "kept"}]


def failing(name: str) -> Callable[[str], None]:
    def did(step: str) -> None:
        if step == name:
            raise OSError(errno.EIO, "Input/output error")

    return did


@pytest.mark.parametrize("step", ["append", "sync"])
def test_a_failing_disk_is_said_and_not_acknowledged(step: str) -> None:
    journal = Journal(MemoryFile(did=failing(step)))
    with pytest.raises(NotRecorded, match="Input/output"):
        journal.append(FACTS[0])
    assert journal.head == (0, NOTHING_BEFORE)


def test_a_record_too_large_to_be_read_again_is_not_written() -> None:
    file = MemoryFile()
    with pytest.raises(NotRecorded, match="octets"):
        Journal(file).append({"token": "A" * 5_000})
    assert not file.written


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=50) | st.integers(), max_size=3), max_size=8))
def test_any_facts_are_read_back(facts: list[dict[str, Any]]) -> None:
    assert facts_in(bytes(filled(facts).written)) == facts


def test_the_file_on_the_disk_is_kept_and_belongs_to_one_bridge(tmp_path: Path) -> None:
    path = tmp_path / "gate.journal"
    file = DiskFile(path)
    Journal(file).append(FACTS[0])
    with pytest.raises(InUse):
        DiskFile(path)
    file.close()
    path.write_bytes(path.read_bytes() + b"torn")
    again = DiskFile(path)
    journal = Journal(again)
    assert journal.torn == 4
    journal.append(FACTS[1])
    again.close()
    assert facts_in(path.read_bytes()) == FACTS[:2]
    assert path.stat().st_mode & 0o777 == 0o600
