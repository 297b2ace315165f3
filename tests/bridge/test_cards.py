"""Card numbers come whole and checked, or not at all."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs.cards import FramedCardCodec, NumberCardCodec
from firmware_bridge.codecs.codes import Dropped, Scan, Why


def framed(number: bytes) -> bytes:
    check = 0
    for octet in number:
        check ^= octet
    return b"\x02" + (number + bytes([check])).hex().upper().encode() + b"\x03"


numbers = st.binary(min_size=5, max_size=5)


def test_the_example_of_the_makers_sheet_is_read() -> None:
    assert FramedCardCodec().feed(b"\x0262E3086CED08\x03", 0.0) == [Scan("62E3086CED")]


@given(st.lists(numbers, max_size=5), st.lists(st.integers(0, 80), max_size=10))
def test_cards_come_whole_and_in_order_however_they_are_cut(cards: list[bytes], cuts: list[int]) -> None:
    data = b"".join(framed(card) for card in cards)
    for places in (sorted(cut % (len(data) + 1) for cut in cuts), list(range(len(data)))):
        codec = FramedCardCodec()
        found = [e for a, b in pairwise([0, *places, len(data)]) for e in codec.feed(data[a:b], 0.0)]
        assert found == [Scan(card.hex().upper()) for card in cards]


@settings(max_examples=300)
@given(st.binary(max_size=200), numbers)
def test_after_any_octets_the_next_card_is_read(noise: bytes, card: bytes) -> None:
    codec = FramedCardCodec()
    codec.feed(noise, 0.0)
    assert codec.feed(framed(card), 0.0)[-1] == Scan(card.hex().upper())


@settings(max_examples=300)
@given(numbers, st.data())
def test_a_changed_octet_is_never_another_card(card: bytes, data: st.DataObject) -> None:
    octets = bytearray(framed(card))
    octets[data.draw(st.integers(0, 13))] ^= data.draw(st.integers(1, 255))
    found = FramedCardCodec().feed(bytes(octets), 0.0)
    assert all(event == Scan(card.hex().upper()) for event in found if isinstance(event, Scan)), "letters may be small"


def test_a_half_card_is_dropped_after_half_a_second_and_at_a_cut() -> None:
    codec = FramedCardCodec()
    codec.feed(b"\x0262E3", 0.0)
    assert codec.feed(b"", 0.6) == [Dropped(Why.HALF_LINE, 5)]
    codec.feed(b"\x0262E3", 1.0)
    assert codec.lost() == [Dropped(Why.HALF_LINE, 5)]
    assert codec.lost() == []


@pytest.mark.parametrize(("sent", "read"), [(b"04a1b2c3\r\n", "04A1B2C3"), (b"0007123456\r", "0007123456")])
def test_a_bare_number_is_read(sent: bytes, read: str) -> None:
    assert NumberCardCodec().feed(sent, 0.0) == [Scan(read)]


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_nothing_but_a_number_is_a_card(octets: bytes) -> None:
    codec = NumberCardCodec()
    for event in codec.feed(octets, 0.0):
        assert isinstance(event, Dropped) or (4 <= len(event.text) <= 20 and int(event.text, 16) >= 0)
    assert codec.feed(b"", 2.0) is not None
    assert codec.feed(b"\r04A1B2C3\r", 2.0)[-1] == Scan("04A1B2C3")
