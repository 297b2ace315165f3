"""Door relays on a serial line. A relay is only ever pulsed, and is switched off whenever its line is opened.

Such a board keeps its last state when the bridge dies: a lock that must fall shut by itself needs a board with a
timer, or the output of an OSDP reader, which counts the time down itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

OFF_AGAIN = 0.2


@dataclass(frozen=True, slots=True)
class Frames:
    """What switches one relay on and off."""

    on: bytes
    off: bytes


def framed(channel: int) -> Frames:
    """Boards of the LCUS kind: 0xA0, channel, state, sum of the three."""
    on, off = (bytes([0xA0, channel, state, 0xA0 + channel + state & 0xFF]) for state in (1, 0))
    return Frames(on, off)


def spoken(on: str, off: str) -> Frames:
    """Boards that take words, each ended with CR."""
    return Frames(on.encode("ascii") + b"\r", off.encode("ascii") + b"\r")


class Relay:
    """One relay, pulsed from the readers' threads and served by the thread of its line.

    `now` is in monotonic seconds; `outgoing` is what to write, `wait` when it wants to be asked again.
    """

    def __init__(self, frames: Frames, seconds: float) -> None:
        self._frames = frames
        self._seconds = seconds
        self._lock = Lock()
        self._wanted = 0
        self._served = 0
        self._off_at: list[float] = []

    def pulse(self) -> None:
        """Opens for the set time; again while open means longer."""
        with self._lock:
            self._wanted += 1

    def began(self, now: float) -> None:
        """The line was opened: whatever state the board is in, it is off, and nothing asked before counts."""
        with self._lock:
            self._served = self._wanted
        self._off_at = [now, now + OFF_AGAIN]

    def outgoing(self, now: float) -> bytes:
        """Switches on what was asked for since, and off what is over. Off is said twice."""
        with self._lock:
            asked, self._served = self._wanted > self._served, self._wanted
        if asked:
            self._off_at = [now + self._seconds, now + self._seconds + OFF_AGAIN]
            return self._frames.on
        if self._off_at and self._off_at[0] <= now:
            del self._off_at[0]
            return self._frames.off
        return b""


KINDS: Mapping[str, Callable[[int], Frames]] = {"lcus": framed}
