"""Scanning by hand: a simulated scanner on one side, standard input or a second line on the other."""

import os
import select
import sys
from pathlib import Path
from typing import TextIO

import serial

from firmware_bridge.actuate.line import understood
from firmware_bridge.simulate.scanner import SimulatedScanner

WORDS = {True: "good", False: "refused", None: "not understood"}


def told(octets: bytes) -> str:
    """What came back, in words and in octets."""
    return f"{WORDS[understood(octets)]}  {octets!r}" if octets else "no answer"


def simulate(at: Path, hand_at: Path, baud: int, lines: TextIO, out: TextIO) -> None:
    """Serves until the caller is stopped: codes typed on `lines` or written to the hand line are scanned.

    The bridge opens `at`; `scan` in another terminal opens `hand_at` and hears what the bridge answered.
    """
    scanner, hand = SimulatedScanner(at, baud=baud), SimulatedScanner(hand_at, baud=115_200)
    print(f"the bridge reads {scanner.path}; `scan --port {hand.path}` and this input scan", file=out, flush=True)
    watched: list[SimulatedScanner | TextIO] = [scanner, hand, lines]
    try:
        while True:
            for ready in select.select(watched, [], [])[0]:
                if ready is scanner:
                    octets = scanner.heard(0)
                    hand.send(octets)
                    print(told(octets), file=out, flush=True)
                elif ready is hand:
                    scanner.send(os.read(hand.fileno(), 4096))
                elif line := lines.readline():
                    scanner.scan(line.strip())
                else:
                    watched.remove(lines)
    finally:
        scanner.unplug()
        hand.unplug()


def scan(port: str, baud: int, token: str, within: float) -> int:
    """Writes one code to a line as a scanner would and prints the answer.

    The line is a simulated scanner's hand, or a cable to the bridge's own port. Answers the exit status: 0 let
    through, 1 refused, 2 no answer.
    """
    try:
        with serial.Serial(port, baud, timeout=within, write_timeout=1.0) as line:
            line.reset_input_buffer()
            line.write(token.encode("ascii", "replace") + b"\r")
            octets: bytes = line.read(1)
            line.timeout = 0.1
            octets += line.read(64) if octets else b""
    except OSError as fault:
        print(fault, file=sys.stderr)
        return 2
    print(told(octets))
    return {True: 0, False: 1, None: 2}[understood(octets)]
