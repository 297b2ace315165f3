"""The sentence of a reason, made where it is shown."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from service.domain.reasons import Argument, Reason
from service.language.catalogues import LOCALES, translations
from service.language.days import format_day, format_moment

_UTC = ZoneInfo("UTC")


SHORTER = {"interval-after": ("latest", "interval-after-only")}
"""Which argument may be left out of a reason, and by which sentence it is said then."""


def reason_text(reason: Reason, language: str, time_zone: ZoneInfo = _UTC) -> str:
    """The reason as one sentence or two, its days and numbers written out; moments are shown in `time_zone`."""
    catalogue = translations(language, "reasons")
    code, count = reason.code, reason.arguments.get("count")
    if code in SHORTER and SHORTER[code][0] not in reason.arguments:
        code = SHORTER[code][1]
    sentence = catalogue.ngettext(code, code, count) if isinstance(count, int) else catalogue.gettext(code)
    return sentence.format(**{name: _written(value, language, time_zone) for name, value in reason.arguments.items()})


def _written(value: Argument, language: str, time_zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return format_moment(value, language, time_zone)
    if isinstance(value, date):
        return format_day(value, language)
    return format_decimal(value, locale=LOCALES[language]) if isinstance(value, int) else value
