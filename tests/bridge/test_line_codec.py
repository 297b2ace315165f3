"""Octets off the line become whole codes or nothing, however they are cut and whatever surrounds them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs.codes import Dropped, Scan, Why, is_menu_code
from firmware_bridge.codecs.line import LineCodec

PASS = "KZP1:" + "W62*8 $%+-./:" * 11 + "ABCDEF"
ENDS = [b"\r", b"\n", b"\r\n"]

codes = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=512).filter(
    lambda text: not is_menu_code(text)
)
junk = st.binary(min_size=0, max_size=80)


def together(codec: LineCodec, data: bytes, now: float = 0.0) -> list[Scan | Dropped]:
    return codec.feed(data, now)


def in_chunks(codec: LineCodec, data: bytes, cuts: list[int], now: float = 0.0) -> list[Scan | Dropped]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [event for start, end in pairwise(places) for event in codec.feed(data[start:end], now)]


@pytest.mark.parametrize("end", ENDS)
def test_every_line_end_gives_the_code_once(end: bytes) -> None:
    assert together(LineCodec(), PASS.encode() + end) == [Scan(PASS)]


@given(st.lists(codes, max_size=9), st.sampled_from(ENDS), st.lists(st.integers(0, 5000), max_size=20))
def test_codes_arrive_whole_and_in_order_however_they_are_cut(texts: list[str], end: bytes, cuts: list[int]) -> None:
    data = b"".join(text.encode() + end for text in texts)
    assert in_chunks(LineCodec(), data, cuts) == [Scan(text) for text in texts]


@settings(max_examples=500)
@given(st.binary(max_size=3000), st.lists(st.integers(0, 3000), max_size=30))
def test_any_octets_read_the_same_in_any_chunks(data: bytes, cuts: list[int]) -> None:
    whole = together(LineCodec(longest=40), data)
    assert in_chunks(LineCodec(longest=40), data, cuts) == whole
    assert in_chunks(LineCodec(longest=40), data, list(range(len(data)))) == whole


@settings(max_examples=500)
@given(junk, codes, st.sampled_from(ENDS))
def test_after_any_noise_and_a_pause_the_next_code_is_read(noise: bytes, text: str, end: bytes) -> None:
    codec = LineCodec()
    codec.feed(noise, 0.0)
    assert codec.feed(text.encode() + end, 1.01)[-1] == Scan(text)


@given(junk.filter(lambda noise: not set(noise) & set(b"\r\n") and set(noise) - set(range(0x20, 0x7F))))
def test_noise_that_runs_into_a_code_takes_the_code_with_it(noise: bytes) -> None:
    assert together(LineCodec(), noise + PASS.encode() + b"\r") == [Dropped(Why.NOISE, len(noise) + len(PASS))]


@given(st.integers(1, len(PASS) - 1))
def test_a_half_line_is_dropped_after_half_a_second(length: int) -> None:
    codec = LineCodec()
    assert codec.feed(PASS[:length].encode(), 0.0) == []
    assert codec.feed(b"", 0.5) == []
    assert codec.feed(b"", 0.51) == [Dropped(Why.HALF_LINE, length)]
    assert codec.feed(PASS[length:].encode() + b"\r", 0.52) == [Scan(PASS[length:])]


def test_a_slow_line_is_no_half_line() -> None:
    codec = LineCodec()
    events = [event for n, octet in enumerate(PASS.encode() + b"\r") for event in codec.feed(bytes([octet]), n * 0.4)]
    assert events == [Scan(PASS)]


def test_a_code_of_two_thousand_octets_is_dropped_and_the_next_is_read() -> None:
    codec = LineCodec()
    events = codec.feed(b"A" * 2_000 + b"\r" + PASS.encode() + b"\r", 0.0)
    assert events == [Dropped(Why.TOO_LONG, 2_000), Scan(PASS)]


@given(st.integers(500, 530))
def test_the_longest_line_is_512_octets(length: int) -> None:
    (event,) = together(LineCodec(), b"A" * length + b"\r")
    assert isinstance(event, Scan) == (length <= 512)


def test_an_endless_line_is_not_kept() -> None:
    codec = LineCodec()
    for second in range(200):
        assert codec.feed(b"A" * 10_000, second * 0.1) == []
    assert len(codec._line) == 512
    assert codec.feed(b"\r" + PASS.encode() + b"\r", 20.0) == [Dropped(Why.TOO_LONG, 2_000_000), Scan(PASS)]


@settings(max_examples=50)
@given(st.lists(st.floats(0, 0.3), min_size=1, max_size=200))
def test_no_flood_brings_more_than_ten_codes_in_any_second(pauses: list[float]) -> None:
    codec, now, accepted = LineCodec(), 0.0, list[float]()
    for pause in pauses:
        now += pause
        for event in codec.feed(b"A\r", now):
            if isinstance(event, Scan):
                accepted.append(now)
            else:
                assert event == Dropped(Why.FLOOD, 1)
    assert all(later - earlier >= 1.0 for earlier, later in zip(accepted, accepted[10:], strict=False))


def test_after_a_flood_the_reader_is_heard_again() -> None:
    codec = LineCodec()
    assert codec.feed(b"A\r" * 1_000, 0.0).count(Scan("A")) == 10
    assert codec.feed(PASS.encode() + b"\r", 1.0) == [Scan(PASS)]


def test_a_configured_prefix_is_taken_off_and_others_are_not() -> None:
    codec = LineCodec(prefixes=["]Q", "]Q1"])
    assert codec.feed(b"]Q1KZP1:A\r]C0KZP1:B\rKZP1:C\r", 0.0) == [
        Scan("KZP1:A"),
        Scan("]C0KZP1:B"),
        Scan("KZP1:C"),
    ]


def test_a_cut_line_takes_its_half_code_with_it() -> None:
    codec = LineCodec()
    codec.feed(b"KZP1:HALF", 0.0)
    assert codec.lost() == [Dropped(Why.HALF_LINE, 9)]
    assert codec.lost() == []
    assert codec.feed(b"KZP1:NEXT\r", 0.1) == [Scan("KZP1:NEXT")]
