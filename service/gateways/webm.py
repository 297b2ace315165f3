"""One side of a call as a WebM file, which every browser plays: Opus sound, VP8 picture, each with its moment.

RFC 8794 (EBML), RFC 9559 (Matroska), and the WebM container guidelines for which of its elements there may be.
"""

import heapq
import struct
from collections.abc import Iterable, Iterator, Sequence

from service.gateways.janus.mjr import Frame

PICTURE, SOUND = 1, 2
LONGEST_CLUSTER_MS = 5000
"""Moments in a cluster are numbers of 16 bits."""
WRITER = b"Kezdesu"
_OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 312, 48000, 0, 0)
"""RFC 7845 section 5.1: stereo, as browsers send it, with the usual octets to be skipped at the beginning."""
_UNKNOWN = b"\x01" + b"\xff" * 7


def webm(sound: Sequence[Frame], picture: Sequence[Frame], size: tuple[int, int]) -> Iterator[bytes]:
    """The file, piece by piece; `size`: width and height of the picture, without which there is no picture in it."""
    ends = max((frames[-1].at for frames in (sound, picture) if frames), default=0)
    tracks = [_picture(size)] if picture and all(size) else []
    tracks += [_sound()] if sound else []
    yield _element(0x1A45DFA3, _number(0x4286, 1), _number(0x42F7, 1), _number(0x42F2, 4), _number(0x42F3, 8),
                   _element(0x4282, b"webm"), _number(0x4287, 4), _number(0x4285, 2))  # fmt: skip
    yield _id(0x18538067) + _UNKNOWN
    duration = _element(0x4489, struct.pack(">d", float(ends + 1)))
    yield _element(
        0x1549A966, _number(0x2AD7B1, 1_000_000), duration, _element(0x4D80, WRITER), _element(0x5741, WRITER)
    )
    yield _element(0x1654AE6B, *tracks)
    pictures = ((one.at, PICTURE, one) for one in picture if all(size))
    sounds = ((one.at, SOUND, one) for one in sound)
    yield from _clusters(heapq.merge(pictures, sounds, key=lambda one: one[0]))


def _clusters(blocks: Iterable[tuple[int, int, Frame]]) -> Iterator[bytes]:
    begins, held = 0, bytearray()
    for at, track, frame in blocks:
        if held and (at - begins > LONGEST_CLUSTER_MS or (track == PICTURE and frame.key)):
            yield _element(0x1F43B675, _number(0xE7, begins), bytes(held))
            held.clear()
        if not held:
            begins = at
        flags = 0x80 if frame.key else 0
        held += _element(0xA3, bytes([0x80 | track]) + struct.pack(">hB", at - begins, flags), frame.data)
    if held:
        yield _element(0x1F43B675, _number(0xE7, begins), bytes(held))


def _picture(size: tuple[int, int]) -> bytes:
    shape = _element(0xE0, _number(0xB0, size[0]), _number(0xBA, size[1]))
    return _element(0xAE, _number(0xD7, PICTURE), _number(0x73C5, PICTURE), _number(0x83, 1),
                    _number(0x9C, 0), _element(0x86, b"V_VP8"), shape)  # fmt: skip


def _sound() -> bytes:
    shape = _element(0xE1, _element(0xB5, struct.pack(">d", 48000.0)), _number(0x9F, 2))
    return _element(0xAE, _number(0xD7, SOUND), _number(0x73C5, SOUND), _number(0x83, 2), _number(0x9C, 0),
                    _element(0x86, b"A_OPUS"), _number(0x56AA, 6_500_000), _number(0x56BB, 80_000_000),
                    _element(0x63A2, _OPUS_HEAD), shape)  # fmt: skip


def _id(name: int) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8)


def _element(name: int, *content: bytes) -> bytes:
    data = b"".join(content)
    return _id(name) + (len(data) | 1 << 56).to_bytes(8) + data


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))
