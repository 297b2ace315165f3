"""Days and moments as a reader of a language writes them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from service.language.catalogues import LOCALES

Case = Literal["from", "on", "to"]
_KAZAKH_MONTHS: Mapping[Case, tuple[str, ...]] = {
    "from": (
        "қаңтардан", "ақпаннан", "наурыздан", "сәуірден", "мамырдан", "маусымнан",
        "шілдеден", "тамыздан", "қыркүйектен", "қазаннан", "қарашадан", "желтоқсаннан",
    ),
    "on": (
        "қаңтарда", "ақпанда", "наурызда", "сәуірде", "мамырда", "маусымда",
        "шілдеде", "тамызда", "қыркүйекте", "қазанда", "қарашада", "желтоқсанда",
    ),
    "to": (
        "қаңтарға", "ақпанға", "наурызға", "сәуірге", "мамырға", "маусымға",
        "шілдеге", "тамызға", "қыркүйекке", "қазанға", "қарашаға", "желтоқсанға",
    ),
}  # fmt: skip


def format_day(day: date, language: str) -> str:
    """2026 ж. 15 наурыз; 15 марта 2026 г.; 15 March 2026."""
    return format_date(day, "long", locale=LOCALES[language])


def format_moment(moment: datetime, language: str, time_zone: ZoneInfo) -> str:
    """Day and time of an aware `moment` in the institution's zone; raises `ValueError` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    local = moment.astimezone(time_zone)
    return f"{format_day(local.date(), language)}, {format_datetime(local, 'HH:mm', locale=LOCALES[language])}"


def format_day_in(day: date, language: str, case: Case) -> str:
    """The day as it stands in a sentence: 2026 ж. 15 наурыздан (бастап); с 15 марта 2026 г.; from 15 March 2026.

    Kazakh says by the ending what Russian and English say by a preposition: "from" the day, "on" it, "to" it.
    """
    if language != "kk":
        return format_day(day, language)
    return f"{day.year} ж. {day.day} {_KAZAKH_MONTHS[case][day.month - 1]}"
