"""Our panel and libosdp's readers, which share no code, over a pseudo-terminal in real time."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import serial

from firmware_bridge.codecs.osdp import commands
from firmware_bridge.codecs.osdp.commands import Colour, Command
from firmware_bridge.codecs.osdp.events import Done, Event, Ignored, KeySet, Offline, Online, Said, Why
from firmware_bridge.codecs.osdp.panel import Panel, Wired
from firmware_bridge.codecs.osdp.replies import Abilities, Capability, Card, Keys
from firmware_bridge.codecs.osdp.replies import Line as NewLine
from firmware_bridge.simulate.osdp import OsdpReaders, SimulatedReader

KEY = bytes(range(0xA0, 0xB0))
PATIENT = 30.0
STATUS_ASKED = 9


def is_card(event: Event, octets: bytes) -> bool:
    return isinstance(event, Said) and isinstance(event.content, Card) and event.content.octets == octets


class RealLine:
    """Runs a panel over a serial line until something has happened."""

    def __init__(self, readers: OsdpReaders, wired: Sequence[Wired], baud: int) -> None:
        self.readers = readers
        self.panel = Panel(wired, baud, random=secrets.token_bytes)
        self.port = serial.Serial(readers.path, baud, exclusive=True)
        self.events: list[Event] = []
        self.heard = bytearray()

    def until(self, holds: Callable[[Event], bool], within: float = PATIENT) -> Event:
        """The first new event for which it holds; everything that came before it is in `events`."""
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            self.port.timeout = min(self.panel.wait(time.monotonic()), 0.1)
            octets = self.port.read(1)
            octets += self.port.read(self.port.in_waiting) if octets else b""
            self.heard += octets
            events = self.panel.feed(octets, time.monotonic())
            self.events += events
            out = self.panel.outgoing(time.monotonic())
            if out:
                self.port.write(out)
            for event in events:
                if holds(event):
                    return event
        raise AssertionError(f"not within {within} seconds; there was {self.events[-20:]}")

    def all_online(self, addresses: Sequence[int]) -> None:
        missing = set(addresses)
        while missing:
            online = self.until(lambda event: isinstance(event, Online))
            missing.discard(online.address)

    def card(self, octets: bytes) -> Event:
        return self.until(lambda event: is_card(event, octets))

    def told(self, address: int, *given: Command) -> list[dict[str, Any]]:
        """Sends commands; answers what the reader's firmware was asked to do."""
        for command in given:
            assert self.panel.submit(address, command)
            done = self.until(lambda event: isinstance(event, Done))
            assert done == Done(address, command.code)
        did = []
        while len(did) < len(given):
            one = self.readers.did()
            assert one is not None
            if "command" in one and one["command"]["command"] != STATUS_ASKED:
                did.append(one["command"])
        return did


@contextmanager
def line(
    folder: Path,
    *readers: SimulatedReader,
    keys: Sequence[bytes] | None = None,
    install: bool = False,
    baud: int = 115_200,
) -> Iterator[RealLine]:
    with OsdpReaders(folder / "line", readers, baud=baud) as simulated:
        wired = [
            Wired(reader.address, key, install)
            for reader, key in zip(readers, keys or [KEY] * len(readers), strict=True)
        ]
        real = RealLine(simulated, wired, baud)
        try:
            yield real
        finally:
            real.port.close()


