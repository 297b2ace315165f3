"""A port over a real pseudo-terminal and pyserial: unplugged, plugged in, shared, flooded, and never raising."""

import os
from itertools import pairwise
from pathlib import Path

import pytest
import serial

from firmware_bridge.clock import SystemClock
from firmware_bridge.fakes import FakeClock
from firmware_bridge.ports import LONGEST_RETRY, PortState, SerialPort
from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bridge.cast import FAMILY, MIDDAY

FAST = 115_200
PATIENT = 500
"""Reads of a tenth of a second that a test waits for at most."""


class Told:
    def __init__(self) -> None:
        self.states: list[str] = []

    def __call__(self, state: PortState, why: str) -> None:
        self.states.append(state.value)


@pytest.fixture
def scanner(tmp_path: Path) -> SimulatedScanner:
    return SimulatedScanner(tmp_path / "scanner", baud=FAST)


def read_until(port: SerialPort, end: bytes) -> bytes:
    octets = b""
    for _ in range(PATIENT):
        octets += port.read()
        if octets.endswith(end):
            break
    return octets


def test_octets_come_as_they_were_sent_and_answers_go_back(scanner: SimulatedScanner) -> None:
    port = SerialPort(scanner.path, FAST, SystemClock())
    assert port.read(0) == b""
    assert port.state is PortState.OPEN
    scanner.scan(FAMILY)
    assert read_until(port, b"\r") == FAMILY.encode() + b"\r"
    assert port.write(b"\x1b7,")
    assert scanner.heard(30) == b"\x1b7,"
    port.close()
    scanner.unplug()


def test_every_octet_value_passes_the_line_unchanged(scanner: SimulatedScanner) -> None:
    port = SerialPort(scanner.path, FAST, SystemClock())
    port.read(0)
    scanner.send(bytes(range(256)))
    assert read_until(port, b"\xff") == bytes(range(256))
    port.close()
    scanner.unplug()


def test_an_unplugged_reader_is_a_state_and_comes_back_by_itself(scanner: SimulatedScanner) -> None:
    told = Told()
    port = SerialPort(scanner.path, FAST, SystemClock(), told)
    port.read(0)
    scanner.unplug()
    while port.state is PortState.OPEN:
        assert port.read() == b""
    assert not port.write(b"\x1b7,")
    scanner.plug()
    while port.state is PortState.DOWN:
        assert port.read() == b""
    scanner.scan(FAMILY)
    assert read_until(port, b"\r") == FAMILY.encode() + b"\r"
    assert port.openings == 2
    assert told.states[0] == told.states[-1] == "open"
    assert "down" in told.states
    port.close()
    scanner.unplug()


def test_a_scan_from_before_the_line_was_opened_is_no_scan_now(scanner: SimulatedScanner) -> None:
    scanner.scan("OLD")
    port = SerialPort(scanner.path, FAST, SystemClock())
    port.read(0)
    scanner.scan("NEW")
    assert read_until(port, b"\r") == b"NEW\r"
    port.close()
    scanner.unplug()


def test_two_bridges_do_not_share_a_reader(scanner: SimulatedScanner) -> None:
    first, second = (SerialPort(scanner.path, FAST, SystemClock()) for _ in range(2))
    first.read(0)
    second.read(0)
    assert (first.state, second.state) == (PortState.OPEN, PortState.DOWN)
    first.close()
    scanner.unplug()


@pytest.mark.parametrize("path", ["/dev/serial/by-id/nothing-here", "/dev/null", "/etc/hostname", "/", ""])
def test_what_is_no_serial_line_is_told_once_and_tried_again(path: str) -> None:
    told, clock = Told(), FakeClock(MIDDAY)
    port = SerialPort(path, FAST, clock, told)
    for _ in range(200):
        assert port.read() == b""
    assert port.state is PortState.DOWN
    assert told.states == ["down"]


def test_pauses_between_tries_grow_to_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[float] = []
    clock = FakeClock(MIDDAY)

    def absent(*_: object, **__: object) -> None:
        tries.append(clock.monotonic())
        raise serial.SerialException("no such reader")

    monkeypatch.setattr("firmware_bridge.ports.serial.Serial", absent)
    port = SerialPort("/dev/absent", FAST, clock)
    while len(tries) < 8:
        port.read()
    pauses = [round(later - earlier, 2) for earlier, later in pairwise(tries)]
    assert pauses == [0.25, 0.5, 1.0, *[LONGEST_RETRY] * 4]


def test_closing_twice_or_a_line_that_is_gone_is_harmless(scanner: SimulatedScanner) -> None:
    port = SerialPort(scanner.path, FAST, SystemClock())
    port.read(0)
    scanner.unplug()
    port.close()
    port.close()
    assert not os.path.lexists(scanner.path)
