"""The part of the settings that names hardware: readers, OSDP lines, relays, printers, each at a stable path."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.actuate.line import ACTUATORS
from firmware_bridge.actuate.relay import Frames, framed, spoken
from firmware_bridge.codecs.osdp.crypto import BLOCK, DEFAULT_KEY
from firmware_bridge.codecs.osdp.panel import MOST_READERS
from firmware_bridge.decide import Direction
from firmware_bridge.gatehouse import Place
from firmware_bridge.section import Section

BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
OSDP_BAUD_RATES = (9600, 19200, 38400, 57600, 115200, 230400)
SSI, FRAMED_CARD, NUMBER_CARD = "zebra-ssi", "card-framed", "card-number"
KINDS = (*ACTUATORS, SSI, FRAMED_CARD, NUMBER_CARD)
RELAY_KINDS = ("lcus", "words")
LONGEST_OPEN = 30
UNSTABLE = ("/ttyUSB", "/ttyACM")


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """One reader on a line of its own. `relay` names the relay that opens its door, empty for none."""

    place: Place
    path: str
    baud: int
    kind: str
    prefixes: tuple[str, ...]
    relay: str = ""


@dataclass(frozen=True, slots=True)
class OsdpReaderConfig:
    """One reader of an OSDP line. `output` is its own output that opens the door for `seconds`, None for none."""

    place: Place
    address: int
    key: bytes
    install: bool
    output: int | None
    seconds: int


@dataclass(frozen=True, slots=True)
class OsdpConfig:
    """One RS-485 line."""

    path: str
    baud: int
    readers: tuple[OsdpReaderConfig, ...]


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """One relay on a line of its own."""

    name: str
    path: str
    baud: int
    frames: Frames
    seconds: int


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """One receipt printer. `profile` is a name of python-escpos, `font` a font file for what it has no letters for."""

    name: str
    path: str
    baud: int
    profile: str
    font: str


def reader(section: Section) -> ReaderConfig:
    """A `[[readers]]` section."""
    found = ReaderConfig(
        place=_place(section),
        path=section.text("path"),
        baud=section.choice("baud", BAUD_RATES, 9600),
        kind=section.choice("kind", list(KINDS), "silent"),
        prefixes=tuple(section.texts("prefixes")),
        relay=section.text("relay", ""),
    )
    if found.relay and found.place.direction is Direction.EXIT:
        section.wrong("relay", "is for an entry: whoever leaves must not depend on a program")
    section.nothing_else()
    return found


def osdp(section: Section, folder: Path) -> OsdpConfig:
    """An `[[osdp]]` section with its readers."""
    found = OsdpConfig(
        path=section.text("path"),
        baud=section.choice("baud", OSDP_BAUD_RATES, 9600),
        readers=tuple(_osdp_reader(one, folder) for one in section.sections("readers")),
    )
    section.nothing_else()
    if not 0 < len(found.readers) <= MOST_READERS:
        section.wrong("readers", f"must be 1 to {MOST_READERS}, are {len(found.readers)}: more wait too long")
    if len({one.address for one in found.readers}) < len(found.readers):
        section.wrong("readers", "must have different addresses")
    return found


def relay(section: Section) -> RelayConfig:
    """A `[[relays]]` section."""
    kind = section.choice("kind", RELAY_KINDS, "lcus")
    if kind == "words":
        frames = spoken(section.words("on"), section.words("off"))
    else:
        frames = framed(section.number("channel", 1, 16, 1))
    found = RelayConfig(
        name=section.text("name"),
        path=section.text("path"),
        baud=section.choice("baud", BAUD_RATES, 9600),
        frames=frames,
        seconds=section.number("seconds", 1, LONGEST_OPEN, 5),
    )
    section.nothing_else()
    return found


def printer(section: Section, folder: Path) -> PrinterConfig:
    """A `[[printers]]` section."""
    font = folder / section.text("font", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    found = PrinterConfig(
        name=section.text("name"),
        path=section.text("path"),
        baud=section.choice("baud", BAUD_RATES, 9600),
        profile=section.text("profile", "default"),
        font=str(font),
    )
    if section.has("profile") and found.profile not in _profiles():
        section.wrong("profile", f"must be one that python-escpos knows: {', '.join(sorted(_profiles()))}")
    if not font.is_file():
        section.wrong("font", f"{font} is no file; it draws the letters that the printer does not have")
    section.nothing_else()
    return found


def secret(section: Section, key: str, folder: Path) -> str:
    """The text of a file that only its owner may read; empty, and the problem noted, when it cannot be used."""
    name = section.text(key, "")
    if not name:
        return ""
    path = folder / name
    try:
        if path.stat().st_mode & 0o077:
            section.wrong(key, f"{path} can be read by others: chmod 600 {path}")
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        section.wrong(key, f"{path} cannot be read: {fault}")
        return ""
    if not found:
        section.wrong(key, f"{path} is empty")
    return found


def unstable(paths: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with paths that name another device after the next start, or one device twice."""
    seen: dict[str, str] = {}
    for name, path in paths:
        if any(word in path for word in UNSTABLE):
            yield (
                f"{name}: {path} may be another reader after the next start;"
                " use its path under /dev/serial/by-id or /dev/serial/by-path, or a name given by a udev rule"
            )
        device = str(Path(path).resolve())
        if device in seen and Path(path).exists():
            yield f"{name} and {seen[device]} are two names of one device, {device}: only one of them will open it"
        seen.setdefault(device, name)


def _profiles() -> Set[str]:
    # The library takes a second to load: only a bridge with printers waits for it.
    from escpos.capabilities import CAPABILITIES  # noqa: PLC0415

    return set(CAPABILITIES["profiles"])


def _place(section: Section) -> Place:
    return Place(
        reader=section.text("name"),
        gate=section.text("gate"),
        gate_zone=section.number("gate_zone", 1, 0xFF),
        direction=Direction(section.choice("direction", [way.value for way in Direction])),
    )


def _osdp_reader(section: Section, folder: Path) -> OsdpReaderConfig:
    output = section.number("output", -1, 15, -1)
    found = OsdpReaderConfig(
        place=_place(section),
        address=section.number("address", 0, 126),
        key=_base_key(section, folder),
        install=section.yes("install"),
        output=output if output >= 0 else None,
        seconds=section.number("seconds", 1, LONGEST_OPEN, 5),
    )
    if found.output is not None and found.place.direction is Direction.EXIT:
        section.wrong("output", "is for an entry: whoever leaves must not depend on a program")
    section.nothing_else()
    return found


def _base_key(section: Section, folder: Path) -> bytes:
    text = secret(section, "key_file", folder)
    if not section.has("key_file"):
        section.wrong(
            "key_file", "is missing: the file with the reader's own key (`kezdesu bridge osdp-key` makes one)"
        )
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if text and len(key) != BLOCK:
        section.wrong("key_file", "must hold 32 hexadecimal digits")
    if key == DEFAULT_KEY:
        section.wrong("key_file", "holds the factory's key, which everybody knows")
    return key if len(key) == BLOCK else bytes(BLOCK)
