"""The bridge's log, one JSON object a line: told by any thread at once, written together by one that has the time."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TextIO

MOST = 10_000
"""Lines that wait for a log that takes nothing; the oldest give way."""

_as_line = json.JSONEncoder(ensure_ascii=False, default=str).encode


class Log:
    """Called with an event and its facts it never waits, so that no reader does. `write` is called by one thread, some
    times a second: a crash loses what was told since, of which the journal has what counts.
    """

    def __init__(self, stream: TextIO, now: Callable[[], datetime]) -> None:
        self._stream, self._now = stream, now
        self._told: deque[tuple[datetime, str, Mapping[str, object]]] = deque(maxlen=MOST)

    def __call__(self, event: str, **facts: object) -> None:
        """Notes the event with the moment, in UTC."""
        self._told.append((self._now(), event, facts))

    def write(self) -> None:
        """Brings to the stream what was told, in one write."""
        lines = []
        with suppress(IndexError):
            while True:
                at, event, facts = self._told.popleft()
                lines.append(_as_line({"at": at.isoformat(timespec="milliseconds"), "event": event, **facts}))
        if lines:
            # A log that cannot be written is no reason to stop a gate.
            with suppress(OSError, ValueError):
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()
