"""Our panel and libosdp's readers, which share no code. The line's time is passed in: seconds are those of the line."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from firmware_bridge.codecs.osdp import commands, frame
from firmware_bridge.codecs.osdp.commands import Colour, Command
from firmware_bridge.codecs.osdp.events import Done, Event, Ignored, KeySet, Offline, Online, Said, Why
from firmware_bridge.codecs.osdp.panel import Panel, Wired
from firmware_bridge.codecs.osdp.replies import Abilities, Capability, Card, Keys, Reply
from firmware_bridge.codecs.osdp.replies import Line as NewLine
from firmware_bridge.simulate.osdp import SimulatedReader, SteppedReaders

KEY = bytes(range(0xA0, 0xB0))
TICK = 0.001
PATIENT = 30.0
STATUS_ASKED = 9


def is_card(event: Event, octets: bytes) -> bool:
    return isinstance(event, Said) and isinstance(event.content, Card) and event.content.octets == octets


class Peer:
    """A panel, libosdp's readers in their own process, and the line between them."""

    def __init__(self, readers: SteppedReaders, wired: Sequence[Wired], baud: int) -> None:
        self.readers = readers
        self.panel = Panel(wired, baud, random=Random(5).randbytes)
        self.now = 0.0
        self.events: list[Event] = []
        self.heard: list[bytes] = []
        self.to_panel: Callable[[bytes], bytes] = lambda octets: octets
        self.to_readers: Callable[[bytes], bytes] = lambda octets: octets
        self._new: list[Event] = []
        self._next: float | None = None

    def step(self) -> None:
        """Lets time pass up to whatever comes next."""
        out = self.panel.outgoing(self.now)
        came, self._next = self.readers.step(self.now, self.to_readers(out) if out else b"")
        came = self.to_panel(came) if came else b""
        if came:
            self.heard.append(came)
        new = self.panel.feed(came, self.now)
        self.events += new
        self._new += new
        moments = [self.now + self.panel.wait(self.now), *([] if self._next is None else [self._next])]
        self.now = max(self.now + TICK, min(moments))

    def until(self, holds: Callable[[Event], bool], within: float = PATIENT) -> Event:
        """The first event not yet asked about for which it holds."""
        ends = self.now + within
        while True:
            while self._new:
                event = self._new.pop(0)
                if holds(event):
                    return event
            if self.now >= ends:
                raise AssertionError(f"not within {within} seconds of the line; there was {self.events[-20:]}")
            self.step()

    def run(self, seconds: float) -> list[Event]:
        """Lets time pass; answers what the panel told meanwhile."""
        ends, before = self.now + seconds, len(self.events)
        while self.now < ends:
            self.step()
        self._new.clear()
        return self.events[before:]

    def all_online(self, addresses: Sequence[int]) -> None:
        missing = set(addresses)
        while missing:
            online = self.until(lambda event: isinstance(event, Online))
            missing.discard(online.address)

    def card(self, octets: bytes, within: float = PATIENT) -> Event:
        return self.until(lambda event: is_card(event, octets), within)

    def cards(self) -> list[bytes]:
        said = [event.content for event in self.events if isinstance(event, Said)]
        return [content.octets for content in said if isinstance(content, Card)]

    def told(self, address: int, *given: Command) -> list[dict[str, Any]]:
        """Sends commands; answers what the reader's firmware was asked to do."""
        self.readers.done.clear()
        for command in given:
            assert self.panel.submit(address, command)
            done = self.until(lambda event: isinstance(event, Done))
            assert done == Done(address, command.code)
        did = [one["command"] for one in self.readers.done if "command" in one]
        return [command for command in did if command["command"] != STATUS_ASKED]


@contextmanager
def line(
    *readers: SimulatedReader, keys: Sequence[bytes] | None = None, install: bool = False, baud: int = 115_200
) -> Iterator[Peer]:
    with SteppedReaders(readers, baud=baud) as simulated:
        own = keys or [KEY] * len(readers)
        yield Peer(
            simulated,
            [Wired(reader.address, key, install) for reader, key in zip(readers, own, strict=True)],
            baud,
        )


