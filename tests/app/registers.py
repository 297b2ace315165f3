"""Registers of convicts as institutions keep them, made for the tests: any number of lines, every coding."""

import csv
import io
from datetime import date, datetime, timedelta

from openpyxl import Workbook

from tests.builders import iin

HEADING = (
    "Номер личного дела", "Фамилия", "Имя", "Отчество", "Дата рождения", "ИИН", "Дата прибытия", "Основание",
    "Условия отбывания", "Степень поведения", "Последнее краткосрочное свидание",
)  # fmt: skip
FAMILIES = ("Әбдіғали", "Қожахметұлы", "Өмірзақ", "Үмбетов", "Іңкәров", "Һасенов", "Ғабитов", "Смирнов", "Ёлкин")
Line = tuple[str, ...]


def line(number: int, **changed: str) -> Line:
    """One convict of the register; `changed` by the heading."""
    born = date(1970, 1, 1) + timedelta(days=number % 9000)
    cells = dict(
        zip(
            HEADING,
            (
                f"9/2024-{number:05}",
                FAMILIES[number % len(FAMILIES)],
                "Нұрлан",
                "Серікұлы" if number % 3 else "",
                f"{born:%d.%m.%Y}",
                iin(born, 3000 + number % 6000),
                "10.05.2024",
                f"приговор № {number}",
                "обычные",
                "+1" if number % 5 == 0 else "",
                "14.01.2026" if number % 2 else "",
            ),
            strict=True,
        )
    )
    return tuple({**cells, **changed}.values())


def lines(count: int, start: int = 1) -> list[Line]:
    """So many convicts, each another."""
    return [line(number) for number in range(start, start + count)]


def as_csv(rows: list[Line], coding: str = "utf-8", separator: str = ";", heading: Line = HEADING) -> bytes:
    """The register as a text file."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows([heading, *rows])
    return text.getvalue().encode(coding)


def as_xlsx(rows: list[Line], heading: Line = HEADING) -> bytes:
    """The register as a workbook; days are days of the workbook, the IIN a number as people type it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(heading)
    for row in rows:
        sheet.append([_typed(name, cell) for name, cell in zip(heading, row, strict=True)])
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def _typed(name: str, cell: str) -> object:
    if cell.count(".") == 2:
        return datetime.strptime(cell, "%d.%m.%Y")  # noqa: DTZ007  (a workbook knows no zone)
    return int(cell) if name == "ИИН" and cell.isdigit() else cell or None
