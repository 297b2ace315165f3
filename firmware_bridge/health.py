"""How the bridge is: counted by the loops as they work, read by the health page, the metrics and the watchdog."""

from collections import Counter
from dataclasses import dataclass, field

STALE = 5.0
"""Seconds after which a loop that has not come round is no longer alive."""


@dataclass(slots=True)
class ReaderHealth:
    """One reader. `online` is None where the line's protocol cannot tell."""

    gate: str
    online: bool | None = None
    why_offline: str = ""
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    muted: int = 0
    busy: int = 0
    faults: int = 0
    unwritten: int = 0
    slowest_ms: float = 0.0
    last_answer: float | None = None

    def answered(self, verdict: str, source: str, reason: str | None, milliseconds: float, now: float) -> None:
        """Counts an answer given at the reader."""
        self.answers[verdict, source] += 1
        if reason is not None:
            self.refusals[reason] += 1
        self.slowest_ms = max(self.slowest_ms, milliseconds)
        self.last_answer = now


@dataclass(slots=True)
class LineHealth:
    """One line and the thread that serves it. Moments are monotonic seconds."""

    path: str
    readers: dict[str, ReaderHealth] = field(default_factory=dict)
    state: str = "down"
    why: str = "not opened yet"
    openings: int = 0
    octets: int = 0
    last_octet: float | None = None
    last_step: float | None = None

    def stepped(self, octets: int, now: float) -> None:
        """The loop came round once and read so many octets."""
        self.last_step = now
        if octets:
            self.octets += octets
            self.last_octet = now

    def is_alive(self, now: float) -> bool:
        """Whether the thread comes round; an unplugged reader does not stop it."""
        return self.last_step is not None and now - self.last_step < STALE


@dataclass(slots=True)
class Health:
    """The whole bridge."""

    lines: dict[str, LineHealth] = field(default_factory=dict)
    unheard: int = 0
    inside: int = 0
    last_uploaded: float | None = None
    recording: bool = True
    upkeep: tuple[str, ...] = ()

    def is_alive(self, now: float) -> bool:
        """Whether every line's thread comes round: then, and only then, the watchdog is fed."""
        return all(line.is_alive(now) for line in self.lines.values())

    def troubles(self, now: float) -> list[str]:
        """What somebody should look at, in words."""
        found = [f"line {name} is down: {line.why}" for name, line in self.lines.items() if line.state != "open"]
        found += [f"the thread of line {name} hangs" for name, line in self.lines.items() if not line.is_alive(now)]
        for line in self.lines.values():
            found += [
                f"reader {name} is offline: {reader.why_offline}"
                for name, reader in line.readers.items()
                if reader.online is False
            ]
        if not self.recording:
            found.append("the journal cannot be written: nobody is let in")
        return [*found, *self.upkeep]
