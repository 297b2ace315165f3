"""What a panel tells a reader (OSDP 2.2, section 6). Times are in tenths of a second, as on the line."""

from dataclasses import dataclass
from enum import IntEnum

TEXT_LONGEST = 32
"""libosdp and many readers take no more."""


class Code(IntEnum):
    """Command codes."""

    POLL = 0x60
    ID = 0x61
    CAP = 0x62
    LSTAT = 0x64
    OUT = 0x68
    LED = 0x69
    BUZ = 0x6A
    TEXT = 0x6B
    COMSET = 0x6E
    KEYSET = 0x75
    CHLNG = 0x76
    SCRYPT = 0x77
    MFG = 0x80


class Colour(IntEnum):
    """Colours of a reader's light."""

    DARK = 0
    RED = 1
    GREEN = 2
    AMBER = 3
    BLUE = 4


@dataclass(frozen=True, slots=True)
class Command:
    """A command without its frame."""

    code: int
    data: bytes = b""


POLL = Command(Code.POLL)
WHO = Command(Code.ID, b"\0")
WHAT = Command(Code.CAP, b"\0")
STATUS = Command(Code.LSTAT)


def light(colour: Colour, tenths: int, *, on: int = 1, off: int = 0, reader: int = 0, led: int = 0) -> Command:
    """Shows a colour for `tenths`, then what was shown before; blinking when `off` is not 0."""
    temporary = bytes([2, on, off, colour, Colour.DARK]) + tenths.to_bytes(2, "little")
    return Command(Code.LED, bytes([reader, led]) + temporary + bytes(5))


def steady(colour: Colour, *, reader: int = 0, led: int = 0) -> Command:
    """Shows a colour for good."""
    return Command(Code.LED, bytes([reader, led, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, colour, colour]))


def sound(times: int, *, on: int = 1, off: int = 1, reader: int = 0) -> Command:
    """Sounds the default tone `times` times."""
    return Command(Code.BUZ, bytes([reader, 2, on, off, times]))


def words(text: str, seconds: int, *, reader: int = 0) -> Command:
    """Shows a text for `seconds`, without wrapping, from the first place of the first row. ASCII; cut at 32."""
    octets = text.encode("ascii", "replace")[:TEXT_LONGEST]
    return Command(Code.TEXT, bytes([reader, 3, seconds, 1, 1, len(octets)]) + octets)


def relay(output: int, tenths: int) -> Command:
    """Switches an output on; the reader itself switches it off after `tenths`, whatever becomes of the panel."""
    return Command(Code.OUT, bytes([output, 5]) + tenths.to_bytes(2, "little"))


def line(address: int, baud: int) -> Command:
    """Gives a reader a new address and speed."""
    return Command(Code.COMSET, bytes([address]) + baud.to_bytes(4, "little"))


def new_key(key: bytes) -> Command:
    """Gives a reader its base key. Only ever sent under a session."""
    return Command(Code.KEYSET, bytes([1, len(key)]) + key)
