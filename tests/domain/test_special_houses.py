"""Remand, mixed institutions, juveniles, and those who serve for life."""

from datetime import time, timedelta

import pytest

from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, ConditionPeriod, DegreePeriod, Placement
from service.domain.law import LawError
from service.law import load_law
from tests.domain.cast import AIGUL, FRIEND, ask, codes, convict, day, held, notes


def placed(institution: str, basis: str, court: str | None = None) -> dict[str, object]:
    place = Placement("A", institution, day("2024-01-01"), basis=basis, court_type=court)  # type: ignore[arg-type]
    return {"placements": (place,)}


def test_remand_visits_need_the_investigators_permission_and_last_three_hours() -> None:
    facts = convict("remand", None)
    waiting = ask(facts, "short", "2026-03-01", FRIEND)
    assert codes(waiting) == ["investigator-permission-needed"], "and not the head's"
    found = ask(facts, "short", "2026-03-01", FRIEND, investigator_permits=True)
    assert (found.allowed, found.duration) == (True, timedelta(hours=3))
    assert codes(ask(facts, "long", "2026-03-01", AIGUL, investigator_permits=True)) == ["not-provided"]


@pytest.mark.parametrize(
    ("at", "stands_against"), [("05:30", ["outside-hours"]), ("06:00", []), ("19:00", []), ("19:30", ["outside-hours"])]
)
def test_nobody_is_led_to_a_visit_in_remand_at_night(at: str, stands_against: list[str]) -> None:
    facts = convict("remand", None)
    found = ask(facts, "short", "2026-03-01", AIGUL, investigator_permits=True, start=time.fromisoformat(at))
    assert codes(found) == stands_against


def test_a_juvenile_in_remand_has_three_visits_a_month_until_the_eighteenth_birthday() -> None:
    facts = convict("remand", None, born=day("2008-03-15"))
    assert str(ask(facts, "short", "2026-03-14").rate) == "3/calendar-month"
    assert str(ask(facts, "short", "2026-03-15").rate) == "2/calendar-month"


@pytest.mark.parametrize(
    ("institution", "basis", "court", "rate"),
    [
        ("mixed", "kept_for_order", "maximum", "2/year"),
        ("mixed", "sentence", "maximum", "4/year"),
        ("mixed", "sentence", "medium", "6/year"),
        ("mixed", "treatment", "complete", "3/year"),
        ("mixed", "housekeeping", "complete", "6/year"),
        ("extreme", "housekeeping", None, "6/year"),
        ("mixed", "kept_for_trial", "maximum", "6/year"),
    ],
)
def test_whose_table_holds_in_a_mixed_institution(institution: str, basis: str, court: str | None, rate: str) -> None:
    facts = convict(institution, "light", **placed(institution, basis, court))
    assert str(ask(facts, "short", "2026-03-01").rate) == rate


def test_the_two_answers_for_those_kept_for_anothers_trial_are_a_setting() -> None:
    facts = convict("mixed", "light", **placed("mixed", "kept_for_trial", "maximum"))
    assert "note-kept-for-trial" in notes(ask(facts, "short", "2026-03-01"))
    law = load_law("kz", {"kept_for_trial_table": "court"})
    assert str(entitlement(law, facts, AppointmentRequest("short", day("2026-03-01"))).rate) == "4/year"


def test_a_mixed_institution_without_the_courts_type_is_no_question_to_be_answered() -> None:
    with pytest.raises(LawError, match="needs court_type"):
        ask(convict("mixed", "light"), "short", "2026-03-01")


def test_those_serving_life_have_long_visits_in_regular_and_light_conditions_only() -> None:
    for condition, stands_against in (
        ("regular", []),
        ("light", []),
        ("strict", ["lifer-long-conditions", "not-provided"]),
    ):
        assert codes(ask(convict("extreme", condition, lifer=True), "long", "2026-03-01")) == stands_against
    kept = convict("mixed", None, lifer=True, **placed("mixed", "kept_for_order"))
    assert codes(ask(kept, "long", "2026-03-01")) == ["lifer-long-conditions"]
    assert ask(kept, "short", "2026-03-01").allowed


def test_juveniles_in_preferential_conditions_are_visited_without_limit() -> None:
    facts = convict("juvenile", "preferential", held("short", "2026-02-28"), held("long", "2026-02-27"))
    for kind in ("short", "long"):
        found = ask(facts, kind, "2026-03-01")  # type: ignore[arg-type]
        assert found.charge is not None
        assert (str(found.rate), found.charge.rule, found.charge.after) == ("unlimited", "unlimited", None)


def test_a_long_visit_outside_is_for_juveniles_with_permission_and_lasts_five_days() -> None:
    facts = convict("juvenile", "light")
    assert codes(ask(facts, "long", "2026-03-01", outside=True)) == ["outside-permission-needed"]
    found = ask(facts, "long", "2026-03-01", outside=True, outside_permitted=True)
    assert (found.allowed, found.duration) == (True, timedelta(days=5))
    assert codes(ask(convict(), "long", "2026-03-01", outside=True, outside_permitted=True)) == ["outside-not-here"]


@pytest.mark.parametrize(("on", "days"), [("2025-09-15", 2), ("2025-09-16", 3)])
def test_the_third_positive_degree_gives_three_days_since_16_september_2025(on: str, days: int) -> None:
    facts = convict("medium", "regular", degrees=(DegreePeriod(3, day("2024-06-01")),))
    assert ask(facts, "long", on).duration == timedelta(days=days)


def test_a_quarter_and_half_a_year_are_intervals_too() -> None:
    facts = convict("minimum", "strict", held("short", "2026-01-31"), held("long", "2026-01-31"))
    assert ask(facts, "short", "2026-02-10").due == day("2026-04-30")
    assert ask(facts, "long", "2026-02-10").due == day("2026-07-31")


def test_an_interval_runs_on_from_strict_to_minimum_security() -> None:
    places = (
        Placement("A", "medium", day("2024-01-01"), day("2026-02-01")),
        Placement("B", "minimum", day("2026-02-01")),
    )
    conditions = (
        ConditionPeriod("strict", day("2024-01-01"), day("2026-02-01")),
        ConditionPeriod("light", day("2026-02-01")),
    )
    facts = convict("medium", None, held("short", "2026-01-20"), placements=places, conditions=conditions)
    assert ask(facts, "short", "2026-01-28").due == day("2026-02-01"), "by then a week has passed"
