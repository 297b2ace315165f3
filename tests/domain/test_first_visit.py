"""The first visit comes after quarantine, and the convict chooses its kind (PEC 106(4), IR 83)."""

from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, Credit, Placement, Suspension
from service.law import load_law
from tests.domain.cast import ask, codes, convict, day, held


def test_in_quarantine_there_is_no_visit_and_the_day_after_it_there_is() -> None:
    facts = convict(quarantine_left_on=day("2026-03-16"))
    inside = ask(facts, "short", "2026-03-15")
    assert (codes(inside), inside.due) == (["in-quarantine"], day("2026-03-16"))
    assert ask(facts, "short", "2026-03-16").allowed


def test_quarantine_lasts_fifteen_days_at_most_even_if_no_end_is_recorded() -> None:
    facts = convict(suspensions=(Suspension("q", "quarantine", day("2026-03-01")),))
    assert ask(facts, "long", "2026-03-01").due == day("2026-03-16")
    assert ask(facts, "long", "2026-03-16").allowed


def test_not_even_an_extra_visit_is_held_in_quarantine() -> None:
    facts = convict(
        quarantine_left_on=day("2026-03-16"), credits=(Credit("c", "short", "restored", day("2026-01-01")),)
    )
    assert codes(ask(facts, "short", "2026-03-10")) == ["in-quarantine"]
    assert codes(ask(facts, "short", "2026-03-10", credit_id="c")) == ["in-quarantine"]


def test_what_was_had_in_remand_does_not_delay_the_first_visit() -> None:
    places = (
        Placement("S", "remand", day("2025-10-01"), day("2026-03-01")),
        Placement("A", "medium", day("2026-03-01")),
    )
    last = held("short", "2026-02-27", rule="calendar_month", month="2026-02", ordinal=1)
    facts = convict("medium", "regular", last, placements=places, quarantine_left_on=day("2026-03-16"))
    assert ask(facts, "short", "2026-03-16").allowed


def test_the_kind_that_was_not_chosen_follows_the_one_that_was() -> None:
    facts = convict(quarantine_left_on=day("2026-03-16"), first_choice="long")
    assert ask(facts, "long", "2026-03-20").allowed
    waiting = ask(facts, "short", "2026-03-20")
    assert (codes(waiting), waiting.due) == (["first-kind-other"], None)
    booked = convict(
        "medium", "light", held("long", "2026-03-25", state="planned"),
        quarantine_left_on=day("2026-03-16"), first_choice="long",
    )  # fmt: skip
    assert ask(booked, "short", "2026-03-20").due == day("2026-03-25")
    assert ask(booked, "short", "2026-03-25").allowed


def test_a_choice_of_what_the_condition_does_not_give_holds_nothing_up() -> None:
    facts = convict("medium", "strict", quarantine_left_on=day("2026-03-16"), first_choice="long")
    assert ask(facts, "short", "2026-03-20").allowed


def test_without_a_choice_either_kind_may_come_first_unless_the_setting_asks_for_one() -> None:
    facts = convict(quarantine_left_on=day("2026-03-16"))
    assert ask(facts, "short", "2026-03-20").allowed
    assert ask(facts, "long", "2026-03-20").allowed
    law = load_law("kz", {"first_kind_not_chosen": "choice-required"})
    found = entitlement(law, facts, AppointmentRequest("short", day("2026-03-20")))
    assert codes(found) == ["first-kind-not-chosen"]
