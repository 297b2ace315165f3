"""On 1 March 2024 Kazakhstan put its clocks back by an hour, from UTC+6 to UTC+5: that day has 25 hours.

Days and hours are those of the wall; what is kept are moments. Nothing may overlap, vanish or move by that hour.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from service.domain.timetable import Template, local_day, local_moment, period

ALMATY, AQTAU = ZoneInfo("Asia/Almaty"), ZoneInfo("Asia/Aqtau")
CHANGE = datetime(2024, 2, 29, 18, 0, tzinfo=UTC)
"""Midnight of the old time, shown once more an hour later as 23:00 of the new one."""
LAST, FIRST = date(2024, 2, 29), date(2024, 3, 1)
TWO_DAYS = timedelta(days=2)


def template(kind: str, starts: str, minutes: int) -> Template:
    return Template("t", "r", kind, "1234567", starts, minutes, date(2024, 1, 1), None)


def test_the_zone_of_the_machine_knows_the_change() -> None:
    before, after = (CHANGE + timedelta(seconds=off) for off in (-1, 0))
    assert before.astimezone(ALMATY).utcoffset() == timedelta(hours=6)
    assert after.astimezone(ALMATY).utcoffset() == timedelta(hours=5)
    assert CHANGE.astimezone(AQTAU).utcoffset() == timedelta(hours=5), "the west had that time already"


def test_a_long_visit_across_the_change_ends_at_the_hour_of_the_wall_at_which_it_began() -> None:
    visit = period(template("long", "10:00", 2880), LAST, ALMATY, TWO_DAYS)
    assert visit.ends_at.astimezone(ALMATY).strftime("%d.%m %H:%M") == "02.03 10:00"
    assert visit.ends_at - visit.starts_at == timedelta(hours=49)
    following = period(template("long", "10:00", 2880), date(2024, 3, 2), ALMATY, TWO_DAYS)
    assert following.starts_at == visit.ends_at
    assert not visit.overlaps(following)


def test_a_short_visit_keeps_its_length_on_both_sides() -> None:
    for day in (LAST, FIRST):
        visit = period(template("short", "09:30", 120), day, ALMATY, None)
        assert visit.ends_at - visit.starts_at == timedelta(hours=2)
        assert visit.starts_at.astimezone(ALMATY).strftime("%H:%M") == "09:30"


def test_the_same_hour_of_two_days_lies_25_hours_apart() -> None:
    evening, next_evening = (local_moment(day, "23:30", ALMATY) for day in (LAST - timedelta(days=1), LAST))
    assert next_evening - evening == timedelta(hours=24), "the first 23:30 of that evening is meant"
    assert local_moment(FIRST, "00:00", ALMATY) - local_moment(LAST, "00:00", ALMATY) == timedelta(hours=25)


@given(st.integers(-72 * 60, 72 * 60))
def test_every_moment_belongs_to_the_day_that_walls_show(minutes: int) -> None:
    moment = CHANGE + timedelta(minutes=minutes)
    day = local_day(moment, ALMATY)
    assert local_moment(day, "00:00", ALMATY) <= moment < local_moment(day + timedelta(days=1), "00:00", ALMATY)


@given(st.dates(date(2024, 2, 20), date(2024, 3, 10)), st.sampled_from(["00:00", "09:00", "18:15", "22:59", "23:30"]))
def test_an_hour_of_the_wall_is_kept_as_a_moment_and_shown_again_as_that_hour(day: date, clock: str) -> None:
    shown = local_moment(day, clock, ALMATY).astimezone(ALMATY)
    assert (shown.date(), shown.strftime("%H:%M")) == (day, clock)


@given(st.dates(date(2024, 2, 20), date(2024, 3, 10)), st.integers(0, 6))
def test_no_two_days_of_one_room_overlap(day: date, ahead: int) -> None:
    for kind, starts, minutes, lawful in (("long", "10:00", 2880, TWO_DAYS), ("short", "22:30", 120, None)):
        days = 2 if kind == "long" else 1
        one = period(template(kind, starts, minutes), day, ALMATY, lawful)
        other = period(template(kind, starts, minutes), day + timedelta(days=days + ahead), ALMATY, lawful)
        assert not one.overlaps(other)


@pytest.mark.parametrize("zone", [ALMATY, AQTAU])
def test_every_full_hour_of_that_night_is_one_step_of_the_clock(zone: ZoneInfo) -> None:
    hours = [CHANGE + timedelta(hours=number) for number in range(-3, 4)]
    shown = [one.astimezone(zone).strftime("%H:%M") for one in hours]
    assert len(set(shown)) == (len(shown) - 1 if zone is ALMATY else len(shown)), "one hour is shown twice, in the east"
