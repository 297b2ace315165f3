"""What happens seldom: days before the law, visits booked into a gap, counts without a name, searches without end."""

from datetime import date, time

import pytest

from service.domain import entitlement as asking
from service.domain.entitlement import entitlement
from service.domain.facts import (
    AppointmentRequest,
    ConditionPeriod,
    Credit,
    Emergency,
    Placement,
    Suspension,
    Visit,
)
from service.domain.history import counted_states, granted_rules
from service.domain.law import LawError
from service.domain.law_file import parse_law
from service.law import law_text, load_law
from tests.domain.cast import AIGUL, ARRIVED, MOTHER, ask, codes, convict, day, held


def called(on: str) -> Visit:
    return Visit(f"call {on}", "call", day(on), "period", month=f"day:{on}", ordinal=1)


def test_where_the_law_has_no_row_of_calls_yet_they_are_due_when_it_has_one() -> None:
    old = 'group = "ordinary"\nvalid_from = 2015-01-01\nvalid_to = 2025-09-15\nrate = "unlimited"'
    assert law_text("kz").count(old) == 1
    law = parse_law(law_text("kz").replace(old, old.replace("2015-01-01", "2020-06-01")))
    there = convict(placements=(Placement("A", "medium", date(2016, 1, 1)),), conditions=(
        ConditionPeriod("light", date(2016, 1, 1)),))  # fmt: skip
    found = entitlement(law, there, AppointmentRequest("call", day("2020-03-01"), party=(MOTHER,)))
    assert [(one.code, dict(one.arguments)) for one in found.reasons] == [
        ("no-rule-on-day", {"day": day("2020-03-01")})
    ]
    assert (found.due, str(found.rate), found.charge) == (day("2020-06-01"), "0", None)
    assert found.rate is not None
    assert (found.rate.rule, found.rate.text) == ("none", "0")


def test_a_later_visit_on_a_day_without_a_standing_sets_no_distance_and_the_one_after_it_does() -> None:
    gone = (Placement("A", "medium", ARRIVED, day("2026-04-01")), Placement("A", "medium", day("2026-06-01")))
    planned = (held("short", "2026-04-10", state="planned"), held("short", "2026-06-20", state="planned"))
    assert ask(convict("medium", "light", planned[0], placements=gone), "short", "2026-03-10").allowed
    found = ask(convict("medium", "light", *planned, placements=gone), "short", "2026-03-30")
    assert found.allowed, "20 June less two months is 20 April"


def test_a_count_written_without_its_period_is_counted_where_its_day_lies() -> None:
    """Histories brought over from paper name no period; the day decides."""
    stay = (Placement("A", "awaiting-dispatch", day("2026-02-01"), day("2026-03-20")),)
    for on, free in (("2026-01-31", True), ("2026-02-01", False), ("2026-03-19", False), ("2026-03-20", True)):
        had = Visit("v", "short", day(on), "period")
        assert ask(convict("awaiting-dispatch", None, had, placements=stay), "short", "2026-03-10").allowed is free
    endless = (Placement("A", "awaiting-dispatch", day("2026-02-01")),)
    had = Visit("v", "short", day("2026-05-01"), "period")
    assert not ask(convict("awaiting-dispatch", None, had, placements=endless), "short", "2026-03-10").allowed
    remand = [Visit(str(n), "short", day(f"2026-03-0{n}"), "calendar_month") for n in (1, 2)]
    assert "month-used" in codes(ask(convict("remand", None, *remand), "short", "2026-03-10"))
    assert "month-used" not in codes(ask(convict("remand", None, *remand), "short", "2026-04-01"))


def test_a_visit_that_takes_nobodys_entitlement_stands_in_no_ones_way() -> None:
    lawyer = Visit("l", "lawyer", day("2026-03-01"))
    assert ask(convict("medium", "light", lawyer), "short", "2026-03-02").allowed


