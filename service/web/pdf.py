"""What every PDF of the service is made with: the shipped Noto Sans, embedded once, and tables that run over pages."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from service.web import static_files

REGULAR, BOLD = "NotoSansRegular", "NotoSansBold"
MM = 72 / 25.4


@cache
def fonts() -> None:
    """Registers the fonts; once a process."""
    for name, file in ((REGULAR, "noto-sans-regular.ttf"), (BOLD, "noto-sans-bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, static_files.FOLDER / "fonts" / file))


def table_pdf(
    title: str, under: str, head: Sequence[str], rows: Sequence[Sequence[str]], page: str, language: str
) -> bytes:
    """A register on A4 across: the heading on every page, page numbers by `page` ("Page {number}")."""
    fonts()
    written = BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=landscape(A4), title=title, creator="Kezdesu", invariant=1, lang=language,
        leftMargin=12 * MM, rightMargin=12 * MM, topMargin=12 * MM, bottomMargin=14 * MM,
    )  # fmt: skip
    plain = ParagraphStyle("plain", fontName=REGULAR, fontSize=8.5, leading=11)
    strong = ParagraphStyle("strong", parent=plain, fontName=BOLD)
    heading = ParagraphStyle("heading", parent=plain, fontName=BOLD, fontSize=14, leading=18)
    cells = [[Paragraph(escape(one), strong) for one in head]]
    cells += [[Paragraph(escape(one).replace("\n", "<br/>"), plain) for one in row] for row in rows]
    table = LongTable(cells, repeatRows=1, colWidths=_widths(head, rows, document.width))
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            ]
        )
    )

    def number(canvas: Canvas, _document: object) -> None:
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(landscape(A4)[0] - 12 * MM, 8 * MM, page.format(number=canvas.getPageNumber()))

    story = [Paragraph(escape(title), heading), Paragraph(escape(under), plain), Spacer(1, 3 * MM), table]
    document.build(story, onFirstPage=number, onLaterPages=number)
    return written.getvalue()


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]], whole: float) -> list[float]:
    """Columns as wide as their longest words ask for, within bounds."""
    asked = [
        min(40, max(5, len(name), *(len(row[place]) for row in rows[:200])) if rows else len(name))
        for place, name in enumerate(head)
    ]
    return [whole * one / sum(asked) for one in asked]
