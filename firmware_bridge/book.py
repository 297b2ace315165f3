"""How a gatehouse writes its journal: what was decided together goes to the disk together, then into memory."""

from datetime import datetime
from hashlib import sha256

from firmware_bridge.clock import Clock
from firmware_bridge.decide import Decision
from firmware_bridge.journal import Facts, Journal
from firmware_bridge.memory import Asked, Memory, scan_facts

CLOCK_MOVED = 60.0
MISREADS, MISREADS_WITHIN = 30, 60.0
"""Codes that are no pass: more in a minute at one reader are refused all the same, and only counted."""


class Book:
    """The journal in the gatehouse's hand. Every call is made under the gatehouse's lock.

    Scans answered alone wait until `write`; whatever else is to be recorded is written at once, behind what waits.
    """

    def __init__(self, journal: Journal, memory: Memory, clock: Clock) -> None:
        self._journal, self._memory, self._clock = journal, memory, clock
        self._waiting: list[tuple[Asked, Decision]] = []
        self._misreads: dict[str, tuple[float, int]] = {}
        self._clocks = (clock.now(), clock.monotonic())
        self._begun = False

    @property
    def next(self) -> int:
        """The number that the next record gets."""
        return self._journal.head[0] + 1 + len(self._waiting)

    def has(self, pass_id: str) -> bool:
        """Whether a scan of this pass waits to be written."""
        return any(asked.pass_id == pass_id for asked, _ in self._waiting)

    def decided(self, asked: Asked, decision: Decision) -> None:
        """A scan that the bridge answers alone waits to be written. Until it is, it has no decision."""
        self._waiting.append((asked, decision))

    def write(self) -> None:
        """Brings to the disk what waits. Raises NotRecorded; then only scans that now have a decision are recorded."""
        if not self._waiting:
            return
        waiting = self._waiting
        self.forget()
        try:
            self._journal.append_all([scan_facts(asked, is_decided=True) for asked, _ in waiting])
        finally:
            last = self._journal.head[0]
            for asked, decision in waiting:
                if asked.question.sequence <= last:
                    self._memory.asked(asked)
                    self._memory.decided(asked, decision)

    def forget(self) -> None:
        """What waits was not written and will not be."""
        self._waiting = []

    def append(self, facts: Facts) -> int:
        """Brings one record to the disk, behind what waits; answers its number. Raises NotRecorded."""
        self.write()
        return self._journal.append(facts)

    def begin(self) -> None:
        """The first records of each run, before any other. Raises NotRecorded."""
        if self._begun:
            return
        now, last = self._clock.now(), self._memory.last_at
        self.append(
            {
                "kind": "start",
                "at": now.isoformat(),
                "journal": self._memory.journal_id,
                "torn": self._journal.torn,
                "after": "nothing" if last is None else "stop" if self._memory.last_kind == "stop" else "cut",
            }
        )
        self._begun = True
        if last is not None and (back := (now - last).total_seconds()) <= -CLOCK_MOVED:
            self.append({"kind": "clock", "at": now.isoformat(), "seconds": round(back)})

    def watch_clock(self, now: datetime, moment: float) -> None:
        """Notes that somebody, or something, has set the clock: windows of passes were judged by it."""
        (last, last_moment), self._clocks = self._clocks, (now, moment)
        moved = (now - last).total_seconds() - (moment - last_moment)
        if abs(moved) >= CLOCK_MOVED:
            self.append({"kind": "clock", "at": now.isoformat(), "seconds": round(moved)})

    def misread(self, gate: str, reader: str, text: str, now: datetime, moment: float) -> None:
        """Notes a code that is no pass, without the code; thirty a minute and reader at most."""
        since, count = self._misreads.get(reader, (moment, 0))
        if moment - since >= MISREADS_WITHIN:
            since, count = moment, 0
        self._misreads[reader] = since, count + 1
        if count >= MISREADS:
            return
        self.append(
            {
                "kind": "misread",
                "at": now.isoformat(),
                "gate": gate,
                "reader": reader,
                "sha256": sha256(text.encode()).hexdigest(),
                "characters": len(text),
            }
        )
