"""A log that one broken cable or one bored visitor cannot fill."""

from threading import Lock
from typing import Protocol

from firmware_bridge.clock import Clock

MOST, WITHIN = 30, 60.0
ALWAYS = frozenset({"started", "stopped", "answered", "fault", "uploaded", "key-set"})


class Tell(Protocol):
    """Whoever hears what happens."""

    def __call__(self, event: str, **facts: object) -> None: ...


class Quieter:
    """Passes on 30 events of a kind and reader in a minute; the rest are counted and told of in one.

    Answers and faults are always passed on: they are bounded by what the readers let through.
    """

    def __init__(self, tell: Tell, clock: Clock) -> None:
        self._tell = tell
        self._clock = clock
        self._lock = Lock()
        self._seen: dict[tuple[str, object], tuple[float, int]] = {}

    def __call__(self, event: str, **facts: object) -> None:
        if event in ALWAYS:
            self._tell(event, **facts)
            return
        key = event, facts.get("reader")
        now = self._clock.monotonic()
        with self._lock:
            since, count = self._seen.get(key, (now, 0))
            quiet = count - MOST if now - since >= WITHIN else 0
            if now - since >= WITHIN:
                since, count = now, 0
            self._seen[key] = since, count + 1
        if quiet > 0:
            self._tell("untold", kind=event, reader=key[1], times=quiet)
        if count < MOST:
            self._tell(event, **facts)
