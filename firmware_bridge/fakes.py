"""Lines and clocks that behave as told, for tests and simulations without hardware."""

import errno
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from firmware_bridge.ports import READ_WAIT, PortState


class FakeClock:
    """Stands still until somebody sleeps or moves it. `moved` also moves the wall clock, `set` only that."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._passed = 0.0

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.moved(seconds)

    def moved(self, seconds: float) -> None:
        """Lets time pass on both clocks."""
        self._passed += seconds
        self._now += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        """Somebody sets the wall clock; no time passes."""
        self._now = now


class FakePort:
    """A line in memory: `arrive` puts octets on it, `written` is what went out, `cut` unplugs it."""

    def __init__(self, clock: FakeClock, written: Callable[[bytes], None] | None = None) -> None:
        self._clock = clock
        self._waiting: deque[bytes] = deque()
        self._state = PortState.OPEN
        self._openings = 1
        self._on_write = written
        self.written = bytearray()

    @property
    def state(self) -> PortState:
        return self._state

    @property
    def openings(self) -> int:
        return self._openings

    def arrive(self, octets: bytes) -> None:
        """The reader sends octets; they are read in one piece."""
        if self._state is PortState.OPEN:
            self._waiting.extend(self._as_sent(octets))

    def cut(self) -> None:
        """Unplugs the reader; what was not read yet is gone."""
        self._state = PortState.DOWN
        self._waiting.clear()

    def mend(self) -> None:
        """Plugs it in again."""
        self._state = PortState.OPEN
        self._openings += 1

    def read(self, wait: float = READ_WAIT) -> bytes:
        if self._waiting:
            return self._waiting.popleft()
        self._clock.sleep(wait)
        return b""

    def write(self, octets: bytes) -> bool:
        if self._state is PortState.DOWN:
            return False
        self.written += octets
        if self._on_write is not None:
            self._on_write(octets)
        return True

    def close(self) -> None:
        self._state = PortState.DOWN

    def _as_sent(self, octets: bytes) -> Iterable[bytes]:
        return (octets,)


class MemoryFile:
    """A journal file in memory that knows what a power cut would leave, and can be full."""

    def __init__(self, octets: bytes = b"", did: Callable[[str], None] | None = None) -> None:
        self.written = bytearray(octets)
        self.durable = bytes(octets)
        self.full = False
        self._did = did or (lambda _: None)

    def read(self) -> bytes:
        return bytes(self.written)

    def read_at(self, place: int, length: int) -> bytes:
        return bytes(self.written[place : place + length])

    def append(self, octets: bytes) -> None:
        self._did("append")
        if self.full:
            self.written += octets[: len(octets) // 2]
            raise OSError(errno.ENOSPC, "No space left on device")
        self.written += octets

    def cut(self, length: int) -> None:
        self._did("cut")
        del self.written[length:]

    def sync(self) -> None:
        self._did("sync")
        self.durable = bytes(self.written)
