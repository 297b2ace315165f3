"""Card readers: the 125 kHz modules that frame ten hexadecimal digits (RDM6300), and those that send a bare number."""

import re

from firmware_bridge.codecs.codes import Dropped, Scan, Why
from firmware_bridge.codecs.line import LineCodec

BEGIN, END = 0x02, 0x03
DIGITS = frozenset(b"0123456789ABCDEFabcdef")
FRAMED = 12
NUMBER = re.compile(r"[0-9A-Fa-f]{4,20}")


class FramedCardCodec:
    """STX, ten hexadecimal digits, the exclusive or of their five octets as two more, ETX. Answers the ten digits.

    A card held before the reader is sent again and again; whoever asks, mutes. Line ends before ETX are nothing.
    """

    def __init__(self, *, idle: float = 0.5) -> None:
        self._idle = idle
        self._digits: bytearray | None = None
        self._last_octet = 0.0

    def feed(self, data: bytes, now: float) -> list[Scan | Dropped]:
        """Takes the next octets, or none to let time pass. Never raises."""
        found: list[Scan | Dropped] = []
        if self._digits is not None and now - self._last_octet > self._idle:
            found += self.lost()
        for octet in data:
            found += self._take(octet)
        if data:
            self._last_octet = now
        return found

    def lost(self) -> list[Scan | Dropped]:
        """The line was cut."""
        digits, self._digits = self._digits, None
        return [] if digits is None else [Dropped(Why.HALF_LINE, len(digits) + 1)]

    def _take(self, octet: int) -> list[Scan | Dropped]:
        if octet == BEGIN:
            dropped = self.lost()
            self._digits = bytearray()
            return dropped
        if self._digits is None or octet in b"\r\n":
            return []
        if octet == END:
            digits, self._digits = self._digits, None
            return [_checked(digits)]
        self._digits.append(octet)
        if octet in DIGITS and len(self._digits) <= FRAMED:
            return []
        dropped_octets, self._digits = len(self._digits) + 1, None
        return [Dropped(Why.NOISE, dropped_octets)]


class NumberCardCodec:
    """A bare number of 4 to 20 hexadecimal digits and a line end. Answers it in capital letters."""

    def __init__(self) -> None:
        self._line = LineCodec(longest=64, per_second=50)

    def feed(self, data: bytes, now: float) -> list[Scan | Dropped]:
        """Takes the next octets, or none to let time pass. Never raises."""
        return [_number(event) for event in self._line.feed(data, now)]

    def lost(self) -> list[Scan | Dropped]:
        """The line was cut."""
        return self._line.lost()


def _checked(digits: bytearray) -> Scan | Dropped:
    if len(digits) != FRAMED:
        return Dropped(Why.HALF_LINE, len(digits) + 2)
    octets = bytes.fromhex(digits.decode("ascii"))
    check = 0
    for octet in octets[:5]:
        check ^= octet
    return Scan(octets[:5].hex().upper()) if check == octets[5] else Dropped(Why.NOISE, FRAMED + 2)


def _number(event: Scan | Dropped) -> Scan | Dropped:
    if isinstance(event, Dropped):
        return event
    return Scan(event.text.upper()) if NUMBER.fullmatch(event.text) else Dropped(Why.NOISE, len(event.text))