def test_scans_arrive_and_light_sound_text_and_relay_are_carried_out(tmp_path: Path) -> None:
    with line(tmp_path, SimulatedReader(5, KEY.hex())) as real:
        real.all_online([5])
        able = real.until(lambda event: isinstance(event, Said) and isinstance(event.content, Abilities))
        assert isinstance(able, Said)
        assert isinstance(able.content, Abilities)
        assert all(able.content.has(one) for one in (Capability.LIGHT, Capability.SOUND, Capability.OUTPUTS))
        for n in range(20):
            real.readers.present(5, b"CODE OF SOME OCTETS %d" % n)
            real.card(b"CODE OF SOME OCTETS %d" % n)
        light, sound, text, relay = real.told(
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


def test_keys_are_heard_and_a_makers_own_reply_does_no_harm(tmp_path: Path) -> None:
    with line(tmp_path, SimulatedReader(0, KEY.hex())) as real:
        real.all_online([0])
        real.readers.tell(press=0, keys=b"1234".hex())
        real.until(lambda event: event == Said(0, Keys(0, b"1234")))
        real.readers.tell(maker=0, octets=bytes(100).hex())
        assert isinstance(real.until(lambda event: isinstance(event, Ignored)), Ignored)
        real.readers.present(0, b"NEXT")
        real.card(b"NEXT")


def test_eight_readers_share_a_line_and_the_longest_code_of_the_library_arrives(tmp_path: Path) -> None:
    with line(tmp_path, *(SimulatedReader(n, KEY.hex()) for n in range(8))) as real:
        real.all_online(range(8))
        for n in range(16):
            real.readers.present(n % 8, bytes([n]) * 64)
            said = real.card(bytes([n]) * 64)
            assert said.address == n % 8


@pytest.mark.parametrize("baud", [9600, 38_400])
def test_slow_lines_work_too(tmp_path: Path, baud: int) -> None:
    with line(tmp_path, SimulatedReader(0, KEY.hex()), SimulatedReader(1, KEY.hex()), baud=baud) as real:
        real.all_online([0, 1])
        for n in range(4):
            real.readers.present(n % 2, bytes([n]) * 60)
            real.card(bytes([n]) * 60)
        assert not [event for event in real.events if isinstance(event, Offline)]


def test_a_reader_with_another_key_is_refused(tmp_path: Path) -> None:
    with line(tmp_path, SimulatedReader(0, KEY.hex()), keys=[bytes(16)]) as real:
        refused = real.until(lambda event: isinstance(event, Offline))
        assert refused == Offline(0, Why.WRONG_KEY)


def test_a_reader_with_the_factory_key_is_refused_outside_install_mode(tmp_path: Path) -> None:
    with line(tmp_path, SimulatedReader(0, None, enforce=False, install=True)) as real:
        real.readers.present(0, b"FORGED")
        refused = real.until(lambda event: isinstance(event, Offline))
        assert isinstance(refused, Offline)
        assert refused.why in (Why.WRONG_KEY, Why.DEFAULT_KEY, Why.NO_SECURE_CHANNEL)
        with pytest.raises(AssertionError, match="not within"):
            real.until(lambda event: isinstance(event, Said | Online), within=3)


def test_in_install_mode_a_new_reader_gets_its_key_and_works(tmp_path: Path) -> None:
    with line(tmp_path, SimulatedReader(0, None, enforce=False, install=True), install=True) as real:
        real.until(lambda event: event == KeySet(0))
        real.all_online([0])
        real.readers.present(0, b"NEXT")
        real.card(b"NEXT")


def test_a_reader_takes_a_new_address_and_answers_there(tmp_path: Path) -> None:
    with line(tmp_path, SimulatedReader(0, KEY.hex())) as real:
        real.all_online([0])
        real.panel.submit(0, commands.line(9, 115_200))
        real.until(lambda event: event == Said(0, NewLine(9, 115_200)))
        real.readers.present(0, b"NEXT")
        assert real.card(b"NEXT").address == 9


def test_what_was_recorded_on_the_line_opens_nothing_when_it_is_played_again(tmp_path: Path) -> None:
    with line(tmp_path, SimulatedReader(0, KEY.hex())) as real:
        real.all_online([0])
        real.readers.present(0, b"LET IN")
        real.card(b"LET IN")
        recorded = bytes(real.heard)
        before = len(real.events)
        for _ in range(20):
            real.readers.tell(inject=recorded.hex())
            with pytest.raises(AssertionError, match="not within"):
                real.until(lambda _: False, within=0.05)
        real.readers.present(0, b"NEXT")
        real.card(b"NEXT")
        codes = [e.content for e in real.events[before:] if isinstance(e, Said) and isinstance(e.content, Card)]
        assert [card.octets for card in codes] == [b"NEXT"]


def test_on_a_noisy_line_a_code_arrives_unchanged_at_the_second_showing_at_the_latest(tmp_path: Path) -> None:
    """libosdp's reader does not repeat a lost reply, as it should: the code is shown once more."""
    with line(tmp_path, SimulatedReader(0, KEY.hex())) as real:
        real.all_online([0])
        real.readers.tell(noise=[0.0005, 0.0005])
        shown = [b"A CODE ON A NOISY LINE %d" % n for n in range(30)]
        again = 0
        for code in shown:
            real.readers.present(0, code)
            try:
                real.until(lambda event, code=code: is_card(event, code), within=3)  # type: ignore[misc]
            except AssertionError:
                again += 1
                real.readers.present(0, code)
                real.card(code)
        assert again < 10
        read = {e.content.octets for e in real.events if isinstance(e, Said) and isinstance(e.content, Card)}
        assert read == set(shown), "none changed, none invented"


def test_after_the_cable_was_cut_for_twelve_seconds_the_reader_is_back_within_three(tmp_path: Path) -> None:
    with line(tmp_path, *(SimulatedReader(n, KEY.hex()) for n in range(3))) as real:
        real.all_online(range(3))
        real.readers.tell(cut=[-1])
        real.until(lambda event: event == Offline(2, Why.SILENT))
        with pytest.raises(AssertionError, match="not within"):
            real.until(lambda event: isinstance(event, Said), within=12)
        real.readers.tell(mend=[-1])
        mended = time.monotonic()
        for n in range(3):
            real.readers.present(n, b"NEXT %d" % n)
            real.card(b"NEXT %d" % n)
        # Seen here: 0.1 to 1.5 s; the bound leaves room for a busy machine.
        assert time.monotonic() - mended < 10
