"""Time for the bridge, passed in everywhere: one clock measures waiting, the other tells the moment."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The clocks of the machine, or of a simulation."""

    def monotonic(self) -> float:
        """Seconds that never go back; only differences mean something."""

    def now(self) -> datetime:
        """The moment, aware. May jump when somebody sets the clock."""

    def sleep(self, seconds: float) -> None:
        """Waits."""


class SystemClock:
    """The clocks of this machine; moments in UTC."""

    monotonic = staticmethod(time.monotonic)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
