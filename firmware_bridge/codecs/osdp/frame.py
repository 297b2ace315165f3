"""Frames of OSDP 2.2, section 5: start, address, length, control, security block, code, data, MAC, CRC-16.

Numbers are little-endian. Frames without a CRC (one octet of checksum instead) are not taken.
"""

import binascii
from dataclasses import dataclass

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
    """Finds frames in what comes off the line. Whatever is no whole, sound frame is skipped octet by octet.

    Never raises, holds no more than the longest frame, and reads the same in any chunks. A false beginning
    may keep later octets waiting: whoever knows that a frame's time is over calls `clear`.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._octets = bytearray()
        self.skipped = 0

    @property
    def missing(self) -> int:
        """How many octets the frame begun still lacks, as far as can be said; 0 when none is begun."""
        if not self._octets:
            return 0
        if len(self._octets) < 4:
            return SHORTEST - len(self._octets)
        return int.from_bytes(self._octets[2:4], "little") - len(self._octets)

    def clear(self) -> None:
        """What is held belongs to nothing that comes after."""
        self.skipped += len(self._octets)
        self._octets.clear()

    def feed(self, octets: bytes) -> list[Frame]:
        """Takes the next octets; answers the frames they complete."""
        self._octets += octets
        found: list[Frame] = []
        while self._octets:
            length = self._length()
            if length is not None and (length == 0 or length > len(self._octets)):
                break
            frame = self._frame(length) if length is not None else None
            if frame is None:
                self._skip()
            else:
                found.append(frame)
                del self._octets[:length]
        return found

    def _length(self) -> int | None:
        """The length the frame begun claims, 0 while unknown, None when it cannot be one."""
        held = self._octets
        if held[0] != START:
            return None
        if len(held) < 4:
            return 0
        length = int.from_bytes(held[2:4], "little")
        return length if SHORTEST <= length <= self._longest else None

    def _skip(self) -> None:
        """Drops the first octet and everything up to the next possible beginning."""
        place = self._octets.find(START, 1)
        gone = place if place > 0 else len(self._octets)
        self.skipped += gone
        del self._octets[:gone]

    def _frame(self, length: int) -> Frame | None:
        octets = bytes(self._octets[:length])
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
