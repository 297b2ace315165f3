"""What Janus recorded, read back: packets that came twice, late or not at all, a number that goes round, a cut file."""

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.gateways.janus.mjr import NotRecorded, picture_size, read_recorded
from service.gateways.janus.shelf import Shelf

KEY = b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 480) + b"key"
"""The beginning of a picture that can be shown by itself: 640 by 480."""


def packet(number: int, clock: int, payload: bytes, *, last: bool = True) -> bytes:
    """RFC 3550, with an extension and padding, as browsers send them."""
    head = struct.pack(">BBHII", 0x80 | 16 | 32, 96 | (0x80 if last else 0), number % 65536, clock % (1 << 32), 7)
    return head + struct.pack(">HHI", 0xBEDE, 1, 0) + payload + b"\0\0\x03"


def recording(file: Path, kind: str, packets: list[tuple[int, bytes]], began_ms: int = 1_700_000_000_000) -> Path:
    codec = {"a": "opus", "v": "vp8"}[kind]
    header = json.dumps({"t": kind, "c": codec, "s": 1, "u": began_ms * 1000}).encode()
    written = b"MJR00002" + struct.pack(">H", len(header)) + header
    for came, one in packets:
        written += b"MEET" + struct.pack(">IH", came, len(one)) + one
    file.write_bytes(written)
    return file


def sounds(count: int, first: int = 65530) -> list[tuple[int, bytes]]:
    clock = (1 << 32) - 960 * 3
    return [(20 * n, packet(first + n, clock + 960 * n, b"sound %d" % n)) for n in range(count)]


def duration(file: bytes) -> float:
    """In milliseconds, as the file says."""
    said: float = struct.unpack(">d", file.split(b"\x44\x89" + (8 | 1 << 56).to_bytes(8))[1][:8])[0]
    return said


def pictures(count: int) -> list[list[tuple[int, bytes]]]:
    """Each of two packets, every fourth a key picture; with a picture number of 15 bits in the descriptor."""
    made = []
    for n in range(count):
        data = KEY if n % 4 == 0 else b"\x11moved %d" % n
        more = b"\x80\x80\x12"
        both = [(b"\x90" + more + data[:6], False), (b"\x80" + more + data[6:], True)]
        made.append([(66 * n, packet(2 * n + i, 6000 * n, one, last=end)) for i, (one, end) in enumerate(both)])
    return made


@given(order=st.permutations(range(12)), twice=st.integers(0, 11))
def test_sound_stands_in_the_order_in_which_it_was_sent(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], twice: int
) -> None:
    sent = sounds(12)
    came = sent[:1] + [sent[n] for n in order if n] + [sent[twice]]
    read = read_recorded(recording(tmp_path_factory.mktemp("mjr") / "a.mjr", "a", came))
    assert [one.data for one in read.frames] == [b"sound %d" % n for n in range(12)]
    assert [one.at for one in read.frames] == [20 * n for n in range(12)]


@given(lost=st.sets(st.integers(0, 31), max_size=6))
def test_after_a_lost_packet_nothing_is_shown_before_a_picture_that_stands_by_itself(
    tmp_path_factory: pytest.TempPathFactory, lost: set[int]
) -> None:
    made = pictures(16)
    came = [one for n, both in enumerate(made) for i, one in enumerate(both) if 2 * n + i not in lost]
    read = read_recorded(recording(tmp_path_factory.mktemp("mjr") / "v.mjr", "v", came))
    expected, whole = [], False
    for n in range(16):
        complete = not {2 * n, 2 * n + 1} & lost
        whole = complete and (whole or n % 4 == 0)
        if whole:
            expected.append(KEY if n % 4 == 0 else b"\x11moved %d" % n)
    assert [one.data for one in read.frames] == expected
    assert all(picture_size(one) == ((640, 480) if one.key else (0, 0)) for one in read.frames)


@pytest.mark.parametrize("left", [60, 61, 90, 200])
def test_a_file_that_was_cut_short_has_what_was_whole(tmp_path: Path, left: int) -> None:
    file = recording(tmp_path / "a.mjr", "a", sounds(12))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - left])
    assert 0 < len(read_recorded(file).frames) < 12


@pytest.mark.parametrize("octets", [b"", b"MJR00002\x00\x05{", b"MJR00001\x00\x02{}", b"x" * 40])
def test_what_is_no_recording_is_refused(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "x.mjr").write_bytes(octets)
    with pytest.raises(NotRecorded):
        read_recorded(tmp_path / "x.mjr")


def test_a_page_that_came_again_goes_on_where_it_came_and_the_officers_own_is_no_track(tmp_path: Path) -> None:
    name = "videoroom-abc-user-{}.{}-17-audio-0.mjr"
    recording(tmp_path / name.format("relative", 1), "a", sounds(5), 1_700_000_000_000)
    recording(tmp_path / name.format("relative", 2), "a", sounds(5), 1_700_000_009_000)
    recording(tmp_path / name.format("convict", 3), "a", sounds(5), 1_700_000_001_000)
    recording(tmp_path / name.format("supervisor", 4), "a", sounds(5))
    (tmp_path / name.format("relative", 5)).write_bytes(b"")
    (tmp_path / "another.mjr").write_bytes(b"of somebody else")
    shelf = Shelf(tmp_path)
    assert shelf.calls() == {"abc"}
    assert [one.party for one in shelf.tracks("abc")] == ["convict", "relative"]
    files = {one.party: b"".join(one.octets()) for one in shelf.tracks("abc")}
    lasts = {party: duration(file) for party, file in files.items()}
    assert lasts == {"convict": 1081.0, "relative": 9081.0}, "both are counted from one beginning"
    assert files["relative"].count(b"sound") == 10
    shelf.clear("abc")
    assert [one.name for one in tmp_path.iterdir()] == ["another.mjr"]