def test_a_visit_of_days_begins_within_the_hours_and_need_not_end_there() -> None:
    found = ask(convict("remand", None), "long", "2026-03-10", AIGUL, start=time(21, 30), investigator_permits=True)
    assert codes(found) == ["not-provided"]
    found = ask(convict("remand", None), "long", "2026-03-10", AIGUL, start=time(5, 59), investigator_permits=True)
    assert codes(found) == ["not-provided", "outside-hours"]


def test_a_search_for_the_due_day_that_finds_none_in_its_steps_says_that_none_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = convict("medium", "light", *(called(f"2026-03-0{number}") for number in range(1, 5)))
    assert ask(facts, "call", "2026-03-01", AIGUL).due == day("2026-03-05")
    monkeypatch.setattr(asking, "MOST_STEPS", 4)
    assert ask(facts, "call", "2026-03-01", AIGUL).due is None
    assert ask(facts, "call", "2026-03-02", AIGUL).due == day("2026-03-05")


@pytest.mark.parametrize(("on", "possible"), [("1949-12-31", False), ("1950-01-01", True), ("2150-12-31", True)])
def test_nobody_is_visited_before_1950_or_after_2150(on: str, possible: bool) -> None:
    if possible:
        ask(convict(), "short", on)
    else:
        with pytest.raises(LawError):
            ask(convict(), "short", on)
    with pytest.raises(LawError):
        ask(convict(), "short", "2151-01-01")


def test_who_keeps_house_outside_the_houses_named_stands_under_his_own_table() -> None:
    place = (Placement("A", "medium", ARRIVED, basis="housekeeping"),)
    assert str(ask(convict("medium", "light", placements=place), "short", "2026-03-10").rate) == "6/year"
    extreme = (Placement("A", "extreme", ARRIVED, basis="housekeeping"),)
    assert ask(convict("extreme", "light", placements=extreme), "short", "2026-03-10").rate == (
        ask(convict("medium", "light"), "short", "2026-03-10").rate
    ), "PEC 92: medium security's"


def test_in_remand_a_recorded_age_goes_before_the_birth_date() -> None:
    recorded = (ConditionPeriod("juvenile", ARRIVED),)
    found = ask(convict("remand", None, conditions=recorded, born=date(1990, 1, 1)), "short", "2026-03-10")
    assert str(found.rate) == "3/calendar-month"
    found = ask(convict("remand", None, conditions=(ConditionPeriod("light", ARRIVED),)), "short", "2026-03-10")
    assert str(found.rate) == "2/calendar-month", "a condition of serving is no age"


def test_the_settings_of_silence_say_what_counts() -> None:
    moves = ("extra_visit_moves_interval", "exception_moves_interval")
    law = load_law("kz", {"no_show": "counted", **dict.fromkeys(moves, "yes")})
    assert counted_states(law) == {"planned", "held", "no_show"}
    assert granted_rules(law) == {"interval", "unlimited", "credit", "exception"}
    other = load_law("kz", {"no_show": "not-counted", **dict.fromkeys(moves, "no")})
    assert counted_states(other) == {"planned", "held"}
    assert granted_rules(other) == {"interval", "unlimited"}


def test_a_credit_is_taken_by_the_visit_that_names_it_unless_it_was_cancelled_or_is_being_moved() -> None:
    credit = (Credit("c", "short", "restored", day("2026-01-01")),)
    taken = Visit("v", "short", day("2026-02-20"), "credit", credit_id="c", state="planned")
    last = held("short", "2026-03-01")
    assert codes(ask(convict("medium", "light", last, taken, credits=credit), "short", "2026-03-10")) == [
        "interval-before"
    ]
    assert ask(convict("medium", "light", last, taken, credits=credit), "short", "2026-03-10", ignoring="v").allowed
    cancelled = Visit("v", "short", day("2026-02-20"), "credit", credit_id="c", state="cancelled")
    assert ask(convict("medium", "light", last, cancelled, credits=credit), "short", "2026-03-10").allowed


def test_before_dispatch_and_in_remand_no_kind_comes_first() -> None:
    """The choice is of the first visit of the sentence (PEC 106(4)); there the sentence has not begun."""
    facts = convict("awaiting-dispatch", None, first_choice="long")
    assert ask(facts, "short", "2026-03-10").allowed


