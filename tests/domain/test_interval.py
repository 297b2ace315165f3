"""Paragraph 83 of the Internal Rules: twelve months divided by the number, after the last visit granted."""

import pytest

from service.domain.facts import ConditionPeriod, Placement
from tests.domain.cast import ask, codes, convict, day, held, notes


@pytest.mark.parametrize(
    ("condition", "kind", "last", "due"),
    [
        ("light", "short", "2026-01-15", "2026-03-15"),
        ("light", "short", "2025-12-31", "2026-02-28"),  # clamped, across new year
        ("light", "long", "2025-11-30", "2026-01-30"),
        ("regular", "long", "2025-08-31", "2026-02-28"),
        ("regular", "long", "2025-08-30", "2026-02-28"),
        ("strict", "short", "2025-11-05", "2026-03-05"),
        ("preferential", "short", "2026-01-31", "2026-02-28"),
    ],
)
def test_the_next_visit_falls_due(condition: str, kind: str, last: str, due: str) -> None:
    facts = convict("medium", condition, held(kind, last))  # type: ignore[arg-type]
    too_early = ask(facts, kind, last)  # type: ignore[arg-type]
    assert (too_early.allowed, too_early.due) == (False, day(due))
    assert codes(too_early) == ["interval-before"]
    on_the_day = ask(facts, kind, due)  # type: ignore[arg-type]
    assert (on_the_day.allowed, on_the_day.due) == (True, day(due))


def test_short_and_long_visits_fall_due_apart_from_each_other() -> None:
    assert ask(convict("medium", "light", held("long", "2026-03-01")), "short", "2026-03-02").allowed


def test_distance_is_kept_to_the_visit_after_as_well() -> None:
    facts = convict("medium", "light", held("short", "2026-06-10", state="planned"))
    squeezed = ask(facts, "short", "2026-05-01")
    assert codes(squeezed) == ["interval-after"]
    assert squeezed.reasons[0].arguments == {"next": day("2026-06-10"), "latest": day("2026-04-10")}
    assert squeezed.due == day("2026-08-10"), "after the planned one"
    assert ask(facts, "short", "2026-04-10").allowed


def test_between_two_visits_that_are_too_close_both_are_named() -> None:
    facts = convict("medium", "light", held("short", "2026-03-01"), held("short", "2026-06-10", state="planned"))
    assert codes(ask(facts, "short", "2026-04-20")) == ["interval-after", "interval-before"]


def test_a_visit_being_moved_does_not_stand_in_its_own_way() -> None:
    planned = held("short", "2026-03-20", state="planned")
    facts = convict("medium", "light", held("short", "2026-01-15"), planned)
    assert not ask(facts, "short", "2026-03-25").allowed
    assert ask(facts, "short", "2026-03-25", ignoring=planned.id).allowed
    assert codes(ask(facts, "short", "2026-03-14", ignoring=planned.id)) == ["interval-before"]


@pytest.mark.parametrize("state", ["cancelled", "no_show"])
def test_a_visit_that_did_not_take_place_is_not_counted(state: str) -> None:
    assert ask(convict("medium", "light", held("short", "2026-03-01", state=state)), "short", "2026-03-10").allowed


def test_a_transfer_does_not_start_the_interval_anew() -> None:
    places = (
        Placement("A", "medium", day("2024-01-01"), day("2026-02-01")),
        Placement("B", "medium", day("2026-02-01")),
    )
    facts = convict("medium", "light", held("short", "2026-01-15"), placements=places)
    assert ask(facts, "short", "2026-03-10").due == day("2026-03-15")


def test_when_the_condition_changes_the_rate_of_the_later_visit_holds() -> None:
    conditions = (
        ConditionPeriod("light", day("2024-01-01"), day("2026-02-01")),
        ConditionPeriod("strict", day("2026-02-01")),
    )
    facts = convict("medium", None, held("short", "2026-01-15"), conditions=conditions)
    later = ask(facts, "short", "2026-03-15")
    assert (str(later.rate), later.due) == ("3/year", day("2026-05-15"))
    assert "note-condition-changed" in notes(later)