def test_scans_arrive_and_light_sound_text_and_relay_are_carried_out() -> None:
    with line(SimulatedReader(5, KEY.hex())) as peer:
        peer.all_online([5])
        able = peer.until(lambda event: isinstance(event, Said) and isinstance(event.content, Abilities))
        assert isinstance(able, Said)
        assert isinstance(able.content, Abilities)
        assert all(able.content.has(one) for one in (Capability.LIGHT, Capability.SOUND, Capability.OUTPUTS))
        for n in range(20):
            peer.readers.present(5, b"CODE OF SOME OCTETS %d" % n)
            peer.card(b"CODE OF SOME OCTETS %d" % n)
        light, sound, text, relay = peer.told(
            5,
            commands.light(Colour.GREEN, 20),
            commands.sound(3),
            commands.words("ADMIT", 2),
            commands.relay(1, 30),
        )
        assert (light["on_color"], light["timer_count"], light["control_code"]) == (2, 20, 2)
        assert (sound["control_code"], sound["rep_count"]) == (2, 3)
        assert (text["data"], text["temp_time"]) == ("ADMIT", 2)
        assert (relay["output_no"], relay["control_code"], relay["timer_count"]) == (1, 5, 30)


def test_keys_are_heard_and_a_makers_own_reply_does_no_harm() -> None:
    with line(SimulatedReader(0, KEY.hex())) as peer:
        peer.all_online([0])
        peer.readers.tell(press=0, keys=b"1234".hex())
        peer.until(lambda event: event == Said(0, Keys(0, b"1234")))
        peer.readers.tell(maker=0, octets=bytes(100).hex())
        assert isinstance(peer.until(lambda event: isinstance(event, Ignored)), Ignored)
        peer.readers.present(0, b"NEXT")
        peer.card(b"NEXT")


def test_eight_readers_share_a_line_and_the_longest_code_of_the_library_arrives() -> None:
    with line(*(SimulatedReader(n, KEY.hex()) for n in range(8))) as peer:
        peer.all_online(range(8))
        for n in range(16):
            peer.readers.present(n % 8, bytes([n]) * 64)
            said = peer.card(bytes([n]) * 64)
            assert said.address == n % 8


@pytest.mark.parametrize("baud", [9600, 38_400])
def test_slow_lines_work_too(baud: int) -> None:
    with line(SimulatedReader(0, KEY.hex()), SimulatedReader(1, KEY.hex()), baud=baud) as peer:
        peer.all_online([0, 1])
        for n in range(4):
            peer.readers.present(n % 2, bytes([n]) * 60)
            peer.card(bytes([n]) * 60)
        assert not [event for event in peer.events if isinstance(event, Offline)]


def test_a_reader_with_another_key_is_refused() -> None:
    with line(SimulatedReader(0, KEY.hex()), keys=[bytes(16)]) as peer:
        refused = peer.until(lambda event: isinstance(event, Offline))
        assert refused == Offline(0, Why.WRONG_KEY)


def test_a_reader_with_the_factory_key_is_refused_outside_install_mode() -> None:
    with line(SimulatedReader(0, None, enforce=False, install=True)) as peer:
        peer.readers.present(0, b"FORGED")
        refused = peer.until(lambda event: isinstance(event, Offline))
        assert isinstance(refused, Offline)
        assert refused.why in (Why.WRONG_KEY, Why.DEFAULT_KEY, Why.NO_SECURE_CHANNEL)
        assert not [event for event in peer.run(10) if isinstance(event, Said | Online)]


def test_in_install_mode_a_new_reader_gets_its_key_and_works() -> None:
    with line(SimulatedReader(0, None, enforce=False, install=True), install=True) as peer:
        peer.until(lambda event: event == KeySet(0))
        peer.all_online([0])
        peer.readers.present(0, b"NEXT")
        peer.card(b"NEXT")


def test_a_reader_takes_a_new_address_and_answers_there() -> None:
    with line(SimulatedReader(0, KEY.hex())) as peer:
        peer.all_online([0])
        peer.panel.submit(0, commands.line(9, 115_200))
        peer.until(lambda event: event == Said(0, NewLine(9, 115_200)))
        peer.readers.present(0, b"NEXT")
        assert peer.card(b"NEXT").address == 9


@pytest.mark.parametrize("offset", range(4))
def test_what_was_recorded_on_the_line_opens_nothing_when_it_is_played_again(offset: int) -> None:
    with line(SimulatedReader(0, KEY.hex())) as peer:
        peer.all_online([0])
        peer.readers.present(0, b"LET IN")
        peer.card(b"LET IN")
        recorded = peer.heard[-8:]
        # Each old reply in place of the reader's own, in every order relative to the sequence numbers.
        played = iter(recorded[offset:] + recorded + recorded)
        peer.to_panel = lambda octets: next(played, octets)
        peer.run(2)
        peer.to_panel = lambda octets: octets
        peer.readers.present(0, b"NEXT")
        peer.card(b"NEXT", within=3)
        assert peer.cards() == [b"LET IN", b"NEXT"]


