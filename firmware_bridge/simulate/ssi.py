"""A Zebra scanner as its programmer's guide has it, sharing no code with the codec. It repeats until acknowledged."""

from collections import deque

ANSWER_WITHIN = 2.0
TRIES = 3
PIECE = 240
QR = 0x1C
DECODED, EVENT, ACK, NAK, BEEP = 0xF3, 0xF6, 0xD0, 0xD1, 0xE6
AGAIN, MORE = 1, 2


def packed(operation: int, data: bytes = b"", status: int = 0, source: int = 0) -> bytes:
    """A whole message of the scanner."""
    octets = bytes((4 + len(data), operation, source, status, *data))
    check = 0x10000 - sum(octets)
    return octets + bytes((check >> 8 & 0xFF, check & 0xFF))


class SsiScanner:
    """`say` is what goes to the line at a moment (monotonic seconds), `hears` takes what came from the host.

    `did` is what it was told to do, `given_up` the codes that nobody acknowledged.
    """

    def __init__(self) -> None:
        self.did: list[tuple[int, bytes]] = []
        self.given_up: list[bytes] = []
        self._waiting: deque[tuple[int, bytes, int]] = deque()
        self._sent_at: float | None = None
        self._tries = 0
        self._held = b""
        self._replies = b""

    def scan(self, text: bytes, kind: int = QR) -> None:
        """Reads a code; a long one goes in several messages."""
        pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)] or [b""]
        for piece in pieces[:-1]:
            self._waiting.append((DECODED, bytes([kind]) + piece, MORE))
        self._waiting.append((DECODED, bytes([kind]) + pieces[-1], 0))

    def say(self, now: float) -> bytes:
        """What to put on the line now."""
        out, self._replies = self._replies, b""
        if self._waiting and (self._sent_at is None or now - self._sent_at > ANSWER_WITHIN):
            if self._tries == TRIES:
                self.given_up.append(self._waiting.popleft()[1])
                self._tries, self._sent_at = 0, None
                return out
            operation, data, status = self._waiting[0]
            out += packed(operation, data, status | (AGAIN if self._tries else 0))
            self._tries += 1
            self._sent_at = now
        return out

    def hears(self, octets: bytes) -> None:
        """Takes what came from the host."""
        self._held += octets
        while len(self._held) > 1 and len(self._held) >= self._held[0] + 2:
            length = self._held[0] + 2
            one, self._held = self._held[:length], self._held[length:]
            if length < 6:
                self._held = b""
                return
            if packed(one[1], one[4:-2], one[3], one[2]) == one:
                self._obey(one[1], one[4:-2])

    def _obey(self, operation: int, data: bytes) -> None:
        if operation == ACK:
            if self._sent_at is not None:
                self._waiting.popleft()
            self._tries, self._sent_at = 0, None
        elif operation == NAK:
            self._sent_at = float("-inf") if self._sent_at is not None else None
        else:
            self.did.append((operation, data))
            self._replies += packed(ACK)