def test_a_better_condition_on_the_way_brings_the_due_day_forward() -> None:
    conditions = (
        ConditionPeriod("regular", day("2024-01-01"), day("2026-03-20")),
        ConditionPeriod("preferential", day("2026-03-20")),
    )
    facts = convict("medium", None, held("short", "2026-02-25"), conditions=conditions)
    assert ask(facts, "short", "2026-03-01").due == day("2026-03-25"), "two months would be 25 April"


def test_a_later_visit_is_judged_by_its_own_day() -> None:
    """The visit of 10 July falls under strict conditions: four months must lie before it."""
    conditions = (
        ConditionPeriod("light", day("2024-01-01"), day("2026-07-01")),
        ConditionPeriod("strict", day("2026-07-01")),
    )
    facts = convict("medium", None, held("short", "2026-07-10", state="planned"), conditions=conditions)
    assert ask(facts, "short", "2026-03-10").allowed
    assert codes(ask(facts, "short", "2026-03-11")) == ["interval-after"]


def test_when_the_law_changes_the_new_number_holds_from_its_day() -> None:
    facts = convict("medium", "preferential", held("short", "2025-09-10", rule="unlimited"))
    assert ask(facts, "short", "2025-09-15").allowed
    assert str(ask(facts, "short", "2025-09-15").rate) == "unlimited"
    changed = ask(facts, "short", "2025-09-16")
    assert (str(changed.rate), changed.allowed, changed.due) == ("12/year", False, day("2025-10-10"))


def test_an_unlimited_visit_must_not_crowd_out_one_that_keeps_its_distance() -> None:
    planned = held("short", "2025-10-01", state="planned")
    facts = convict("medium", "preferential", planned)
    assert ask(facts, "short", "2025-09-01").allowed
    assert codes(ask(facts, "short", "2025-09-02")) == ["interval-after"]


def test_half_a_month_is_fifteen_days_and_said_to_be_a_setting() -> None:
    facts = convict("juvenile", "light", held("short", "2026-02-20"))
    found = ask(facts, "short", "2026-02-25")
    assert (found.due, notes(found)) == (day("2026-03-07"), ["note-half-month"])
    regular = convict("juvenile", "regular", held("short", "2026-01-31"))
    assert ask(regular, "short", "2026-02-25").due == day("2026-03-15"), "a month, then fifteen days"


def test_ordinary_visits_that_were_not_taken_lapse() -> None:
    facts = convict("medium", "light", held("short", "2024-02-01"))
    first = ask(facts, "short", "2026-03-01")
    assert first.allowed
    again = convict("medium", "light", held("short", "2024-02-01"), held("short", "2026-03-01"))
    assert ask(again, "short", "2026-03-02").due == day("2026-05-01")


def test_strict_conditions_have_no_long_visit_at_all() -> None:
    found = ask(convict("medium", "strict"), "long", "2026-03-01")
    assert (codes(found), found.due, str(found.rate)) == (["not-provided"], None, "0")


def test_the_due_day_waits_for_a_known_change_of_conditions() -> None:
    conditions = (
        ConditionPeriod("strict", day("2026-01-01"), day("2026-05-01")),
        ConditionPeriod("regular", day("2026-05-01")),
    )
    facts = convict("medium", None, conditions=conditions)
    assert ask(facts, "long", "2026-03-01").due == day("2026-05-01")


@pytest.mark.parametrize(("on", "code"), [("2023-12-31", "not-placed"), ("2026-03-01", "condition-not-set")])
def test_without_a_place_or_a_condition_nothing_can_be_said(on: str, code: str) -> None:
    assert codes(ask(convict("medium", None), "short", on)) == [code]
