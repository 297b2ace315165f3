"""Slips on receipt printers, through python-escpos. A printer that does not answer has not printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from escpos.constants import QR_ECLEVEL_M
from escpos.escpos import Escpos
from escpos.printer import Serial
from PIL import Image, ImageDraw, ImageFont

from firmware_bridge.hardware import PrinterConfig

READ_WITHIN = 1.0
DOTS = 384
"""Width of the narrowest paper, 58 mm."""
DOT_SIZE = 6
LETTER_DOTS, BIG_DOTS = 24, 40
UNKNOWN = "default"
CODE_PAGES: Mapping[str, str] = {"CP866": "cp866", "CP1251": "cp1251", "RK1048": "kz1048"}
"""Names of python-escpos and of Python; the last one has the Kazakh letters."""


class Outcome(StrEnum):
    """What became of a slip."""

    PRINTED = "printed"
    PAPER_LOW = "printed-paper-low"
    NO_PAPER = "no-paper"
    OFFLINE = "offline"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Words:
    """One line of a slip."""

    text: str
    big: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """Lines, then a QR code, then lines."""

    before: Sequence[Words] = ()
    code: str = ""
    after: Sequence[Words] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """The outcome, and what went wrong in words."""

    outcome: Outcome
    why: str = ""


class ReceiptPrinter:
    """One printer. Its line is opened for each slip: a printer that was switched off and on again just works."""

    def __init__(self, config: PrinterConfig, opened: Callable[[PrinterConfig], Any] | None = None) -> None:
        self._config = config
        self._opened = opened or _serial

    def print(self, slip: Slip) -> Printed:
        """Prints a slip and says whether it came out. Never raises for what a printer does."""
        try:
            printer = self._opened(self._config)
            printer.open()
        except Exception as fault:  # python-escpos has exceptions of its own, and passes on those of pyserial
            return Printed(Outcome.OFFLINE, str(fault))
        try:
            return self._print(printer, slip)
        except Exception as fault:
            return Printed(Outcome.FAULT, str(fault))
        finally:
            printer.close()

    def _print(self, printer: Any, slip: Slip) -> Printed:
        # A dead printer's paper reads as adequate: whether it answers at all is asked first.
        if not printer.is_online():
            return Printed(Outcome.OFFLINE, "the printer does not answer or is switched off line")
        if printer.paper_status() == 0:
            return Printed(Outcome.NO_PAPER)
        write(printer, slip, self._config.font)
        if not printer.is_online():
            return Printed(Outcome.FAULT, "the printer stopped answering while it printed")
        paper = printer.paper_status()
        return Printed((Outcome.NO_PAPER, Outcome.PAPER_LOW, Outcome.PRINTED)[paper])


def write(printer: Any, slip: Slip, font: str) -> None:
    """Sends a slip to a printer of python-escpos."""
    printer.hw("INIT")
    for words in slip.before:
        _line(printer, words, font)
    if slip.code:
        printer.qr(slip.code, ec=QR_ECLEVEL_M, size=DOT_SIZE, native=printer.profile.supports("qrCode"))
    for words in slip.after:
        _line(printer, words, font)
    if printer.profile.supports("paperFullCut") or printer.profile.supports("paperPartCut"):
        printer.cut()
    else:
        printer.print_and_feed(4)


def _line(printer: Any, words: Words, font: str) -> None:
    page = code_page(printer, words.text)
    if page is None:
        printer.image(picture(words, font, _dots(printer)), impl=_way(printer))
        return
    slot, octets = page
    size = b"\x1d!" + (b"\x11" if words.big else b"\x00")
    printer._raw(size + (b"\x1bt" + bytes([slot]) if slot is not None else b"") + octets + b"\n")


def code_page(printer: Any, text: str) -> tuple[int | None, bytes] | None:
    """The printer's code page that has every letter of the text, and the text in it; None when there is none.

    The pages of a printer that nobody has named are not believed: strange letters are worse than a picture.
    """
    if text.isascii():
        return None, text.encode("ascii", "replace")
    if printer.profile.profile_data["name"].lower().startswith(UNKNOWN):
        return None
    slots = {page: int(slot) for slot, page in printer.profile.profile_data["codePages"].items()}
    for page, codec in CODE_PAGES.items():
        if page in slots:
            try:
                return slots[page], text.encode(codec)
            except UnicodeEncodeError:
                continue
    return None


def picture(words: Words, font: str, dots: int) -> Image.Image:
    """The line as a picture, black on white, broken where the paper ends."""
    letters = ImageFont.truetype(font, BIG_DOTS if words.big else LETTER_DOTS)
    rows = wrapped(words.text, lambda text: letters.getlength(text) <= dots)
    height = sum(letters.getmetrics()) + 2
    made = Image.new("1", (dots, height * len(rows)), 1)
    draw = ImageDraw.Draw(made)
    for number, row in enumerate(rows):
        draw.text((0, number * height), row, font=letters, fill=0)
    return made


def wrapped(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The text in rows that fit, broken between words; a word too long for a row is broken in itself."""
    rows, row = list[str](), ""
    for word in text.split():
        if fits(f"{row} {word}".strip()):
            row = f"{row} {word}".strip()
            continue
        rows += [row] if row else []
        row = word
        while not fits(row):
            length = next(length for length in range(len(row) - 1, 0, -1) if length == 1 or fits(row[:length]))
            rows.append(row[:length])
            row = row[length:]
    return [*rows, row]


def _dots(printer: Any) -> int:
    dots = printer.profile.profile_data["media"]["width"]["pixels"]
    return dots if isinstance(dots, int) else DOTS


def _way(printer: Any) -> str:
    return "bitImageRaster" if printer.profile.supports("bitImageRaster") else "bitImageColumn"


class PrinterLine(Serial):  # type: ignore[misc]
    """A status is one octet: python-escpos would wait for sixteen. It comes when all before it has left the machine."""

    def _read(self) -> bytes:
        self.device.flush()
        octets: bytes = self.device.read(1)
        return octets


def _serial(config: PrinterConfig) -> Escpos:
    return PrinterLine(
        devfile=config.path, baudrate=config.baud, timeout=READ_WITHIN, profile=config.profile, dsrdtr=False
    )
