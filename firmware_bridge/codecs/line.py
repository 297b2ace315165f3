"""Scanners that end each code with a line end: Honeywell (CR), Datalogic (CR LF), Newland, most others.

Whatever is not surely one whole code is dropped whole, never guessed at: a wrong text must not reach a
gate, and an odd one must not take the reader off the line.
"""

import re
from collections.abc import Sequence

from firmware_bridge.codecs.codes import LONGEST, Dropped, Limit, Scan, Why, judged

ENDS = re.compile(rb"[\r\n]")


class LineCodec:
    """Splits what comes off the line into codes. `now` is in monotonic seconds and never goes back.

    CR, LF and CR LF all end a line, empty lines are nothing. `prefixes` are taken off when a line begins
    with one (AIM identifiers such as `]Q1`). Dropped are lines over `longest` octets, lines with other octets
    than printable ASCII, lines left unended for `idle` seconds, codes above `per_second` in a second, and menu codes.
    No more than `longest` octets and `per_second` times are ever held.
    """

    def __init__(
        self,
        *,
        prefixes: Sequence[str] = (),
        longest: int = LONGEST,
        idle: float = 0.5,
        per_second: int = 10,
    ) -> None:
        self._prefixes = tuple(sorted((prefix.encode() for prefix in prefixes), key=len, reverse=True))
        self._longest = longest
        self._idle = idle
        self._line = bytearray()
        self._length = 0
        self._last_octet = 0.0
        self._limit = Limit(per_second)

    def feed(self, data: bytes, now: float) -> list[Scan | Dropped]:
        """Takes the next octets, or none to let time pass; answers in the order of the line. Never raises."""
        found: list[Scan | Dropped] = []
        if self._length and now - self._last_octet > self._idle:
            found.append(self._dropped(Why.HALF_LINE))
        *ended, begun = ENDS.split(data)
        for part in ended:
            self._take(part)
            if self._length:
                found.append(self._ended(now))
        self._take(begun)
        if data:
            self._last_octet = now
        return found

    def lost(self) -> list[Scan | Dropped]:
        """The line was cut: what came before belongs to nothing that comes after."""
        return [self._dropped(Why.HALF_LINE)] if self._length else []

    def _take(self, octets: bytes) -> None:
        self._line += octets[: max(self._longest - self._length, 0)]
        self._length += len(octets)

    def _ended(self, now: float) -> Scan | Dropped:
        if self._length > self._longest:
            return self._dropped(Why.TOO_LONG)
        octets = bytes(self._line)
        self._dropped(Why.NOISE)
        for prefix in self._prefixes:
            if octets.startswith(prefix):
                octets = octets[len(prefix) :]
                break
        return judged(octets, self._limit, now, longest=self._longest)

    def _dropped(self, why: Why) -> Dropped:
        dropped = Dropped(why, self._length)
        self._line.clear()
        self._length = 0
        return dropped
