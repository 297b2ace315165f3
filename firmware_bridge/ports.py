"""The one place that touches a serial port. A port never raises upward: an unplugged reader is a state."""

import errno
import os
import select
import termios
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import serial

from firmware_bridge.clock import Clock

# A serial line fails in both ways: pyserial's SerialException is an OSError, termios' own error is not.
LINE_FAULTS = (OSError, termios.error)
FIRST_RETRY, LONGEST_RETRY = 0.25, 2.0
READ_WAIT = 0.1


MOST = 4096


class PortState(StrEnum):
    """Whether there is a line to the reader."""

    OPEN = "open"
    DOWN = "down"


class Port(Protocol):
    """A line to one reader."""

    @property
    def state(self) -> PortState:
        """Whether the line is there now."""

    @property
    def openings(self) -> int:
        """How often the line was opened. When it changes, octets from before belong to nothing after."""

    def read(self, wait: float = READ_WAIT) -> bytes:
        """What has come, waiting at most `wait` seconds for the first octet; empty when nothing came."""

    def write(self, octets: bytes) -> bool:
        """Says whether the octets went to the line."""

    def close(self) -> None:
        """Gives the line free."""


class SerialPort:
    """A port by a path that stays the same when the reader is plugged in again (`/dev/serial/by-id/...`).

    Opened exclusively, so that two bridges do not share a reader's octets, and opened again with growing
    pauses of 0.25 to 2 seconds when it is lost. `told` hears every change of state with its cause in words.
    """

    def __init__(
        self,
        path: str,
        baud: int,
        clock: Clock,
        told: Callable[[PortState, str], None] | None = None,
    ) -> None:
        self._path = path
        self._baud = baud
        self._clock = clock
        self._told = told
        self._line: serial.Serial | None = None
        self._openings = 0
        self._pause = FIRST_RETRY
        self._next_try = clock.monotonic()
        self._last_told = ""
        self._gone: BaseException | None = None

    @property
    def state(self) -> PortState:
        return PortState.OPEN if self._line is not None else PortState.DOWN

    @property
    def openings(self) -> int:
        return self._openings

    def read(self, wait: float = READ_WAIT) -> bytes:
        line = self._line or self._open(wait)
        if line is None:
            return b""
        try:
            octets = self._come(line, wait)
        except LINE_FAULTS as fault:
            self._lost(fault)
            return b""
        if octets:
            self._pause = FIRST_RETRY
        return octets

    def write(self, octets: bytes) -> bool:
        if self._line is None:
            return False
        try:
            self._say(self._line, octets)
        except LINE_FAULTS as fault:
            self._lost(fault)
            return False
        return True

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            try:
                line.close()
            except LINE_FAULTS as fault:
                self._tell(PortState.DOWN, f"closing failed: {fault}")

    def open(self, wait: float) -> bool:
        """Whether the line is open now, or was opened in `wait` seconds."""
        return self._line is not None or self._open(wait) is not None

    def fileno(self) -> int:
        """The open line's descriptor, for whoever waits for several lines at once, and then takes and puts."""
        assert self._line is not None
        end: int = self._line.fileno()
        return end

    @property
    def is_gone(self) -> bool:
        """Whether `take` or `put` found that the line cannot go on. `close` is due, which may take its time."""
        return self._gone is not None

    def take(self) -> bytes:
        """What is there now, without waiting; empty as well when the line is gone."""
        if self._line is None or self._gone is not None:
            return b""
        try:
            octets = self._there(self._line.fileno())
        except BlockingIOError:
            return b""
        except LINE_FAULTS as fault:
            self._gone = fault
            return b""
        self._pause = FIRST_RETRY
        return octets

    def put(self, octets: bytes) -> bool:
        """Says whether the line took the octets at once. It has room for a hundred answers: without, it is gone."""
        if self._line is None or self._gone is not None:
            return False
        try:
            if os.write(self._line.fileno(), octets) == len(octets):
                return True
            self._gone = OSError(errno.EAGAIN, "the line takes nothing any more")
        except LINE_FAULTS as fault:
            self._gone = fault
        return False

    def let_go(self) -> None:
        """Closes a line that is gone; after a pause it is tried again."""
        fault, self._gone = self._gone, None
        if fault is not None:
            self._lost(fault)

    def _come(self, line: serial.Serial, wait: float) -> bytes:
        """What has come within `wait` seconds. Raises OSError when the reader is gone.

        Two system calls for whatever came at once; pyserial's own reading takes five, and sets the line anew each time
        another wait is asked for.
        """
        end: int = line.fileno()
        if not select.select([end], [], [], wait)[0]:
            return b""
        return self._there(end)

    @staticmethod
    def _there(end: int) -> bytes:
        octets = os.read(end, MOST)
        if not octets:
            raise OSError(errno.EIO, "the line is readable and has nothing: the reader was unplugged")
        return octets

    @staticmethod
    def _say(line: serial.Serial, octets: bytes) -> None:
        """Writes at once what the line takes at once, as it mostly does; waits with what it does not."""
        try:
            taken = os.write(line.fileno(), octets)
        except BlockingIOError:
            taken = 0
        if taken < len(octets):
            line.write(octets[taken:])

    def _open(self, wait: float) -> serial.Serial | None:
        """Tries the path when its pause is over, else waits a little."""
        now = self._clock.monotonic()
        if now < self._next_try:
            self._clock.sleep(min(wait, self._next_try - now))
            return None
        try:
            line = serial.Serial(self._path, baudrate=self._baud, timeout=READ_WAIT, write_timeout=1.0, exclusive=True)
            # The kernel keeps what was scanned while nobody listened: an old scan is no scan now.
            line.reset_input_buffer()
        except LINE_FAULTS as fault:
            self._lost(fault)
            return None
        self._line = line
        self._openings += 1
        self._tell(PortState.OPEN, "the line is open")
        return line

    def _lost(self, fault: BaseException) -> None:
        self.close()
        self._next_try = self._clock.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_RETRY)
        self._tell(PortState.DOWN, str(fault))

    def _tell(self, state: PortState, why: str) -> None:
        """Once for each change: a reader that stays away is not told of at every try."""
        if self._told is not None and self._last_told != (told := f"{state} {why}"):
            self._last_told = told
            self._told(state, why)
