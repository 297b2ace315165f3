"""A decision on a call is due within five working days (IR 101)."""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.law import load_law

KZ = load_law("kz")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-02-02", "2026-02-09"),  # Monday to Monday
        ("2026-02-06", "2026-02-13"),  # Friday to Friday
        ("2026-03-18", "2026-03-30"),  # Nauryz on a weekend and Monday: 23, 24, 25 March are free
        ("2026-03-06", "2026-03-16"),  # 8 March is a Sunday: Monday 9 is free
        ("2026-05-06", "2026-05-15"),  # 7 May; 9 May is a Saturday: Monday 11 is free
        ("2026-12-31", "2027-01-12"),  # a year not listed: 2 January is a Saturday, so 4 is free; 7 January
    ],
)
def test_working_days_leave_out_weekends_holidays_and_moved_holidays(received: str, due: str) -> None:
    assert KZ.decision_due(date.fromisoformat(received)) == date.fromisoformat(due)


@given(st.dates(date(2024, 1, 1), date(2032, 12, 1)))
def test_five_working_days_lie_between_receipt_and_decision(received: date) -> None:
    due = KZ.decision_due(received)
    days = [received + timedelta(days=step) for step in range(1, (due - received).days + 1)]
    assert sum(day.weekday() < 5 and day not in KZ.days_off_in(day.year) for day in days) == 5
    assert due == max(day for day in days if day.weekday() < 5 and day not in KZ.days_off_in(day.year))


def test_the_listed_year_differs_from_the_usual_one_by_the_movable_feast_alone() -> None:
    usual = dataclasses.replace(KZ, days_off={}).days_off_in(2026)
    assert KZ.days_off_in(2026) - usual == {date(2026, 5, 27)}
    assert usual <= KZ.days_off_in(2026)


def test_constitution_day_moves_from_30_august_to_15_march() -> None:
    assert date(2025, 8, 30) in KZ.days_off_in(2025)
    assert date(2026, 8, 30) not in KZ.days_off_in(2026)
    assert date(2027, 3, 15) in KZ.days_off_in(2027)
