"""A month of days that can or cannot be chosen, as rows of weeks from Monday."""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["free", "few", "full", "chosen", "closed"]


@dataclass(frozen=True)
class MonthDay:
    """One day: what it is, the short word in the cell (five letters fit a narrow phone), where choosing it leads.

    `about` is the whole sentence for screen readers ("2 rooms left"); `closed` days have neither word nor address.
    """

    day: date
    state: State
    word: str = ""
    about: str = ""
    address: str | None = None
    today: bool = False


@dataclass(frozen=True)
class Month:
    """The month of `first`, its weeks (None outside the month), the addresses of its neighbours, the legend."""

    first: date
    weeks: Sequence[Sequence[MonthDay | None]]
    earlier: str | None
    later: str | None
    legend: Sequence[tuple[State, str]]


def month(
    first: date,
    day: Callable[[date], MonthDay],
    *,
    legend: Sequence[tuple[State, str]],
    earlier: str | None = None,
    later: str | None = None,
) -> Month:
    """The month that begins on `first`, each of its days made by `day`; only the states that occur are explained."""
    weeks = [
        [day(date(first.year, first.month, number)) if number else None for number in week]
        for week in calendar.Calendar(calendar.MONDAY).monthdayscalendar(first.year, first.month)
    ]
    present = {cell.state for week in weeks for cell in week if cell}
    return Month(first, weeks, earlier, later, [entry for entry in legend if entry[0] in present])
