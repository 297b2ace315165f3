"""The pass on paper: a PDF in the language of its holder, A4 or the width of a till roll, its text extractable.

The letters are those of the shipped Noto Sans subset, embedded, so that a printer anywhere shows Kazakh as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from service.web import qr
from service.web.pdf import BOLD, REGULAR, fonts

Size = Literal["a4", "small"]
MM = 72 / 25.4
SMALL_WIDTH = 80 * MM
MARGIN = {"a4": 20 * MM, "small": 5 * MM}
CODE_WIDTH = {"a4": 80 * MM, "small": 62 * MM}
"""At 49 modules with the quiet zone, 62 mm is 1.27 mm a module: read from a hand's width away by any scanner."""


@dataclass(frozen=True)
class Sheet:
    """What one pass says: the words over the code, its text, the facts below, and what to know."""

    title: str
    when: str
    token: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[tuple[str, str]]
    """Headings with the words under them: directions, what to bring, what happens at the gate."""
    language: str


def pdf(sheets: Sequence[Sheet], size: Size) -> bytes:
    """One page for each pass. Raises service.web.qr.DoesNotFit."""
    fonts()
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=1, invariant=1, lang=sheets[0].language if sheets else None)
    canvas.setTitle(sheets[0].title if sheets else "Kezdesu")
    canvas.setCreator("Kezdesu")
    for sheet in sheets:
        _page(canvas, sheet, size)
    canvas.save()
    return written.getvalue()


@dataclass
class _Line:
    text: str
    font: str
    points: float
    after: float = 0.0


def _page(canvas: Canvas, sheet: Sheet, size: Size) -> None:
    margin, code = MARGIN[size], CODE_WIDTH[size]
    width = A4[0] if size == "a4" else SMALL_WIDTH
    inside = width - 2 * margin
    body = 11 if size == "a4" else 9
    above = _lines(sheet.title, BOLD, body + 5, inside, 4) + _lines(sheet.when, BOLD, body + 3, inside, 6)
    below: list[_Line] = []
    for name, value in sheet.facts:
        below += _lines(name, REGULAR, body - 1, inside, 0) + _lines(value, BOLD, body + 1, inside, 5)
    for heading, text in sheet.notes:
        below += _lines(heading, BOLD, body, inside, 1)
        for line in text.split("\n"):
            below += _lines(line, REGULAR, body, inside, 2)
        below[-1].after += 6
    needed = 2 * margin + code + sum(_height(line) for line in above + below)
    height = A4[1] if size == "a4" else max(needed, width)
    canvas.setPageSize((width, height))
    top = _write(canvas, above, margin, height - margin)
    _code(canvas, sheet.token, margin, top - code, code)
    _write(canvas, below, margin, top - code - 6)
    canvas.showPage()


def _lines(text: str, font: str, points: float, inside: float, after: float) -> list[_Line]:
    lines = [_Line(line, font, points) for line in simpleSplit(text, font, points, inside)] or [_Line("", font, points)]
    lines[-1].after = after
    return lines


def _height(line: _Line) -> float:
    return line.points * 1.35 + line.after


def _write(canvas: Canvas, lines: Sequence[_Line], left: float, top: float) -> float:
    for line in lines:
        top -= line.points * 1.35
        canvas.setFont(line.font, line.points)
        canvas.drawString(left, top + line.points * 0.3, line.text)
        top -= line.after
    return top


def _code(canvas: Canvas, token: str, left: float, bottom: float, side: float) -> None:
    rows = qr.modules(token)
    module = side / len(rows)
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for start, length in qr.runs(row):
            path.rect(left + start * module, bottom + (len(rows) - 1 - y) * module, length * module, module)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
