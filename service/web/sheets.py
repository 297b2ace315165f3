"""A table as a page, CSV, XLSX or PDF. A cell that a spreadsheet would run as a formula is written as plain text."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Form = Literal["csv", "xlsx", "pdf"]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Sheet:
    """A table in the language of its reader; `under` says which days it is about. All cells are text."""

    title: str
    under: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    language: str


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it: an apostrophe before what would begin a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_RUNS) or cell.startswith(_RUNS) else cell


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with its mark, so that spreadsheets here read Kazakh; separated by semicolons."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(
        [[harmless(cell) for cell in row] for row in (sheet.head, *sheet.rows)]
    )
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook of one sheet; every cell is of the type text."""
    # Few readers ask for a workbook or a PDF, and each server that starts would read a third of a second for them.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    page = book.create_sheet("Kezdesu")
    page.freeze_panes = "A2"
    for number, row in enumerate((sheet.head, *sheet.rows)):
        cells = []
        for text in row:
            cell = WriteOnlyCell(page, value="")
            cell.value = harmless(text)
            cell.data_type = "s"
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        page.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def written(sheet: Sheet, form: Form, page: str) -> bytes:
    """The sheet in a form; `page` is the sentence of the page number, for a PDF."""
    if form == "csv":
        return as_csv(sheet)
    if form == "xlsx":
        return as_xlsx(sheet)
    from service.web.pdf import table_pdf  # noqa: PLC0415

    return table_pdf(sheet.title, sheet.under, sheet.head, sheet.rows, page, sheet.language)
