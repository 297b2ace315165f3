"""A gate as a process to be killed: codes on standard input, the reader's answers on standard output.

`python -m tests.bridge.crash_gate JOURNAL HOURS LIMIT [hasty]`: `HOURS` is how wrong its clock is, `LIMIT` how many
octets its disk has (0 for enough). With `hasty` it answers before it writes, which the tests must find.
"""

import os
import resource
import select
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from firmware_bridge.actuate.line import text
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.devices import Scanner
from firmware_bridge.disk import DiskFile
from firmware_bridge.gatehouse import Gatehouse
from firmware_bridge.journal import Journal
from firmware_bridge.link import NoLink
from firmware_bridge.loop import LineLoop, Station
from firmware_bridge.ports import READ_WAIT, PortState
from tests.bridge.cast import IN, JOURNAL, KEYS
from tests.bridge.simulation.defects import HastyGatehouse
from tests.passes.vectors import VISIT

FAR = datetime(2099, 1, 1, tzinfo=UTC)
ALWAYS = {
    number: replace(key, valid_from=datetime.min.replace(tzinfo=UTC), valid_until=FAR) for number, key in KEYS.items()
}
NOT_RECORDED = b"REFUSE offline not-recorded\r\n"


class WrongClock:
    """The machine's clock, hours off."""

    def __init__(self, hours: float) -> None:
        self._off = timedelta(hours=hours)

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._off

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Pipes:
    """A line made of two pipes."""

    state = PortState.OPEN
    openings = 1

    def read(self, wait: float = READ_WAIT) -> bytes:
        # What people show while an answer is found waits in the pipe: nobody here is in a hurry.
        if wait == 0 or not select.select([0], [], [], wait)[0]:
            return b""
        octets = os.read(0, 4096)
        if not octets:
            sys.exit(0)
        return octets

    def write(self, octets: bytes) -> bool:
        os.write(1, octets)
        return True

    def close(self) -> None:
        """Nothing to give free."""


def main(journal: Path, hours: float, *, hasty: bool) -> None:
    """Serves until it is killed."""
    clock = WrongClock(hours)
    made = HastyGatehouse if hasty else Gatehouse
    gate = made(
        VISIT.institution,
        ALWAYS,
        journal=Journal(DiskFile(journal)),
        link=NoLink(),
        clock=clock,
        new_id=lambda: JOURNAL,
    )
    loop = LineLoop(
        [Station(IN)],
        port=Pipes(),
        device=Scanner(LineCodec(per_second=100_000), text),
        gatehouse=gate,
        clock=clock,
        tell=lambda event, **facts: None,
    )
    os.write(1, b"READY\r\n")
    while True:
        loop.step()


if __name__ == "__main__":
    if limit := int(sys.argv[3]):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    main(Path(sys.argv[1]), float(sys.argv[2]), hasty="hasty" in sys.argv)
