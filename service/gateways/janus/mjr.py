"""What Janus has recorded of one sender: a file of packets (`.mjr`), read as frames of Opus sound or VP8 picture.

Janus manual, "Recordings": `MJR00002`, a length of two octets and a header in JSON; then for each packet `MEET`, the
milliseconds since the first one (4 octets), a length (2) and the packet (RFC 3550). Opus: RFC 7587; VP8: RFC 7741.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

MAGIC, PACKET = b"MJR00002", b"MEET"
KINDS = {("a", "opus"): "sound", ("v", "vp8"): "picture"}
TICKS_A_MS = {"sound": 48, "picture": 90}
"""RFC 7587 section 4.1; RFC 7741 section 4.1."""
ASTRAY_MS = 2000
"""A sender's clock that differs so much from the time of arrival has begun anew."""
_HEADER = struct.Struct(">4sIH")
_RTP = struct.Struct(">BBHI")


class NotRecorded(ValueError):
    """The file is no recording that can be read: it was cut off in its header, or holds something else."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `at`: milliseconds since the recording of its sender began. `key`: it can be shown by itself."""

    at: int
    key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """One file. `kind`: 'sound' or 'picture'. `began`: when its first packet came, in milliseconds of Unix time."""

    kind: str
    began: int
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class _Packet:
    number: int
    clock: int
    came: int
    last: bool
    payload: bytes


def read_recorded(file: Path) -> Recorded:
    """Every whole frame in the file, in the order in which it was sent; of one that was cut short, what is there.

    The whole file is in memory meanwhile: at most 60 MB, by the bits a second that Janus holds senders to.
    Raises NotRecorded, OSError.
    """
    octets = file.read_bytes()
    start = len(MAGIC) + 2
    end = start + int.from_bytes(octets[len(MAGIC) : start])
    try:
        header = json.loads(octets[start:end])
        kind, began = KINDS[header["t"], header["c"]], int(header["u"]) // 1000
    except (ValueError, KeyError, TypeError) as fault:
        raise NotRecorded(file.name) from fault
    if not octets.startswith(MAGIC):
        raise NotRecorded(file.name)
    packets = sorted(_unrolled(_packets(octets, end)), key=lambda one: one.number)
    ticks = TICKS_A_MS[kind]
    found = _sounds(packets) if kind == "sound" else _pictures(packets)
    return Recorded(kind, began, tuple(_timed(found, ticks)))


def _packets(octets: bytes, at: int) -> Iterator[_Packet]:
    while at + _HEADER.size <= len(octets):
        mark, came, length = _HEADER.unpack_from(octets, at)
        at += _HEADER.size
        packet = octets[at : at + length]
        if mark != PACKET or len(packet) < length:
            return  # the machine stopped while it was written
        at += length
        if length < 12:
            continue
        first, second, number, clock = _RTP.unpack_from(packet)
        begins = 12 + 4 * (first & 15)
        if first & 16:
            begins += 4 + 4 * int.from_bytes(packet[begins + 2 : begins + 4])
        ends = length - (packet[-1] if first & 32 else 0)
        if begins < ends:
            yield _Packet(number, clock, came, bool(second & 128), packet[begins:ends])


def _unrolled(packets: Iterator[_Packet]) -> Iterator[_Packet]:
    """Numbers of 16 bits and clocks of 32 go round; from here on they do not."""
    number = clock = None
    for one in packets:
        number = one.number if number is None else number + _nearest(one.number - number, 16)
        clock = one.clock if clock is None else clock + _nearest(one.clock - clock, 32)
        yield _Packet(number, clock, one.came, one.last, one.payload)


def _nearest(difference: int, bits: int) -> int:
    half = 1 << bits - 1
    return (difference + half) % (2 * half) - half


def _sounds(packets: list[_Packet]) -> Iterator[tuple[_Packet, bool, bytes]]:
    before = None
    for one in packets:
        if one.number != before:
            yield one, True, one.payload
        before = one.number


def _pictures(packets: list[_Packet]) -> Iterator[tuple[_Packet, bool, bytes]]:
    """After a picture of which a packet is missing nothing is taken until one that can be shown by itself."""
    whole, expected = False, None
    for _, group in groupby(packets, key=lambda one: one.clock):
        parts = list({one.number: one for one in group}.values())
        stripped = [_described(one.payload) for one in parts]
        gapless = parts[-1].number - parts[0].number == len(parts) - 1
        whole = whole and parts[0].number == expected
        expected = parts[-1].number + 1
        if not (gapless and parts[-1].last and stripped[0][0]):
            whole = False
            continue
        data = b"".join(data for _, data in stripped)
        key = bool(data) and not data[0] & 1
        whole = whole or key
        if whole and data:
            yield parts[0], key, data


def _described(payload: bytes) -> tuple[bool, bytes]:
    """Whether a picture begins here, and the packet without its descriptor (RFC 7741 section 4.2)."""
    first, at = payload[0], 1
    if first & 0x80 and len(payload) > 1:
        more, at = payload[1], 2
        if more & 0x80 and at < len(payload):
            at += 2 if payload[at] & 0x80 else 1
        at += bool(more & 0x40) + bool(more & 0x30)
    return bool(first & 0x10) and not first & 0x07, payload[at:]


def _timed(found: Iterator[tuple[_Packet, bool, bytes]], ticks: int) -> Iterator[Frame]:
    begins: tuple[int, int] | None = None
    latest = 0
    for packet, key, data in found:
        if begins is None or abs(begins[1] + (packet.clock - begins[0]) // ticks - packet.came) > ASTRAY_MS:
            begins = packet.clock, packet.came
        latest = max(latest, begins[1] + (packet.clock - begins[0]) // ticks)
        yield Frame(latest, key, data)


def picture_size(frame: Frame) -> tuple[int, int]:
    """Width and height of a picture that can be shown by itself (RFC 6386 section 9.1); 0, 0 for any other."""
    if not frame.key or frame.data[3:6] != b"\x9d\x01\x2a" or len(frame.data) < 10:
        return 0, 0
    width, height = struct.unpack_from("<HH", frame.data, 6)
    return width & 0x3FFF, height & 0x3FFF
