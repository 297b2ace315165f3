"""Where the answer ends: days of the calendar it is asked for, days it looks ahead to, cells of the law not known."""

import pytest

from service.domain.entitlement import FIRST_YEAR, LAST_YEAR
from service.domain.facts import Placement, Suspension, Visit
from service.domain.law import LawError
from tests.domain.cast import ARRIVED, MOTHER, ask, codes, convict, day


def ordered(until: str, number: str = "s") -> Suspension:
    return Suspension(number, "head-order", day("2026-03-01"), day(until))


@pytest.mark.parametrize("asked", [f"{FIRST_YEAR - 1}-12-31", f"{LAST_YEAR + 1}-01-01"])
def test_nobody_is_visited_on_a_day_outside_the_calendar(asked: str) -> None:
    with pytest.raises(LawError, match=asked):
        ask(convict(), "short", asked)


def test_the_last_day_of_the_calendar_is_a_day() -> None:
    assert ask(convict(), "short", f"{LAST_YEAR}-12-31").allowed
    assert codes(ask(convict(), "short", f"{FIRST_YEAR}-01-01")) == ["not-placed"]


def test_what_ends_after_the_calendar_has_no_day_on_which_it_is_free() -> None:
    within, beyond = (
        convict(suspensions=(ordered(until),)) for until in (f"{LAST_YEAR}-12-31", f"{LAST_YEAR + 1}-01-01")
    )
    assert ask(within, "short", "2026-03-05").due == day(f"{LAST_YEAR}-12-31")
    found = ask(beyond, "short", "2026-03-05")
    assert (codes(found), found.due) == (["suspended-head-order"], None)


def test_two_orders_that_end_on_one_day_are_named_once() -> None:
    found = ask(convict(suspensions=(ordered("2026-06-01"), ordered("2026-06-01", "t"))), "short", "2026-03-05")
    assert codes(found) == ["suspended-head-order"]
    assert found.due == day("2026-06-01")


def test_no_day_is_promised_that_falls_into_a_cell_of_the_law_nobody_knows() -> None:
    """Calls in remand are marked unknown in the law file: the day after today's call, the convict is there."""
    moves = (Placement("A", "medium", ARRIVED, day("2026-05-01")), Placement("B", "remand", day("2026-05-01")))
    had = Visit("c", "call", day("2026-04-30"), "month", month="day:2026-04-30", ordinal=1)
    found = ask(convict("medium", "light", had, placements=moves), "call", "2026-04-30", MOTHER)
    assert not found.allowed
    assert found.due is None
