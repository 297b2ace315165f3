"""Isolator, special regime, quarantine and orders of the head stop visits; legal and medical help is never
stopped."""

import pytest

from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, Ban, Suspension
from service.law import load_law
from tests.domain.cast import BRIDE, DOCTOR, LAWYER, MOTHER, ask, codes, convict, day, held, notes


def suspended(ground: str, since: str, until: str | None = None, **more: object) -> Suspension:
    return Suspension("s", ground, day(since), day(until) if until else None, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ground", "since", "until", "free", "code"),
    [
        ("isolator", "2026-03-01", "2026-03-11", "2026-03-11", "suspended-isolator"),
        ("isolator", "2026-03-01", None, "2026-03-16", "suspended-isolator"),  # 15 days at most
        ("isolator", "2026-03-01", "2026-04-01", "2026-03-16", "suspended-isolator"),
        ("special-regime", "2026-03-01", None, "2026-04-30", "suspended-special-regime"),  # 30 + 30
        ("quarantine", "2026-03-01", "2026-03-08", "2026-03-08", "in-quarantine"),
        ("head-order", "2026-03-01", "2026-06-01", "2026-06-01", "suspended-head-order"),
        ("head-order", "2026-03-01", None, None, "suspended-until-lifted"),
    ],
)
def test_visits_are_stopped_until_its_end_and_no_longer_than_the_law_allows(
    ground: str, since: str, until: str | None, free: str | None, code: str
) -> None:
    facts = convict(suspensions=(suspended(ground, since, until),))
    for kind in ("short", "long"):
        found = ask(facts, kind, "2026-03-05")  # type: ignore[arg-type]
        assert (codes(found), found.due) == ([code], day(free) if free else None)
    assert ask(facts, "short", "2026-02-28").allowed
    if free:
        assert ask(facts, "short", free).allowed


def test_a_suspension_recorded_beyond_the_lawful_maximum_is_pointed_out() -> None:
    facts = convict(suspensions=(suspended("isolator", "2026-03-01", "2026-04-01"),))
    assert "note-suspension-over-maximum" in notes(ask(facts, "short", "2026-03-20"))


def test_all_that_stands_in_the_way_is_named_and_the_due_day_is_behind_all_of_it() -> None:
    order = suspended("head-order", "2026-03-01", "2026-03-20")
    isolator = suspended("isolator", "2026-04-15", "2026-04-25")
    facts = convict("medium", "light", held("short", "2026-02-20"), suspensions=(isolator, order))
    found = ask(facts, "short", "2026-03-10")
    assert codes(found) == ["interval-before", "suspended-head-order"]
    assert found.due == day("2026-04-25"), "the interval ends on 20 April, inside the isolator"


def test_no_due_day_is_known_while_one_of_the_obstacles_has_no_known_end() -> None:
    order = suspended("head-order", "2026-03-01")
    found = ask(convict("medium", "light", held("short", "2026-02-20"), suspensions=(order,)), "short", "2026-03-10")
    assert (codes(found), found.due) == (["interval-before", "suspended-until-lifted"], None)


def test_an_order_stops_the_kinds_it_names() -> None:
    order = suspended("head-order", "2026-03-01", "2026-04-01", stops=frozenset({"long"}))
    facts = convict(suspensions=(order,))
    assert ask(facts, "short", "2026-03-10").allowed
    assert codes(ask(facts, "long", "2026-03-10")) == ["suspended-head-order"]


def test_the_single_cell_leaves_visits_as_they_are_unless_the_setting_says_otherwise() -> None:
    facts = convict(suspensions=(suspended("single-cell", "2026-03-01", "2026-06-01"),))
    found = ask(facts, "short", "2026-03-10")
    assert (found.allowed, notes(found)) == (True, ["note-single-cell"])
    law = load_law("kz", {"single_cell_visits": "suspended"})
    barred = entitlement(law, facts, AppointmentRequest("short", day("2026-03-10")))
    assert codes(barred) == ["suspended-single-cell"]


@pytest.mark.parametrize("ground", ["isolator", "special-regime", "quarantine", "head-order", "single-cell"])
def test_the_lawyer_comes_in_any_case(ground: str) -> None:
    facts = convict("medium", "strict", suspensions=(suspended(ground, "2026-03-01"),))
    found = ask(facts, "lawyer", "2026-03-05", LAWYER)
    assert found.charge is not None
    assert (found.allowed, found.charge.rule, found.charge.kind) == (True, "uncounted", None)


@pytest.mark.parametrize(("purpose", "who"), [("legal", LAWYER), ("medical", DOCTOR)])
@pytest.mark.parametrize("ground", ["isolator", "special-regime", "quarantine", "head-order", "single-cell"])
@pytest.mark.parametrize("condition", ["light", "strict"])
def test_a_call_for_legal_or_medical_help_is_never_blocked(
    purpose: str, who: object, ground: str, condition: str
) -> None:
    facts = convict("medium", condition, suspensions=(suspended(ground, "2026-03-01"),))
    found = ask(facts, "call", "2026-03-05", who, purpose=purpose)  # type: ignore[arg-type]
    assert found.charge is not None
    assert (found.allowed, found.charge.rule) == (True, "uncounted")
    assert notes(found) == ["note-never-blocked"]


def test_a_call_to_the_mother_is_not_made_one_for_legal_help_by_calling_it_so() -> None:
    facts = convict("medium", "strict")
    assert codes(ask(facts, "call", "2026-03-05", MOTHER, purpose="legal")) == ["relation-not-for-kind"]


def test_the_registration_of_a_marriage_waits_for_the_end_of_the_isolator() -> None:
    facts = convict(suspensions=(suspended("isolator", "2026-03-01", "2026-03-11"),))
    assert ask(facts, "marriage_registration", "2026-03-05", BRIDE).due == day("2026-03-11")
    assert ask(facts, "marriage_registration", "2026-03-11", BRIDE).allowed


def test_a_bar_of_the_convict_ends_on_its_day() -> None:
    facts = convict(bans=(Ban("tuberculosis", day("2026-01-01"), day("2026-05-01")),))
    assert ask(facts, "long", "2026-03-01").due == day("2026-05-01")
    assert ask(facts, "short", "2026-03-01").allowed
