"""Zebra's Simple Serial Interface: every message of the scanner is acknowledged, or it sends it again.

A message is: length (of all but the checksum), operation, source, status, data, and the two's complement of the sum
of all octets before it, high octet first (Simple Serial Interface Programmer's Guide, 72E-40451).
"""

from collections import deque
from enum import IntEnum, IntFlag

from firmware_bridge.codecs.codes import LONGEST, Dropped, Limit, Scan, Why, judged

HEAD, CHECK = 4, 2
FROM_SCANNER, FROM_HOST = 0x00, 0x04
RESEND = b"\x01"
REPEATED_WITHIN = 7.0
"""Three tries of two seconds each: a message sent again later than this is another one."""
ANSWER_WITHIN = 0.3
TRIES = 3
QUEUED = 16
MOMENT = 0.001


class Operation(IntEnum):
    """Operation codes."""

    REVISION = 0xA4
    PARAMETERS = 0xC6
    ACK = 0xD0
    NAK = 0xD1
    CAPABILITIES = 0xD4
    BEEP = 0xE6
    LED_ON = 0xE7
    LED_OFF = 0xE8
    ENABLE = 0xE9
    DISABLE = 0xEA
    DECODED = 0xF3
    EVENT = 0xF6


class Status(IntFlag):
    """Bits of the status octet."""

    AGAIN = 1
    MORE = 2


SCANNERS_OWN = frozenset(
    {
        Operation.REVISION,
        Operation.PARAMETERS,
        Operation.ACK,
        Operation.NAK,
        Operation.CAPABILITIES,
        Operation.DECODED,
        Operation.EVENT,
    }
)


def message(operation: int, data: bytes = b"", *, source: int = FROM_HOST, status: int = 0) -> bytes:
    """A whole message."""
    octets = bytes([HEAD + len(data), operation, source, status]) + data
    return octets + (-sum(octets) & 0xFFFF).to_bytes(CHECK, "big")


ACK = message(Operation.ACK)
SEND_AGAIN = message(Operation.NAK, RESEND)


class SsiCodec:
    """Reads what the scanner decoded and speaks to it. `now` is in monotonic seconds.

    Write `outgoing` whenever it answers something. A code of several messages is put together, up to 512 octets.
    """

    def __init__(self, *, per_second: int = 10, idle: float = 0.1) -> None:
        self._idle = idle
        self._limit = Limit(per_second)
        self._octets = bytearray()
        self._last_octet = 0.0
        self._skipped = 0
        self._code = bytearray()
        self._length = 0
        self._last: tuple[bytes, float] = (b"", float("-inf"))
        self._replies = bytearray()
        self._orders: deque[tuple[int, bytes]] = deque(maxlen=QUEUED)
        self._open: tuple[int, bytes] | None = None
        self._tries = 0
        self._sent_at = float("-inf")

    def feed(self, data: bytes, now: float) -> list[Scan | Dropped]:
        """Takes the next octets, or none to let time pass. Never raises."""
        found: list[Scan | Dropped] = []
        if self._octets and now - self._last_octet > self._idle:
            self._skipped += len(self._octets)
            self._octets.clear()
        self._octets += data
        if data:
            self._last_octet = now
        while self._octets:
            whole = self._whole()
            if whole is None:
                break
            found += self._understood(whole, now) if whole else self._skip()
        if self._skipped and not self._octets:
            found.append(Dropped(Why.NOISE, self._skipped))
            self._skipped = 0
            self._replies += SEND_AGAIN
        return found

    def order(self, operation: Operation, data: bytes = b"") -> None:
        """Queues a command. The scanner acknowledges each; one is on the line at a time, three times at most."""
        self._orders.append((operation, data))

    def outgoing(self, now: float) -> bytes:
        """What to write now."""
        octets = bytes(self._replies)
        self._replies.clear()
        if self._open is not None and now - self._sent_at >= ANSWER_WITHIN:
            if self._tries >= TRIES:
                self._open = None
            else:
                octets += self._send(Status.AGAIN, now)
        if self._open is None and self._orders:
            self._open, self._tries = self._orders.popleft(), 0
            octets += self._send(0, now)
        return octets

    def wait(self, now: float) -> float | None:
        """Seconds after which `feed` and `outgoing` want to be called though nothing came; None when nothing is due."""
        due = []
        if self._open is not None:
            due.append(self._sent_at + ANSWER_WITHIN - now)
        elif self._orders:
            due.append(0.0)
        if self._octets:
            due.append(self._last_octet + self._idle - now + MOMENT)
        return max(0.0, min(due)) if due else None

    def lost(self) -> list[Scan | Dropped]:
        """The line was cut: half messages, half codes and open commands belong to nothing that comes after."""
        half = len(self._octets) + self._length
        self._octets.clear()
        self._code.clear()
        self._length = 0
        self._orders.clear()
        self._open = None
        return [Dropped(Why.HALF_LINE, half)] if half else []

    def _send(self, status: int, now: float) -> bytes:
        assert self._open is not None
        self._tries += 1
        self._sent_at = now
        return message(*self._open, status=status)

    def _whole(self) -> bytes | None:
        """The message at the beginning; empty when there is none; None while it is not all there."""
        held = self._octets
        if held[0] < HEAD or (len(held) > 1 and held[1] not in SCANNERS_OWN):
            return b""
        if len(held) > 2 and held[2] != FROM_SCANNER:
            return b""
        length = held[0] + CHECK
        if len(held) < length:
            return None
        octets = bytes(held[:length])
        return octets if sum(octets[:-CHECK]) + int.from_bytes(octets[-CHECK:], "big") & 0xFFFF == 0 else b""

    def _skip(self) -> list[Scan | Dropped]:
        del self._octets[0]
        self._skipped += 1
        return []

    def _understood(self, octets: bytes, now: float) -> list[Scan | Dropped]:
        del self._octets[: len(octets)]
        operation, status, data = octets[1], octets[3], octets[HEAD:-CHECK]
        if operation == Operation.ACK:
            self._open = None
            return []
        if operation == Operation.NAK:
            if data != RESEND:
                self._open = None
            self._sent_at = float("-inf")
            return []
        self._replies += ACK
        if operation != Operation.DECODED:
            return []
        seen, at = self._last
        self._last = (octets[1:3] + data, now)
        if status & Status.AGAIN and seen == self._last[0] and now - at < REPEATED_WITHIN:
            return []
        return self._decoded(data[1:], now, more=bool(status & Status.MORE))

    def _decoded(self, text: bytes, now: float, *, more: bool) -> list[Scan | Dropped]:
        self._length += len(text)
        if self._length <= LONGEST:
            self._code += text
        if more:
            return []
        length, self._length = self._length, 0
        code = bytes(self._code)
        self._code.clear()
        return [Dropped(Why.TOO_LONG, length) if length > LONGEST else judged(code, self._limit, now)]
