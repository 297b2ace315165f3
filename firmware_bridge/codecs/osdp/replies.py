"""What a reader says (OSDP 2.2, section 7), read from the content of its replies. None where it does not read."""

from dataclasses import dataclass, field
from enum import IntEnum


class Reply(IntEnum):
    """Reply codes."""

    ACK = 0x40
    NAK = 0x41
    PDID = 0x45
    PDCAP = 0x46
    LSTATR = 0x48
    RAW = 0x50
    KEYPAD = 0x53
    COM = 0x54
    CCRYPT = 0x76
    RMAC_I = 0x78
    BUSY = 0x79
    MFGREP = 0x90


class Fault(IntEnum):
    """Why a reader refuses a command: the first octet of NAK."""

    CHECK = 1
    LENGTH = 2
    UNKNOWN_COMMAND = 3
    SEQUENCE = 4
    NO_SECURE_CHANNEL = 5
    SECURE_CHANNEL_NEEDED = 6
    BIOMETRIC_TYPE = 7
    BIOMETRIC_FORMAT = 8
    RECORD = 9


class Capability(IntEnum):
    """Functions of PDCAP that the bridge asks about."""

    OUTPUTS = 2
    LIGHT = 4
    SOUND = 5
    TEXT = 6
    SECURITY = 9
    RECEIVES = 10


@dataclass(frozen=True, slots=True)
class Card:
    """What a card or code carried: `bits` bits, left-aligned in `octets`."""

    reader: int
    bits: int
    octets: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that were pressed: digits, `*` as 0x7F, `#` as 0x0D."""

    reader: int
    digits: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """Who made the reader, and which one it is."""

    vendor: str
    model: int
    version: int
    serial: int
    firmware: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a reader has: function code to (compliance, number)."""

    functions: dict[int, tuple[int, int]] = field(default_factory=dict)

    def has(self, function: Capability) -> bool:
        """Whether the reader has at least one of these."""
        return self.functions.get(function, (0, 0))[0] > 0


@dataclass(frozen=True, slots=True)
class Line:
    """The address and speed a reader has taken on."""

    address: int
    baud: int


@dataclass(frozen=True, slots=True)
class LocalStatus:
    """Whether the reader was opened, and whether it fails for want of power."""

    tampered: bool
    power_failed: bool


def card(data: bytes) -> Card | None:
    """RAW: reader, format, number of bits (2), bits."""
    if len(data) < 5:
        return None
    bits = int.from_bytes(data[2:4], "little")
    octets = data[4:]
    return Card(data[0], bits, octets) if bits and (bits + 7) // 8 == len(octets) else None


def keys(data: bytes) -> Keys | None:
    """KEYPAD: reader, how many, keys."""
    return Keys(data[0], data[2:]) if len(data) > 2 and data[1] == len(data) - 2 else None


def identity(data: bytes) -> Identity | None:
    """PDID: maker (3), model, version, serial number (4), firmware (3)."""
    if len(data) != 12:
        return None
    firmware = ".".join(map(str, data[9:12]))
    return Identity(data[:3].hex(), data[3], data[4], int.from_bytes(data[5:9], "little"), firmware)


def abilities(data: bytes) -> Abilities | None:
    """PDCAP: function, compliance, number; as often as there are functions."""
    if len(data) % 3:
        return None
    return Abilities({data[at]: (data[at + 1], data[at + 2]) for at in range(0, len(data), 3)})


def line(data: bytes) -> Line | None:
    """COM: address, speed (4)."""
    return Line(data[0], int.from_bytes(data[1:], "little")) if len(data) == 5 else None


def local_status(data: bytes) -> LocalStatus | None:
    """LSTATR: tamper, power."""
    return LocalStatus(bool(data[0]), bool(data[1])) if len(data) == 2 else None