def test_the_emergency_gives_the_first_call_of_its_month() -> None:
    facts = convict("medium", "strict", emergencies=(Emergency(day("2026-03-10"), day("2026-06-01")),))
    found = ask(facts, "call", "2026-03-10", MOTHER)
    assert found.charge is not None
    assert (found.charge.month, found.charge.ordinal, found.charge.day) == ("2026-03", 1, day("2026-03-10"))


def test_in_an_emergency_an_order_that_leaves_calls_free_does_not_take_the_emergencys_call() -> None:
    order = Suspension("s", "head-order", day("2026-03-01"))
    facts = convict(suspensions=(order,), emergencies=(Emergency(day("2026-03-10")),))
    found = ask(facts, "call", "2026-03-12", MOTHER)
    assert found.charge is not None
    assert (found.charge.rule, found.charge.month) == ("period", "day:2026-03-12")


def test_a_place_in_a_rolling_window_is_kept_by_its_length() -> None:
    old = 'condition = "light"\nvalid_from = 2015-01-01\nshort = "6/year"'
    law = parse_law(law_text("kz").replace(old, old.replace("6/year", "2/28-days")))
    found = entitlement(law, convict(), AppointmentRequest("short", day("2026-03-29")))
    assert found.charge is not None
    assert (found.charge.rule, found.charge.after, found.charge.kind) == ("period", day("2026-03-01"), "short")


def test_coming_of_age_turns_the_rule_in_remand_alone() -> None:
    born = date(2008, 3, 15)
    remand = convict("remand", None, born=born, suspensions=(Suspension("s", "head-order", day("2026-03-01")),))
    assert ask(remand, "short", "2026-03-10").due is None
    had = [
        Visit(str(n), "short", day(f"2026-03-0{n}"), "calendar_month", month="2026-03", ordinal=n) for n in (1, 2, 3)
    ]
    full = ask(convict("remand", None, *had, born=born), "short", "2026-03-10")
    assert full.due == day("2026-04-01"), "of age on the 15th he has two a month, and had three"
    light = convict("medium", None, born=born)
    assert ask(light, "short", "2026-03-10").due is None, "no birthday gives a condition of serving"


def test_without_a_record_of_quarantine_a_later_turn_of_the_house_is_no_end_of_the_wait() -> None:
    """The choice waits for the first visit of the other kind, or for another house where nothing is chosen."""
    moves = (Placement("A", "medium", ARRIVED, day("2026-04-01")), Placement("S", "remand", day("2026-04-01")))
    found = ask(convict("medium", "light", placements=moves, first_choice="long"), "short", "2026-03-10")
    assert (codes(found), found.due) == (["first-kind-other"], day("2026-04-01"))


def test_where_the_sentence_has_not_begun_no_choice_holds_up_a_visit_by_interval_either() -> None:
    law = parse_law(law_text("kz").replace('"2/calendar-month"', '"6/year"'))
    request = AppointmentRequest("short", day("2026-03-10"), investigator_permits=True)
    assert entitlement(law, convict("remand", None, first_choice="long"), request).allowed


def test_who_keeps_house_in_a_maximum_security_house_has_its_number() -> None:
    place = (Placement("A", "maximum", ARRIVED, basis="housekeeping"),)
    own = (Placement("A", "maximum", ARRIVED),)
    there = ask(convict("maximum", "light", placements=place), "short", "2026-03-10")
    assert there.rate == ask(convict("maximum", "light", placements=own), "short", "2026-03-10").rate
    assert str(there.rate) != str(ask(convict(), "short", "2026-03-10").rate)


def test_an_order_against_visits_leaves_strict_conditions_their_call_of_the_emergency() -> None:
    order = (Suspension("s", "head-order", day("2026-03-01")),)
    facts = convict("medium", "strict", suspensions=order, emergencies=(Emergency(day("2026-03-10")),))
    found = ask(facts, "call", "2026-03-12", MOTHER)
    assert found.charge is not None
    assert found.charge.rule == "calendar_month"
