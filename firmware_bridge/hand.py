"""By hand: simulated readers and printers for people without hardware, one scan, a reader's key, a slip."""

import os
import select
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TextIO

import serial

from firmware_bridge.actuate.line import understood
from firmware_bridge.clock import Clock, SystemClock
from firmware_bridge.simulate.line import FramedCardModel, LineScannerModel, Model, SimulatedLine, SsiScannerModel
from firmware_bridge.simulate.osdp import OsdpReaders, SimulatedReader
from firmware_bridge.simulate.printer import SimulatedPrinter
from firmware_bridge.simulate.scanner import SimulatedScanner

WORDS = {True: "good", False: "refused", None: "not understood"}
MODELS: dict[str, Callable[[], Model]] = {
    "scanner": LineScannerModel,
    "ssi": SsiScannerModel,
    "card-framed": FramedCardModel,
    "card-number": LineScannerModel,
}
KINDS = (*MODELS, "osdp", "printer")
HELP = "typed lines are codes; !cut and !mend the line, !noise LOST FLIPPED (shares of the octets)"


def told(octets: bytes) -> str:
    """What came back, in words and in octets."""
    return f"{WORDS[understood(octets)]}  {octets!r}" if octets else "no answer"


def simulate(
    kind: str,
    at: Path,
    hand_at: Path,
    baud: int,
    lines: TextIO,
    out: TextIO,
    *,
    key: str | None = None,
    readers: int = 1,
    clock: Clock | None = None,
) -> None:
    """Serves until the caller is stopped: codes typed on `lines` or written to the hand line are scanned.

    The bridge opens `at`; `scan` in another terminal opens `hand_at` and hears what the bridge answered.
    """
    if kind == "printer":
        _printer(at, lines, out)
    elif kind == "osdp":
        _osdp(at, baud, key, readers, lines, out)
    else:
        _reader(MODELS[kind](), at, hand_at, baud, lines, out, clock or SystemClock())


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


def _reader(model: Model, at: Path, hand_at: Path, baud: int, lines: TextIO, out: TextIO, clock: Clock) -> None:
    line = SimulatedLine(at, model, baud, Random())  # noqa: S311 - noise
    hand = SimulatedScanner(hand_at, baud=115_200)
    print(f"the bridge reads {line.path}; `scan --port {hand.path}` and this input scan; {HELP}", file=out, flush=True)
    watched: list[SimulatedLine | SimulatedScanner | TextIO] = [line, hand, lines]
    typed = b""
    try:
        while True:
            ready = select.select(watched, [], [], line.wait(clock.monotonic()))[0]
            if hand in ready:
                *codes, typed = (typed + os.read(hand.fileno(), 4096)).split(b"\r")
                for code in codes:
                    model.scan(code.decode("ascii", "replace"))
            if lines in ready:
                if words := lines.readline():
                    _typed(words.strip(), line, model)
                else:
                    watched.remove(lines)
            line.turn(clock.monotonic())
            answered = line.told(clock.monotonic())
            if answered:
                hand.send(answered)
                print(told(answered), file=out, flush=True)
    finally:
        line.close()
        hand.unplug()


def _typed(words: str, line: SimulatedLine, model: Model) -> None:
    match words.split():
        case ["!cut"]:
            line.cut()
        case ["!mend"]:
            line.mend()
        case ["!noise", lost, flipped]:
            line.bus.dropped, line.bus.flipped = float(lost), float(flipped)
        case []:
            pass
        case _:
            model.scan(words)


def _osdp(at: Path, baud: int, key: str | None, count: int, lines: TextIO, out: TextIO) -> None:
    simulated = [
        SimulatedReader(address, key, enforce=key is not None, install=key is None) for address in range(count)
    ]
    with OsdpReaders(at, simulated, baud=baud) as readers:
        print(f"the bridge reads {readers.path}; type ADDRESS CODE (64 octets at most); {HELP}", file=out, flush=True)
        watched = [lines]
        while True:
            if select.select(watched, [], [], 0.05)[0]:
                if words := lines.readline():
                    _typed_osdp(words.split(maxsplit=1), readers)
                else:
                    watched.clear()
            while (did := readers.did(0)) is not None:
                if "command" in did:
                    print(f"reader {did['address']}: {did['command']}", file=out, flush=True)


def _typed_osdp(words: list[str], readers: OsdpReaders) -> None:
    match words:
        case ["!cut"]:
            readers.tell(cut=[-1])
        case ["!mend"]:
            readers.tell(mend=[-1])
        case ["!noise", shares]:
            readers.tell(noise=[float(share) for share in shares.split()])
        case [address, code] if address.isdigit():
            readers.present(int(address), code.strip().encode("ascii", "replace"))


def _printer(at: Path, lines: TextIO, out: TextIO) -> None:
    printer = SimulatedPrinter(at, lambda row: print(row, file=out, flush=True))
    print(f"the bridge prints to {printer.path}", file=out, flush=True)
    try:
        for _ in lines:
            pass
        while True:
            select.select([], [], [], 1.0)
    finally:
        printer.close()
