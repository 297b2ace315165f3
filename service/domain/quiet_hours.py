"""The hours in which nobody is woken by news that can wait: by the clock on the wall of the institution."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(8, 0)


def is_quiet(now: datetime, time_zone: ZoneInfo) -> bool:
    """Whether only urgent news is delivered at the aware moment `now`: from 21:00 until 08:00 in the zone."""
    wall = now.astimezone(time_zone).time()
    return wall >= QUIET_FROM or wall < QUIET_UNTIL
