"""A reader's model behind a pseudo-terminal, with the line between them: paced, lossy, noisy, cut, as told."""

import os
import tty
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Protocol

from firmware_bridge.simulate.bus import Bus
from firmware_bridge.simulate.ssi import BEEP, SsiScanner

READER, BRIDGE = 0, 1
QUIET = 0.05


class Model(Protocol):
    """A reader without its line."""

    def scan(self, code: str) -> None:
        """A code or card is held up."""

    def say(self, now: float) -> bytes:
        """What the reader sends now."""

    def hears(self, octets: bytes) -> None:
        """What came from the bridge."""

    def told(self) -> bytes:
        """What the bridge answered since this was last asked, in octets that `actuate.line.understood` reads."""


class LineScannerModel:
    """Codes with CR behind them; answers as `actuate.line` sends them."""

    def __init__(self, end: bytes = b"\r") -> None:
        self._end = end
        self._out = b""
        self._heard = b""

    def scan(self, code: str) -> None:
        self._out += code.encode("ascii", "replace") + self._end

    def say(self, now: float) -> bytes:  # noqa: ARG002
        octets, self._out = self._out, b""
        return octets

    def hears(self, octets: bytes) -> None:
        self._heard += octets

    def told(self) -> bytes:
        octets, self._heard = self._heard, b""
        return octets


class SsiScannerModel:
    """A Zebra scanner."""

    def __init__(self) -> None:
        self._scanner = SsiScanner()

    def scan(self, code: str) -> None:
        self._scanner.scan(code.encode("ascii", "replace"))

    def say(self, now: float) -> bytes:
        return self._scanner.say(now)

    def hears(self, octets: bytes) -> None:
        self._scanner.hears(octets)

    def told(self) -> bytes:
        beeps = [data for operation, data in self._scanner.did if operation == BEEP]
        self._scanner.did.clear()
        return (b"ADMIT \r\n" if beeps[-1] == b"\x00" else b"REFUSE \r\n") if beeps else b""


class FramedCardModel(LineScannerModel):
    """A card reader that frames ten hexadecimal digits."""

    def scan(self, code: str) -> None:
        octets = bytes.fromhex(code.rjust(10, "0")[-10:])
        check = 0
        for octet in octets:
            check ^= octet
        self._out += b"\x02" + (octets + bytes([check])).hex().upper().encode() + b"\x03"


class SimulatedLine:
    """The bridge opens `at`. Call `turn` when `fileno` is ready and every `wait` seconds: it moves the octets."""

    def __init__(
        self, at: Path, model: Model, baud: int, random: Random, *, dropped: float = 0.0, flipped: float = 0.0
    ) -> None:
        self.model = model
        self.bus = Bus(baud, random, dropped=dropped, flipped=flipped)
        self._at = at
        self._last_heard = float("-inf")
        self._end, self._line = os.openpty()
        tty.setraw(self._line)
        os.set_blocking(self._end, False)
        at.unlink(missing_ok=True)
        at.symlink_to(os.ttyname(self._line))

    @property
    def path(self) -> str:
        """What the bridge opens."""
        return str(self._at)

    def fileno(self) -> int:
        """The reader's end, for `select`."""
        return self._end

    def cut(self) -> None:
        """Pulls the reader off the line."""
        self.bus.cut(READER)

    def mend(self) -> None:
        """Puts it back."""
        self.bus.mend(READER)

    def turn(self, now: float) -> None:
        """Moves what is on the line. `now` is in monotonic seconds."""
        with suppress(BlockingIOError):
            self.bus.send(BRIDGE, os.read(self._end, 4096), now)
        self.bus.send(READER, self.model.say(now), now)
        for sender, octets in self.bus.arrived(now):
            if sender == BRIDGE and self.bus.hears(READER, sender):
                self.model.hears(octets)
                self._last_heard = now
            elif sender == READER:
                with suppress(BlockingIOError):
                    os.write(self._end, octets)

    def told(self, now: float) -> bytes:
        """What the bridge answered, once it has been quiet for a moment."""
        return self.model.told() if now - self._last_heard > QUIET else b""

    def wait(self, now: float) -> float:
        """Seconds until something arrives, a twentieth of one at most."""
        moment = self.bus.next()
        return QUIET if moment is None else min(max(moment - now, 0.001), QUIET)

    def close(self) -> None:
        """Takes it away."""
        os.close(self._end)
        os.close(self._line)
        self._at.unlink(missing_ok=True)
