"""Under SSI every code arrives once and whole, and every message is acknowledged."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.actuate.ssi import commands
from firmware_bridge.codecs.codes import Dropped, Scan, Why, is_menu_code
from firmware_bridge.codecs.ssi import ACK, SEND_AGAIN, TRIES, Operation, SsiCodec, message
from firmware_bridge.decide import Decision, Source, Verdict
from firmware_bridge.simulate.ssi import SsiScanner, packed

PASS = "KZP1:" + "W62*8 $%+-./:" * 11 + "ABCDEF"
texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=200).filter(
    lambda text: not is_menu_code(text)
)


def decoded(text: str, status: int = 0) -> bytes:
    return packed(0xF3, b"\x1c" + text.encode(), status)


def test_messages_are_those_of_the_programmers_guide() -> None:
    assert bytes.fromhex("04D00400FF28") == ACK
    assert bytes.fromhex("05D1040001FF25") == SEND_AGAIN
    assert message(Operation.LED_ON, b"\x01") == bytes.fromhex("05E7040001FF0F")
    assert message(Operation.LED_OFF, b"\x01") == bytes.fromhex("05E8040001FF0E")
    assert message(0xA3) == bytes.fromhex("04A30400FF55")


def test_a_code_is_read_and_acknowledged() -> None:
    codec = SsiCodec()
    assert codec.feed(decoded(PASS), 0.0) == [Scan(PASS)]
    assert codec.outgoing(0.0) == ACK
    assert codec.outgoing(0.0) == b""


@given(st.lists(texts, max_size=5), st.lists(st.integers(0, 1200), max_size=20))
def test_codes_arrive_whole_and_in_order_however_they_are_cut(codes: list[str], cuts: list[int]) -> None:
    data = b"".join(decoded(code) for code in codes)
    for places in (sorted(cut % (len(data) + 1) for cut in cuts), list(range(len(data)))):
        codec = SsiCodec()
        ends = [0, *places, len(data)]
        assert [e for a, b in pairwise(ends) for e in codec.feed(data[a:b], 0.0)] == [Scan(code) for code in codes]
        assert codec.outgoing(0.0) == ACK * len(codes)


@settings(max_examples=300)
@given(st.binary(max_size=600), st.lists(st.integers(0, 600), max_size=20))
def test_any_octets_raise_nothing_and_after_a_pause_the_next_code_is_read(noise: bytes, cuts: list[int]) -> None:
    codec = SsiCodec()
    ends = [0, *sorted(cut % (len(noise) + 1) for cut in cuts), len(noise)]
    for start, end in pairwise(ends):
        codec.feed(noise[start:end], 0.0)
        codec.outgoing(0.0)
    codec.feed(b"", 1.2)
    codec.lost()
    assert codec.feed(decoded(PASS), 1.2)[-1] == Scan(PASS)


@settings(max_examples=300)
@given(texts, st.data())
def test_a_changed_octet_is_never_taken_for_the_code(text: str, data: st.DataObject) -> None:
    octets = bytearray(decoded(text))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    codec = SsiCodec()
    found = codec.feed(bytes(octets), 0.0) + codec.feed(b"", 1.0)
    assert not [event for event in found if isinstance(event, Scan) and event.text == text]
    assert Scan(text) not in found


def test_a_broken_message_is_asked_for_again() -> None:
    codec = SsiCodec()
    broken = bytearray(decoded(PASS))
    broken[20] ^= 1
    (dropped,) = codec.feed(bytes(broken), 0.0) + codec.feed(b"", 0.2)
    assert isinstance(dropped, Dropped)
    assert dropped.why is Why.NOISE
    assert SEND_AGAIN in codec.outgoing(0.2)
    assert codec.feed(decoded(PASS, status=1), 0.3) == [Scan(PASS)]


def test_a_message_sent_again_for_want_of_an_acknowledgement_is_the_same_code() -> None:
    codec = SsiCodec()
    assert codec.feed(decoded(PASS), 0.0) == [Scan(PASS)]
    assert codec.feed(decoded(PASS, status=1), 2.1) == []
    assert codec.outgoing(2.1) == ACK * 2
    assert codec.feed(decoded(PASS), 4.0) == [Scan(PASS)], "held up again it is another scan"


def test_a_code_in_several_messages_is_put_together_and_an_endless_one_is_dropped() -> None:
    codec = SsiCodec()
    assert codec.feed(decoded("A" * 240, 2) + decoded("B" * 100), 0.0) == [Scan("A" * 240 + "B" * 100)]
    long = decoded("A" * 240, 2) * 8 + decoded("B" * 80)
    assert codec.feed(long, 5.0) == [Dropped(Why.TOO_LONG, 2000)]
    assert codec.outgoing(5.0) == ACK * 11, "acknowledged, or the scanner would send it for ever"
    assert codec.feed(decoded(PASS), 6.0) == [Scan(PASS)]


def test_codes_with_strange_octets_menu_codes_and_floods_are_dropped_and_acknowledged() -> None:
    codec = SsiCodec()
    assert codec.feed(packed(0xF3, b"\x1cA\xffB"), 0.0) == [Dropped(Why.NOISE, 3)]
    assert codec.feed(decoded("DEFALT."), 0.0) == [Dropped(Why.MENU_CODE, 7)]
    assert codec.outgoing(0.0) == ACK * 2
    found = codec.feed(b"".join(decoded(f"CODE{n}") for n in range(50)), 1.0)
    assert sum(isinstance(event, Scan) for event in found) == 10
    assert codec.outgoing(1.0) == ACK * 50


def test_commands_go_one_at_a_time_and_three_times_at_most() -> None:
    codec = SsiCodec()
    codec.order(Operation.BEEP, b"\x00")
    codec.order(Operation.LED_ON, b"\x01")
    assert codec.outgoing(0.0) == message(Operation.BEEP, b"\x00")
    assert codec.outgoing(0.1) == b""
    assert codec.wait(0.1) == pytest.approx(0.2)
    for now in (0.35, 0.7):
        assert codec.outgoing(now) == message(Operation.BEEP, b"\x00", status=1)
    assert codec.outgoing(1.1) == message(Operation.LED_ON, b"\x01"), f"after {TRIES} tries the next one goes"
    codec.feed(packed(0xD0), 1.2)
    assert codec.outgoing(1.2) == b""
    assert codec.wait(1.2) is None


@settings(max_examples=40)
@given(st.integers(0, 100_000), st.sampled_from([0.0, 0.002, 0.01]))
def test_over_a_bad_line_every_code_arrives_at_most_once_and_on_a_good_one_exactly_once(seed: int, bad: float) -> None:
    chance = Random(seed)
    scanner, codec = SsiScanner(), SsiCodec()

    def spoiled(octets: bytes) -> bytes:
        kept = (octet for octet in octets if chance.random() >= bad)
        return bytes(octet ^ (1 << chance.randrange(8)) if chance.random() < bad else octet for octet in kept)

    read, now = [], 0.0
    for number in range(20):
        scanner.scan(f"KZP1:CODE {number}".encode())
        for _ in range(120):
            now += 0.1
            read += [e.text for e in codec.feed(spoiled(scanner.say(now)), now) if isinstance(e, Scan)]
            scanner.hears(spoiled(codec.outgoing(now)))
    shown = [f"KZP1:CODE {number}" for number in range(20)]
    assert len(read) == len(set(read))
    if not bad:
        assert read == shown
        assert scanner.given_up == []
    wrong = set(read) - set(shown)
    # Two changed octets can cancel each other in a sum: that is Zebra's, and what the signature of a pass is for.
    assert len(wrong) <= 2


def test_the_scanner_is_told_by_tone_and_light() -> None:
    scanner, codec = SsiScanner(), SsiCodec()
    for verdict in (Verdict.ADMIT, Verdict.REFUSE):
        for operation, data in commands(Decision(verdict, None, Source.OFFLINE)):
            codec.order(operation, data)
    for tenth in range(20):
        scanner.hears(codec.outgoing(tenth / 10))
        codec.feed(scanner.say(tenth / 10), tenth / 10)
    assert scanner.did == [(0xE6, b"\x00"), (0xE7, b"\x01"), (0xE6, b"\x11"), (0xE8, b"\x01")]


def test_a_cut_line_takes_half_codes_and_open_commands_with_it() -> None:
    codec = SsiCodec()
    codec.order(Operation.BEEP, b"\x00")
    codec.feed(decoded(PASS)[:50], 0.0)
    assert codec.lost() == [Dropped(Why.HALF_LINE, 50)]
    assert codec.outgoing(0.0) == b""
    assert codec.feed(decoded(PASS), 0.0) == [Scan(PASS)]
