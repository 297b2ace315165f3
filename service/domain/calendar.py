"""Days as the law counts them: months clamped at their end, intervals, working days."""

from calendar import monthrange
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on (or back), or the last of that month: 31 August + 6 is
    28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Interval:
    """The least distance between two visits: whole months first, then days."""

    months: int
    days: int = 0

    def after(self, day: date) -> date:
        """The first day that keeps the distance from a visit on `day`."""
        return add_months(day, self.months) + timedelta(days=self.days)

    def before(self, day: date) -> date:
        """The last day P that a visit on `day` keeps the distance from: `after(p) <= day` exactly when `p <=
        P`.

        Clamping makes several days fall due together (29, 30 and 31 August all on 28 February), so the
        last day of a month reaches back to the last day of the other month.
        """
        reached = day - timedelta(days=self.days)
        year, month = divmod(reached.year * 12 + reached.month - 1 - self.months, 12)
        last = monthrange(year, month + 1)[1]
        at_month_end = reached.day == monthrange(reached.year, reached.month)[1]
        return date(year, month + 1, last if at_month_end else min(reached.day, last))


def full_years(born: date, day: date) -> int:
    """Age in full years on `day`; who is born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def add_working_days(day: date, count: int, days_off: Container[date]) -> date:
    """The last of `count` working days after `day`; Saturday, Sunday and `days_off` do not count."""
    while count > 0:
        day += ONE_DAY
        if day.weekday() < SATURDAY and day not in days_off:
            count -= 1
    return day


def month_name(day: date) -> str:
    """The calendar month as `2026-03`."""
    return f"{day.year:04}-{day.month:02}"


def next_month(day: date) -> date:
    """The first day of the next calendar month."""
    return add_months(day.replace(day=1), 1)