def test_whoever_talks_plainly_in_place_of_the_reader_is_never_believed() -> None:
    """A box in the cable lets the handshake through, and then says a code of its own without the session."""
    with line(SimulatedReader(0, KEY.hex())) as peer:
        peer.all_online([0])
        asked = bytearray()

        def overheard(octets: bytes) -> bytes:
            asked[:] = octets
            return octets

        def plainly(_: bytes) -> bytes:
            content = b"\0\0" + (8 * 6).to_bytes(2, "little") + b"FORGED"
            return frame.ended(frame.begun(0, asked[4] & 3, Reply.RAW, content, is_reply=True))

        peer.to_readers, peer.to_panel = overheard, plainly
        events = peer.run(5)
        assert Offline(0, Why.PLAIN) in events
        assert peer.cards() == []
        peer.to_panel = lambda octets: octets
        peer.readers.present(0, b"NEXT")
        peer.card(b"NEXT", within=3)


def test_a_reader_that_says_it_knows_no_secure_channel_is_refused_and_taken_back_within_three_seconds() -> None:
    """The downgrade: somebody on the cable answers the challenge with a refusal, hoping for a plain session."""
    with line(SimulatedReader(0, KEY.hex())) as peer:
        refusal = frame.ended(frame.begun(0, 0, Reply.NAK, b"\x05", is_reply=True))
        peer.to_panel = lambda _: refusal
        peer.readers.present(0, b"BEFORE")
        events = peer.run(10)
        assert Offline(0, Why.NO_SECURE_CHANNEL) in events
        assert peer.cards() == []
        peer.to_panel = lambda octets: octets
        peer.until(lambda event: event == Online(0), within=3)


@pytest.mark.parametrize("whole", range(5, 70, 8))
def test_after_a_cut_in_the_middle_of_a_frame_the_reader_is_back_within_three_seconds(whole: int) -> None:
    with line(SimulatedReader(0, KEY.hex())) as peer:
        peer.all_online([0])
        said, cut = bytearray(), [False]

        def asked(octets: bytes) -> bytes:
            said.clear()
            return octets

        def through(octets: bytes) -> bytes:
            """So many octets of the first reply with a code in it; the rest, and all that follows, is lost."""
            before = len(said)
            said.extend(octets)
            length = int.from_bytes(said[2:4], "little") if len(said) > 3 else 5
            if cut[0] or length <= 64:
                return b"" if cut[0] else octets
            cut[0] = len(said) >= whole
            return octets[: max(whole - before, 0)]

        peer.to_readers, peer.to_panel = asked, through
        peer.readers.present(0, b"A CODE THAT IS CUT IN THE MIDDLE, AND LONG ENOUGH FOR IT")
        peer.run(0.5)
        assert cut[0]
        assert peer.cards() == []
        mended = peer.now
        peer.to_panel = lambda octets: octets
        peer.readers.present(0, b"NEXT")
        peer.card(b"NEXT", within=3)
        assert peer.now - mended < 3


def test_on_a_noisy_line_a_code_arrives_unchanged_at_the_second_showing_at_the_latest() -> None:
    """libosdp's reader does not repeat a lost reply, as it should: the code is shown once more."""
    with line(SimulatedReader(0, KEY.hex())) as peer:
        peer.all_online([0])
        peer.readers.tell(noise=[0.0005, 0.0005])
        shown = [b"A CODE ON A NOISY LINE %d" % n for n in range(30)]
        again = 0
        for code in shown:
            peer.readers.present(0, code)
            try:
                peer.card(code, within=3)
            except AssertionError:
                again += 1
                peer.readers.present(0, code)
                peer.card(code)
        assert again < 10
        assert set(peer.cards()) == set(shown), "none changed, none invented"


def test_after_the_cable_was_cut_for_twelve_seconds_the_readers_are_back_within_three() -> None:
    with line(*(SimulatedReader(n, KEY.hex()) for n in range(3))) as peer:
        peer.all_online(range(3))
        peer.readers.tell(cut=[-1])
        events = peer.run(12)
        assert {event.address for event in events if isinstance(event, Offline)} == {0, 1, 2}
        peer.readers.tell(mend=[-1])
        mended = peer.now
        for n in range(3):
            peer.readers.present(n, b"NEXT %d" % n)
        while len(peer.cards()) < 3:
            peer.until(lambda event: isinstance(event, Said) and isinstance(event.content, Card), within=3)
        assert sorted(peer.cards()) == [b"NEXT 0", b"NEXT 1", b"NEXT 2"]
        assert peer.now - mended < 3
