"""Frames come whole or not at all, however the line cuts, spoils or mixes them."""

from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs.osdp import frame
from firmware_bridge.codecs.osdp.frame import Frame, FrameDecoder
from tests.bridge.osdp_reader import crc

MAC = b"MAC!"


def built(address: int, sequence: int, code: int, data: bytes, security: bytes | None, is_reply: bool) -> bytes:
    begun = frame.begun(address, sequence, code, data, security=security, is_reply=is_reply)
    return frame.ended(begun, MAC if security is not None and security[0] in frame.WITH_MAC else b"")


frames = st.builds(
    built,
    address=st.integers(0, 126),
    sequence=st.integers(0, 3),
    code=st.integers(0, 255),
    data=st.binary(max_size=300),
    security=st.none() | st.sampled_from([b"\x11\x01", b"\x12\x00", b"\x15", b"\x18", b"\x16"]),
    is_reply=st.booleans(),
)


def read(octets: bytes, cuts: list[int] | None = None) -> list[Frame]:
    decoder = FrameDecoder()
    places = [0, *sorted(cut % (len(octets) + 1) for cut in cuts or []), len(octets)]
    return [found for start, end in pairwise(places) for found in decoder.feed(octets[start:end])]


def test_a_poll_is_the_frame_of_the_specification() -> None:
    """Seen on the wire between libosdp's panel and its reader."""
    assert frame.ended(frame.begun(0x65, 0, 0x60)).hex() == "53650800046060" + "90"
    (found,) = read(bytes.fromhex("5365080004606090"))
    assert (found.address, found.is_reply, found.sequence, found.code, found.data) == (0x65, False, 0, 0x60, b"")


@given(st.binary(max_size=100))
def test_the_crc_is_that_of_the_annex(octets: bytes) -> None:
    assert frame.crc16(octets).to_bytes(2, "little") == crc(octets)


@given(st.lists(frames, max_size=5), st.lists(st.integers(0, 2000), max_size=30))
def test_frames_come_whole_and_in_order_however_they_are_cut(sent: list[bytes], cuts: list[int]) -> None:
    octets = b"".join(sent)
    whole = read(octets)
    assert [one.signed for one in whole] == [one[: -6 if one[4] & 8 and one[6] > 0x14 else -2] for one in sent]
    assert read(octets, cuts) == whole
    assert read(octets, list(range(len(octets)))) == whole


@settings(max_examples=300)
@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=20))
def test_any_octets_read_the_same_in_any_chunks_and_raise_nothing(octets: bytes, cuts: list[int]) -> None:
    spoiled = octets.replace(b"\0", b"\x53")
    assert read(spoiled, cuts) == read(spoiled)


@settings(max_examples=300)
@given(frames, st.data())
def test_a_changed_octet_is_never_taken_for_the_frame(one: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(one) - 1))
    spoiled = bytearray(one)
    spoiled[place] ^= data.draw(st.integers(1, 255))
    (sound,) = read(one)
    assert sound not in read(bytes(spoiled))


@given(st.binary(max_size=80), frames)
def test_after_noise_and_a_pause_the_next_frame_is_read(noise: bytes, one: bytes) -> None:
    decoder = FrameDecoder()
    decoder.feed(noise)
    decoder.clear()
    assert len(decoder.feed(one)) == 1


@given(st.binary(max_size=40).filter(lambda noise: b"\x53" not in noise), frames)
def test_noise_before_a_frame_does_not_hide_it(noise: bytes, one: bytes) -> None:
    assert read(noise + one) == read(one)


@given(frames, st.integers(1, 300), frames)
@example(built(0, 0, 0, b"", None, False), 2, built(5, 0, 0x60, b"", None, False))
@example(built(0, 0, 0, b"S\x00\xa0\x05", None, False), 10, built(0, 0, 0x60, b"", None, False))
def test_a_frame_cut_in_the_middle_does_not_hide_the_next_ones(one: bytes, cut: int, other: bytes) -> None:
    """Nor does it delay them: with its last octet the next frame is there, whatever length the cut one claims."""
    begun = one[: min(cut, len(one) - 2)]
    # One that finds its last octets in the next one's first is not cut: it is whole, and the next one is.
    assume(not (begun + other).startswith(one))
    assert read(begun + other)[-1:] == read(other)


@given(frames, st.integers(1, 300), frames, frames)
def test_after_a_cut_frame_every_octet_is_either_skipped_or_in_a_frame(
    one: bytes, cut: int, other: bytes, last: bytes
) -> None:
    decoder, begun = FrameDecoder(), one[: min(cut, len(one) - 2)]
    assume(not (begun + other).startswith(one))
    whole = decoder.feed(begun + other + last)
    assert len(whole) == 2
    assert decoder.skipped == len(begun)
    assert decoder.missing == 0


def test_no_more_than_the_longest_frame_is_ever_held() -> None:
    decoder = FrameDecoder(64)
    for _ in range(1000):
        decoder.feed(b"\x53\x80\x40\x00\x0c")
        decoder.feed(b"\x53\xff\xff\xff" * 10)
        assert len(decoder._octets) <= 64


@given(frames)
def test_what_is_missing_is_known_from_the_head_on(one: bytes) -> None:
    decoder = FrameDecoder()
    for place in range(4, len(one)):
        decoder.clear()
        decoder.feed(one[:place])
        assert decoder.missing == len(one) - place
