"""Rules of other countries: so many in a calendar year, so many in any run of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, Visit
from service.domain.law import Law
from service.domain.law_file import parse_law
from service.domain.rates import BadRate, parse_rate
from service.law import law_text
from tests.domain.cast import codes, convict, day

HERE = date(2026, 1, 1)


def law_with(rate: str) -> Law:
    """The law of Kazakhstan with another number of short visits in light conditions of medium security."""
    old = 'condition = "light"\nvalid_from = 2015-01-01\nshort = "6/year"'
    assert law_text("kz").count(old) == 1
    return parse_law(law_text("kz").replace(old, old.replace("6/year", rate)))


FOUR_A_CALENDAR_YEAR, TWO_IN_28_DAYS = law_with("4/calendar-year"), law_with("2/28-days")


def test_a_number_in_a_calendar_year_begins_anew_on_1_january() -> None:
    had = [
        Visit(str(month), "short", date(2026, month, 5), "period", month="year:2026", ordinal=month)
        for month in range(1, 5)
    ]
    full = entitlement(
        FOUR_A_CALENDAR_YEAR, convict("medium", "light", *had), AppointmentRequest("short", day("2026-05-01"))
    )
    assert (codes(full), full.due) == (["period-used"], day("2027-01-01"))
    one_less = convict("medium", "light", *had[:1], *had[2:])
    found = entitlement(FOUR_A_CALENDAR_YEAR, one_less, AppointmentRequest("short", day("2026-05-01")))
    assert found.charge is not None
    assert (found.charge.rule, found.charge.month, found.charge.ordinal) == ("period", "year:2026", 2)


@given(st.lists(st.integers(0, 90), max_size=6), st.integers(0, 90))
def test_two_in_any_28_days_are_counted_as_a_twin_counts_every_window(steps: list[int], asked: int) -> None:
    days = [HERE + timedelta(days=step) for step in steps]
    facts = convict("medium", "light", *(Visit(str(place), "short", one, "period") for place, one in enumerate(days)))
    found = entitlement(TWO_IN_28_DAYS, facts, AppointmentRequest("short", HERE + timedelta(days=asked)))

    def crowded(on: date) -> bool:
        windows = [on - timedelta(days=back) for back in range(28)]
        return any(sum(first <= one < first + timedelta(days=28) for one in [*days, on]) > 2 for first in windows)

    assert found.allowed == (not crowded(HERE + timedelta(days=asked)))
    expected = next(one for one in (HERE + timedelta(days=asked + later) for later in range(200)) if not crowded(one))
    assert found.due == expected


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("6/year", 2, 0),
        ("8/year", 1, 15),
        ("24/year", 0, 15),
        ("1/quarter", 3, 0),
        ("1/half-year", 6, 0),
        ("2/month", 0, 15),
        ("1/week", 0, 7),
        ("7/week", 0, 1),
    ],
)
def test_a_rate_is_an_interval(text: str, months: int, days: int) -> None:
    interval = parse_rate(text).interval
    assert interval is not None
    assert (interval.months, interval.days) == (months, days)


@given(st.text(max_size=12))
def test_a_rate_is_read_or_refused_and_written_as_it_was(text: str) -> None:
    try:
        rate = parse_rate(text)
    except BadRate:
        return
    assert str(rate) == text
