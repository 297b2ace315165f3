"""How often: 6/year, 1/week, 2/calendar-month, 1/stay, 2/28-days, unlimited, 0, unknown."""

import re
from dataclasses import dataclass
from typing import Literal

from service.domain.calendar import Interval

RateRule = Literal["interval", "calendar", "stay", "window", "day", "unlimited", "none", "unknown"]

_MONTHS = {"year": 12, "half-year": 6, "quarter": 3, "month": 1}
_RULES: dict[str, RateRule] = {
    "calendar-month": "calendar",
    "calendar-year": "calendar",
    "stay": "stay",
    "day": "day",
}
_WORDS: dict[str, RateRule] = {"unlimited": "unlimited", "unknown": "unknown", "0": "none"}
_EXAMPLES = "6/year, 1/week, 2/calendar-month, 1/stay, 2/28-days, 1/day, unlimited, 0 or unknown"


class BadRate(ValueError):
    """A rate that cannot be read."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A number of appointments and what it is counted against. `str(rate)` is the word of the law file.

    `interval` (rule "interval") is the least distance between two visits. `days` (rule "window") is the
    length of the rolling window.
    """

    text: str
    rule: RateRule
    count: int = 0
    per: str = ""
    interval: Interval | None = None
    days: int = 0

    def __str__(self) -> str:
        return self.text

    @property
    def halved(self) -> bool:
        """Whether the interval holds half a month, on which the law is silent."""
        return self.rule == "interval" and self.per == "year" and 12 % self.count != 0


def parse_rate(text: str, half_month_days: int = 15) -> Rate:
    """Reads the word of a law file. N/year means an interval of 12 months ÷ N (IR 83), half a month being
    `half_month_days`; raises `BadRate` for what gives no whole interval."""
    if text in _WORDS:
        return Rate(text, _WORDS[text])
    match = re.fullmatch(r"([1-9]\d{0,3})/([a-z0-9-]+)", text)
    if match is None:
        raise BadRate(f"{text!r} is no rate: write {_EXAMPLES}")
    count, per = int(match[1]), match[2]
    if per in _MONTHS or per == "week":
        return Rate(text, "interval", count, per, _interval(text, count, per, half_month_days))
    if per in _RULES:
        return Rate(text, _RULES[per], count, per)
    window = re.fullmatch(r"([1-9]\d{0,2})-days", per)
    if window is None:
        raise BadRate(f"{text!r}: {per!r} is no period this service knows")
    return Rate(text, "window", count, per, days=int(window[1]))


def _interval(text: str, count: int, per: str, half_month_days: int) -> Interval:
    if per == "week":
        if count not in (1, 7):
            raise BadRate(f"{text!r} gives no whole interval in days")
        return Interval(0, 7 // count)
    months = _MONTHS[per]
    if (2 * months) % count != 0:
        raise BadRate(f"{text!r} gives an interval that is neither whole nor half months")
    halves = 2 * months // count
    return Interval(halves // 2, half_month_days * (halves % 2))
