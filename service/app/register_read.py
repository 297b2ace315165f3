"""A table out of a CSV or XLSX file, as text: nothing in the file is believed, and nothing of it is run.

UTF-8 with and without its mark, UTF-16 with it, Windows-1251 and KZ-1048; separators ; , and tabulator. A workbook is
a ZIP of XML: what would unpack to more than its limit, or declares entities, is not opened at all.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from service.domain.refusal import Refusal, refuse

MOST_OCTETS = 16 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_UNPACKED = 128 * 1024 * 1024
MOST_MEMBERS = 500
_LONGEST_CELL = 2000
_PIECE = 1 << 20
_NOT_OURS = frozenset("ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЄЇЅґєѕїј¤")
"""Letters of Windows-1251 that neither Russian nor Kazakh has: where they stand, KZ-1048 has Kazakh ones."""
_DECLARATIONS = tuple(
    word.encode(coding) for word in ("<!DOCTYPE", "<!ENTITY") for coding in ("utf-8", "utf-16-le", "utf-16-be")
)


@dataclass(frozen=True, slots=True)
class Table:
    """Heading and rows as text, each row with its number in the file; `coding` says how it was written."""

    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    coding: str


def read_table(octets: bytes) -> Table:
    """The first sheet, or the whole CSV. Raises Refusal: unreadable, unsafe, too large."""
    if len(octets) > MOST_OCTETS:
        raise refuse("not-possible", "file-too-large", count=MOST_ROWS)
    coding, rows = ("xlsx", _workbook(octets)) if octets[:2] == b"PK" else _text(octets)
    found: list[tuple[int, tuple[str, ...]]] = []
    try:
        for number, row in enumerate(rows, 1):
            if len(found) > MOST_ROWS:
                raise refuse("not-possible", "file-too-large", count=MOST_ROWS)
            cells = tuple(cell.strip() for cell in row)
            if len(cells) > MOST_COLUMNS or any(len(cell) > _LONGEST_CELL for cell in cells):
                raise refuse("not-possible", "file-unreadable")
            if any(cells):
                found.append((number, cells))
    except Refusal:
        raise
    except Exception as error:
        raise refuse("not-possible", "file-unreadable") from error
    if len(found) < 2:
        raise refuse("not-possible", "file-unreadable")
    return Table(found[0][1], tuple(found[1:]), coding)


def _text(octets: bytes) -> tuple[str, Iterator[list[str]]]:
    coding, text = _decoded(octets)
    if "\0" in text:
        raise refuse("not-possible", "file-unreadable")
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(";,\t", key=first.count)
    return coding, csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _decoded(octets: bytes) -> tuple[str, str]:
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", _decode(octets, "utf-16")
    try:
        return "utf-8", octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    text = octets.decode("cp1251", "replace")
    coding = "kz1048" if _NOT_OURS & set(text) else "cp1251"
    return coding, _decode(octets, coding)


def _decode(octets: bytes, coding: str) -> str:
    try:
        return octets.decode(coding)
    except UnicodeDecodeError as error:
        raise refuse("not-possible", "file-unreadable") from error


def _workbook(octets: bytes) -> Iterator[list[str]]:
    _check_archive(octets)
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  (large, and seldom asked for)

        book = load_workbook(io.BytesIO(octets), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
    except Exception as error:
        raise refuse("not-possible", "file-unreadable") from error
    for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _check_archive(octets: bytes) -> None:
    """Unpacks every member piece by piece and counts: the sizes an archive declares are the attacker's own."""
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
                raise refuse("not-possible", "file-unsafe")
            for member in members:
                with archive.open(member) as opened:
                    left = _count(opened, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise refuse("not-possible", "file-unreadable") from error


def _count(opened: IO[bytes], left: int) -> int:
    before = b""
    while piece := opened.read(_PIECE):
        left -= len(piece)
        seen = before + piece
        if left < 0 or any(word in seen for word in _DECLARATIONS):
            raise refuse("not-possible", "file-unsafe")
        before = piece[-40:]
    return left


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value.day:02}.{value.month:02}.{value.year:04}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
