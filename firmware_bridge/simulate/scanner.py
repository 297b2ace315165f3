"""A simulated line scanner: a pseudo-terminal that behaves as a scanner's serial line does.

The bridge opens `path` with pyserial as it would a real port; codes are written octet by octet at the line's
speed, and what the bridge writes back can be heard.
"""

import os
import select
import tty
from pathlib import Path

from firmware_bridge.clock import Clock, SystemClock

PIECE = 16
"""Octets written at once: the size of a UART's buffer, so that the bridge gets codes in pieces."""


class SimulatedScanner:
    """A scanner at one end of a pseudo-terminal. `at` is a name that stays while it is unplugged and plugged.

    Sleeps on `clock` for the time each piece takes at `baud`, ten bits to the octet.
    """

    def __init__(self, at: Path | None = None, *, baud: int = 9600, clock: Clock | None = None) -> None:
        self._at = at
        self._baud = baud
        self._clock = clock or SystemClock()
        self._scanner = -1
        self._line = -1
        self._name = ""
        self.plug()

    @property
    def path(self) -> str:
        """What the bridge opens."""
        return str(self._at) if self._at is not None else self._name

    @property
    def plugged(self) -> bool:
        """Whether there is a line."""
        return self._scanner >= 0

    def fileno(self) -> int:
        """The scanner's end, for `select`."""
        return self._scanner

    def plug(self) -> None:
        """Makes the line; the name points to it."""
        if self.plugged:
            return
        # The line's end stays open here too: without it, reading before the bridge has opened is an error.
        self._scanner, self._line = os.openpty()
        tty.setraw(self._line)
        os.set_blocking(self._scanner, False)
        self._name = os.ttyname(self._line)
        if self._at is not None:
            self._at.unlink(missing_ok=True)
            self._at.symlink_to(self._name)

    def unplug(self) -> None:
        """Pulls the cable: the bridge's next read fails, and the name points nowhere."""
        if not self.plugged:
            return
        os.close(self._scanner)
        os.close(self._line)
        self._scanner = self._line = -1
        if self._at is not None:
            self._at.unlink(missing_ok=True)

    def scan(self, code: str, end: bytes = b"\r") -> None:
        """Reads a code and sends it with its line end."""
        self.send(code.encode("ascii", "replace") + end)

    def send(self, octets: bytes) -> None:
        """Puts octets on the line at its speed. As on a real line, nobody listening means they are lost."""
        for start in range(0, len(octets), PIECE):
            piece = octets[start : start + PIECE]
            try:
                os.write(self._scanner, piece)
            except OSError:
                return
            self._clock.sleep(len(piece) * 10 / self._baud)

    def heard(self, within: float, quiet: float = 0.05) -> bytes:
        """What the bridge wrote back: waits `within` seconds for the first octet, then until it is `quiet`."""
        octets = b""
        wait = within
        while select.select([self._scanner], [], [], wait)[0]:
            try:
                octets += os.read(self._scanner, 1024)
            except OSError:
                break
            wait = quiet
        return octets
