"""Each word a law file may write for a number of visits, and what it means in months and days."""

import pytest

from service.domain.calendar import Interval
from service.domain.rates import BadRate, Rate, parse_rate

MEANT: dict[str, Rate] = {
    "1/year": Rate("1/year", "interval", 1, "year", Interval(12, 0)),
    "2/year": Rate("2/year", "interval", 2, "year", Interval(6, 0)),
    "6/year": Rate("6/year", "interval", 6, "year", Interval(2, 0)),
    "8/year": Rate("8/year", "interval", 8, "year", Interval(1, 15)),
    "12/year": Rate("12/year", "interval", 12, "year", Interval(1, 0)),
    "24/year": Rate("24/year", "interval", 24, "year", Interval(0, 15)),
    "1/half-year": Rate("1/half-year", "interval", 1, "half-year", Interval(6, 0)),
    "1/quarter": Rate("1/quarter", "interval", 1, "quarter", Interval(3, 0)),
    "2/quarter": Rate("2/quarter", "interval", 2, "quarter", Interval(1, 15)),
    "1/month": Rate("1/month", "interval", 1, "month", Interval(1, 0)),
    "2/month": Rate("2/month", "interval", 2, "month", Interval(0, 15)),
    "1/week": Rate("1/week", "interval", 1, "week", Interval(0, 7)),
    "7/week": Rate("7/week", "interval", 7, "week", Interval(0, 1)),
    "2/calendar-month": Rate("2/calendar-month", "calendar", 2, "calendar-month"),
    "9999/calendar-year": Rate("9999/calendar-year", "calendar", 9999, "calendar-year"),
    "1/stay": Rate("1/stay", "stay", 1, "stay"),
    "1/day": Rate("1/day", "day", 1, "day"),
    "2/28-days": Rate("2/28-days", "window", 2, "28-days", days=28),
    "3/999-days": Rate("3/999-days", "window", 3, "999-days", days=999),
    "1/1-days": Rate("1/1-days", "window", 1, "1-days", days=1),
    "unlimited": Rate("unlimited", "unlimited"),
    "unknown": Rate("unknown", "unknown"),
    "0": Rate("0", "none"),
}


@pytest.mark.parametrize("word", MEANT)
def test_a_word_of_the_law_file_means(word: str) -> None:
    read = parse_rate(word)
    assert read == MEANT[word]
    assert str(read) == word
    if read.interval is not None:
        assert {type(read.interval.months), type(read.interval.days)} == {int}


@pytest.mark.parametrize(
    ("word", "because"),
    [
        ("5/year", "neither whole nor half"),
        ("48/year", "neither whole nor half"),
        ("3/month", "neither whole nor half"),
        ("2/week", "no whole interval in days"),
        ("3/week", "no whole interval in days"),
        ("2/fortnight", "no period"),
        ("2/0-days", "no period"),
        ("2/1000-days", "no period"),
        ("2/28-DAYS", "is no rate"),
        ("0/year", "is no rate"),
        ("10000/year", "is no rate"),
        ("6 a year", "is no rate"),
        ("6/year ", "is no rate"),
        ("", "is no rate"),
    ],
)
def test_what_gives_no_whole_interval_is_no_rate(word: str, because: str) -> None:
    with pytest.raises(BadRate, match=because):
        parse_rate(word)


def test_half_a_month_has_the_days_that_the_law_file_sets() -> None:
    assert parse_rate("8/year", 14).interval == Interval(1, 14)
    assert parse_rate("8/year", 16).interval == Interval(1, 16)
    assert parse_rate("6/year", 14).interval == Interval(2, 0)


@pytest.mark.parametrize(
    ("word", "halved"),
    [("8/year", True), ("24/year", True), ("6/year", False), ("2/28-days", False), ("7/week", False)],
)
def test_the_note_on_half_months_goes_with_yearly_rates_that_need_one(word: str, halved: bool) -> None:
    assert parse_rate(word).halved is halved
