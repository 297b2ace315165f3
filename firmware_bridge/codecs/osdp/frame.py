"""Frames of OSDP 2.2, section 5: start, address, length, control, security block, code, data, MAC, CRC-16.

Numbers are little-endian. Frames without a CRC (one octet of checksum instead) are not taken.
"""

import binascii
from dataclasses import dataclass
from heapq import heappop, heappush

START = 0x53
REPLY = 0x80
BROADCAST = 0x7F
SEQUENCE, WITH_CRC, WITH_SECURITY = 0x03, 0x04, 0x08
HEADER, CRC, MAC = 5, 2, 4
SHORTEST = HEADER + 1 + CRC
LONGEST = 1440
"""The longest frame of the specification; whoever claims more is noise."""

CHALLENGE, CHALLENGED, PROOF, PROVED = 0x11, 0x12, 0x13, 0x14
COMMAND_MAC, REPLY_MAC, COMMAND_SEALED, REPLY_SEALED = 0x15, 0x16, 0x17, 0x18
WITH_MAC = (COMMAND_MAC, REPLY_MAC, COMMAND_SEALED, REPLY_SEALED)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose CRC is right. `security` is the block's type and content, None in a plain frame.

    `signed` is what the MAC was made over; `mac` is empty where the security type has none.
    """

    address: int
    is_reply: bool
    sequence: int
    security: bytes | None
    code: int
    data: bytes
    mac: bytes
    signed: bytes

    @property
    def security_type(self) -> int | None:
        """The type of the security block: 0x11 to 0x18, None in a plain frame."""
        return self.security[0] if self.security is not None else None


def crc16(octets: bytes) -> int:
    """CRC-16 of polynomial 0x1021 that begins with 0x1D0F (OSDP 2.2, annex C)."""
    return binascii.crc_hqx(octets, 0x1D0F)


def begun(
    address: int,
    sequence: int,
    code: int,
    data: bytes = b"",
    *,
    security: bytes | None = None,
    is_reply: bool = False,
) -> bytes:
    """A frame up to where its MAC or CRC begins; its length counts both."""
    block = b"" if security is None else bytes([len(security) + 1]) + security
    tail = CRC + (MAC if security is not None and security[0] in WITH_MAC else 0)
    length = HEADER + len(block) + 1 + len(data) + tail
    control = sequence & SEQUENCE | WITH_CRC | (WITH_SECURITY if security is not None else 0)
    head = bytes([START, address | (REPLY if is_reply else 0), length & 0xFF, length >> 8, control])
    return head + block + bytes([code]) + data


def ended(frame: bytes, mac: bytes = b"") -> bytes:
    """The whole frame."""
    octets = frame + mac
    return octets + crc16(octets).to_bytes(2, "little")


class FrameDecoder:
    """Finds frames in what comes off the line. Of all that could be one, the first that is whole and sound is one.

    So a false beginning, or a frame that was cut, hides nothing behind it: it is waited for and looked into at once.
    Never raises, holds no more than the longest frame, and reads the same in any chunks. Whoever knows that a
    frame's time is over calls `clear`.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._octets = bytearray()
        # Places count from the first octet that ever came.
        self._place = 0
        self._looked = 0
        self._begun: list[tuple[int, int]] = []
        self.skipped = 0

    @property
    def missing(self) -> int:
        """How many octets the frame begun first still lacks, as far as can be said; 0 when none is begun."""
        if not self._octets:
            return 0
        ends = [end for end, start in self._begun if start == self._place]
        return ends[0] - self._end if ends else SHORTEST - len(self._octets)

    def clear(self) -> None:
        """What is held belongs to nothing that comes after."""
        self.skipped += len(self._octets)
        self._looked = self._end
        self._drop(self._end)
        self._begun.clear()

    def feed(self, octets: bytes) -> list[Frame]:
        """Takes the next octets; answers the frames they complete."""
        self._octets += octets
        self._begin()
        found: list[Frame] = []
        while self._begun and self._begun[0][0] <= self._end:
            end, start = heappop(self._begun)
            frame = self._frame(start, end) if start >= self._place else None
            if frame is not None:
                found.append(frame)
                self.skipped += start - self._place
                self._drop(end)
        self._forget()
        return found

    @property
    def _end(self) -> int:
        return self._place + len(self._octets)

    def _begin(self) -> None:
        """Notes every place from which a frame may go, once its length is there: where it ends, where it begins."""
        place = self._octets.find(START, self._looked - self._place)
        while 0 <= place <= len(self._octets) - 4:
            length = int.from_bytes(self._octets[place + 2 : place + 4], "little")
            if SHORTEST <= length <= self._longest:
                heappush(self._begun, (self._place + place + length, self._place + place))
            place = self._octets.find(START, place + 1)
        self._looked = self._end if place < 0 else self._place + place

    def _forget(self) -> None:
        """Drops what comes before the first place from which a frame may still go."""
        self._looked = max(self._looked, self._place)
        begun = min((start for _, start in self._begun if start >= self._place), default=self._looked)
        if begun > self._place:
            self.skipped += begun - self._place
            self._drop(begun)

    def _drop(self, until: int) -> None:
        del self._octets[: until - self._place]
        self._place = until

    def _frame(self, start: int, end: int) -> Frame | None:
        octets = bytes(self._octets[start - self._place : end - self._place])
        if crc16(octets[:-CRC]) != int.from_bytes(octets[-CRC:], "little"):
            return None
        return parsed(octets)


def parsed(octets: bytes) -> Frame | None:
    """The parts of a frame of the right length whose CRC was checked, None when they do not fit."""
    control, rest, end = octets[4], HEADER, len(octets) - CRC
    security: bytes | None = None
    if not control & WITH_CRC:
        return None
    if control & WITH_SECURITY:
        size = octets[HEADER]
        security = octets[HEADER + 1 : HEADER + size]
        if size < 2 or HEADER + size >= end:
            return None
        rest += size
    mac = b""
    if security is not None and security[0] in WITH_MAC:
        end -= MAC
        mac = octets[end : end + MAC]
    if rest >= end:
        return None
    return Frame(
        address=octets[1] & BROADCAST,
        is_reply=bool(octets[1] & REPLY),
        sequence=control & SEQUENCE,
        security=security,
        code=octets[rest],
        data=octets[rest + 1 : end],
        mac=mac,
        signed=octets[:end],
    )
