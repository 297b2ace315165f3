"""Months clamp at their end, and the range of a charge is exact in spite of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendar import Interval, add_months, full_years
from service.domain.rates import parse_rate

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
INTERVALS = st.sampled_from(
    [parse_rate(text).interval for text in ("1/week", "24/year", "12/year", "8/year", "6/year", "4/year", "3/year",
                                            "2/year", "1/year", "1/quarter", "1/half-year")]
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-12-15", 2, "2027-02-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day: str, months: int, then: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


@pytest.mark.parametrize(
    ("rate", "day", "after"),
    [
        ("2/year", "2026-02-28", "2025-08-31"),
        ("2/year", "2026-02-27", "2025-08-27"),
        ("2/year", "2024-02-28", "2023-08-28"),
        ("2/year", "2024-02-29", "2023-08-31"),
        ("12/year", "2026-03-31", "2026-02-28"),
        ("12/year", "2026-03-29", "2026-02-28"),
        ("8/year", "2026-03-15", "2026-01-31"),
        ("1/week", "2026-03-08", "2026-03-01"),
    ],
)
def test_how_late_the_visit_before_may_have_been(rate: str, day: str, after: str) -> None:
    interval = parse_rate(rate).interval
    assert interval is not None
    assert interval.before(date.fromisoformat(day)) == date.fromisoformat(after)


@given(DAYS, st.integers(-40, 800), INTERVALS)
def test_the_distance_is_kept_exactly_when_the_visit_before_is_not_within_the_range(
    day: date, back: int, interval: Interval
) -> None:
    previous = day - timedelta(days=back)
    assert (interval.after(previous) <= day) == (previous <= interval.before(day))


@given(DAYS, INTERVALS)
def test_the_range_ends_where_the_distance_begins(day: date, interval: Interval) -> None:
    last = interval.before(day)
    assert interval.after(last) <= day < interval.after(last + timedelta(days=1))


@given(DAYS, DAYS, INTERVALS)
def test_two_visits_keep_their_distance_exactly_when_their_ranges_do_not_meet(
    one: date, other: date, interval: Interval
) -> None:
    """What the database compares: half-open ranges (after, day]."""
    first, second = sorted((one, other))
    meet = max(interval.before(first), interval.before(second)) < min(first, second)
    assert meet == (interval.after(first) > second)


def test_who_is_born_on_29_february_comes_of_age_on_1_march() -> None:
    assert full_years(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert full_years(date(2008, 2, 29), date(2026, 3, 1)) == 18
