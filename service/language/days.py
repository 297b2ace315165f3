"""Days and moments as a reader of a language writes them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from service.language.catalogues import LOCALES


def format_day(day: date, language: str) -> str:
    """2026 ж. 15 наурыз; 15 марта 2026 г.; 15 March 2026."""
    return format_date(day, "long", locale=LOCALES[language])


def format_moment(moment: datetime, language: str, time_zone: ZoneInfo) -> str:
    """Day and time of an aware `moment` in the institution's zone; raises `ValueError` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    local = moment.astimezone(time_zone)
    return f"{format_day(local.date(), language)}, {format_datetime(local, 'HH:mm', locale=LOCALES[language])}"
