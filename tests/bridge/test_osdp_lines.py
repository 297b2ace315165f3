"""The panel on lines as they are: busy, cut, noisy, babbling readers."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs.osdp import commands
from firmware_bridge.codecs.osdp.events import Event, Offline, Online, Said, Why
from firmware_bridge.codecs.osdp.panel import Panel, Wired
from firmware_bridge.codecs.osdp.remote import BUSY_LONGEST, LONGEST_PAUSE
from firmware_bridge.codecs.osdp.replies import Card
from tests.bridge.osdp_line import KEY, Line
from tests.bridge.osdp_reader import OsdpReader

RAW, KEYPAD, MFGREP = 0x50, 0x53, 0x90


def raw(octets: bytes) -> tuple[int, bytes]:
    return RAW, b"\0\0" + (len(octets) * 8).to_bytes(2, "little") + octets


def cards(line: Line) -> list[bytes]:
    return [e.content.octets for _, e in line.events if isinstance(e, Said) and isinstance(e.content, Card)]


def of(events: list[Event], kind: type) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def test_a_busy_reader_is_asked_again_with_the_same_frame() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.3)
    reader.busy = 5
    reader.to_say.append(raw(b"AFTER A WHILE"))
    line.panel.submit(0, commands.sound(1))
    events = line.run(1)
    assert cards(line) == [b"AFTER A WHILE"]
    assert not of(events, Offline)
    assert [code for code, _ in reader.did].count(0x6A) == 1


def test_a_reader_that_stays_busy_is_given_up_and_taken_up_again() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.3)
    reader.busy = 10_000
    assert Offline(0, Why.SILENT) in line.run(BUSY_LONGEST + 0.5)
    reader.busy = 0
    assert Online(0) in line.run(3)


@pytest.mark.parametrize("baud", [9600, 38_400, 115_200])
def test_long_codes_have_the_time_that_a_slow_line_needs(baud: int) -> None:
    readers = [OsdpReader(n, KEY) for n in range(3)]
    line = Line(*readers, baud=baud)
    line.run(2)
    for reader in readers:
        reader.to_say.append(raw(bytes([reader.address]) * 220))
    line.run(3)
    assert sorted(cards(line)) == [bytes([n]) * 220 for n in range(3)]
    assert not of([event for _, event in line.events], Offline)


@pytest.mark.parametrize("seconds", [0.05, 0.3, 1.5, 12, 600])
def test_after_a_cable_cut_the_reader_is_back_within_three_seconds(seconds: float) -> None:
    readers = [OsdpReader(n, KEY) for n in range(8)]
    line = Line(*readers)
    line.run(1)
    line.bus.cut(-1)
    line.run(seconds)
    line.bus.mend(-1)
    for reader in readers:
        reader.to_say.append(raw(b"%d" % reader.address))
    line.run(3)
    assert sorted(cards(line)) == [b"%d" % n for n in range(8)]


def test_one_dead_reader_does_not_hold_up_the_other_seven() -> None:
    readers = [OsdpReader(n, KEY, deaf=n == 3) for n in range(8)]
    line = Line(*readers)
    line.run(5)
    assert Offline(3, Why.SILENT) in [event for _, event in line.events]
    waited = []
    chance = Random(1)
    for n in range(40):
        reader = readers[chance.choice([0, 1, 2, 4, 5, 6, 7])]
        reader.to_say.append(raw(b"%d" % n))
        shown = line.now
        line.run(0.5 + chance.random())
        waited.append(next(at for at, e in line.events if isinstance(e, Said) and cards_of(e) == b"%d" % n) - shown)
    assert sorted(waited)[36] < 0.25
    assert max(waited) < 0.5


def cards_of(event: Said) -> bytes:
    return event.content.octets if isinstance(event.content, Card) else b""


@pytest.mark.parametrize("place", range(1, 60, 3))
def test_a_reply_cut_in_the_middle_costs_no_code(place: int) -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.5)
    reader.to_say.append(raw(b"A CODE OF A FEW OCTETS"))
    cuts = [place]
    honest = reader.hears

    def cut(octets: bytes) -> bytes:
        reply = honest(octets)
        return reply[: cuts.pop()] if cuts and len(reply) > 40 else reply

    reader.hears = cut  # type: ignore[method-assign]
    line.run(1.5)
    assert cards(line) == [b"A CODE OF A FEW OCTETS"]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([0.0005, 0.002, 0.01]))
def test_on_a_noisy_line_no_code_is_changed_and_none_is_invented(seed: int, noise: float) -> None:
    readers = [OsdpReader(n, KEY) for n in range(2)]
    line = Line(*readers, seed=seed)
    line.bus.flipped = line.bus.dropped = noise
    shown = []
    for n in range(20):
        readers[n % 2].to_say.append(raw(b"CODE %d" % n))
        shown.append(b"CODE %d" % n)
        line.run(0.3)
    line.bus.flipped = line.bus.dropped = 0.0
    line.run(3)
    assert set(cards(line)) <= set(shown)
    assert len(cards(line)) == len(set(cards(line))), "no code twice"
    for reader in readers:
        reader.to_say.append(raw(b"QUIET %d" % reader.address))
    line.run(1)
    assert {b"QUIET 0", b"QUIET 1"} <= set(cards(line)), "a quiet line is heard again at once"


def test_with_light_noise_every_code_arrives() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader, seed=7)
    line.bus.flipped = 0.0005
    for n in range(100):
        reader.to_say.append(raw(b"CODE %d" % n))
        line.run(0.5)
    line.run(3)
    assert len(set(cards(line))) >= 99


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=300), max_size=30), st.integers(0, 100))
def test_a_line_full_of_nonsense_raises_nothing_and_is_heard_again(nonsense: list[bytes], seed: int) -> None:
    reader = OsdpReader(0, KEY)
    feed = iter(nonsense)
    line = Line(reader, seed=seed, to_panel=lambda octets: next(feed, octets))
    line.run(60)
    reader.to_say.append(raw(b"NEXT"))
    line.run(3)
    assert b"NEXT" in cards(line)


def test_a_babbling_node_does_not_hold_the_line_for_ever() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.5)
    for _ in range(3000):
        line.bus.send(9, b"\x53\x80\xff\x01\x0c", line.now)
        line.run(0.001)
    reader.to_say.append(raw(b"NEXT"))
    line.run(3)
    assert cards(line) == [b"NEXT"]


def test_a_reader_that_starts_again_is_back_at_once() -> None:
    """It has lost its session and says so in clear, the only thing that is taken in clear."""
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(1)
    reader.session, reader.sequence = False, -1
    reader.to_say.append(raw(b"NEXT"))
    events = line.run(0.5)
    assert cards(line) == [b"NEXT"]
    assert not of(events, Offline)


def test_the_panel_says_itself_how_long_it_can_wait() -> None:
    line = Line(OsdpReader(0, KEY, deaf=True))
    waits = []
    for _ in range(5000):
        line.run(0.001)
        waits.append(line.panel.wait(line.now))
    assert 0.5 < max(waits) <= LONGEST_PAUSE + 0.001
    assert min(waits) >= 0


def test_sequence_numbers_go_from_one_to_three_and_from_zero_at_a_beginning() -> None:
    line = Line(OsdpReader(0, KEY))
    line.run(1)
    numbers = [octets[4] & 3 for octets in line.said]
    assert numbers[:5] == [0, 1, 2, 3, 1]
    assert all((before, after) in {(1, 2), (2, 3), (3, 1)} for before, after in pairwise(numbers[1:]))


@pytest.mark.parametrize("readers", [[], [Wired(0, KEY)] * 2, [Wired(n, KEY) for n in range(9)]])
def test_a_line_has_one_to_eight_readers_of_different_addresses(readers: list[Wired]) -> None:
    random: Callable[[int], bytes] = Random(1).randbytes
    with pytest.raises(ValueError, match="line"):
        Panel(readers, 9600, random=random)


def told_of(octets: int, baud: int) -> tuple[Line, list[Event]]:
    """A line on which a code of so many octets is held up, then another, and one at the neighbour."""
    reader, neighbour = OsdpReader(0, KEY), OsdpReader(1, KEY)
    line = Line(reader, neighbour, baud=baud)
    line.run(0.5)
    reader.to_say += [raw(b"A" * octets), raw(b"NEXT")]
    neighbour.to_say.append(raw(b"BESIDE"))
    return line, line.run(8)


@pytest.mark.parametrize("octets", [231, 512, 1000, 1400])
@pytest.mark.parametrize("baud", [9600, 38_400, 115_200])
def test_the_longest_code_a_frame_can_hold_is_read_whole_and_the_reader_stays_online(octets: int, baud: int) -> None:
    line, events = told_of(octets, baud)
    assert sorted(cards(line)) == [b"A" * octets, b"BESIDE", b"NEXT"]
    assert not of(events, Offline)


def test_a_code_of_two_thousand_octets_is_no_frame_and_leaves_the_reader_online() -> None:
    line, events = told_of(2000, 115_200)
    assert sorted(cards(line)) == [b"BESIDE", b"NEXT"]
    assert not of(events, Offline)


def test_on_a_slow_line_the_reader_that_says_it_again_and_again_is_back_within_three_seconds() -> None:
    """Half a second of nonsense each time, and three times: the line is its own again after that."""
    line, _ = told_of(2000, 38_400)
    assert sorted(cards(line)) == [b"BESIDE", b"NEXT"]
    gone = [at for at, event in line.events if isinstance(event, Offline)]
    back = [at for at, event in line.events if isinstance(event, Online)]
    assert max(back) - min(gone) < 3
