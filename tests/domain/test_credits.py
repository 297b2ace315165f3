"""Extra visits: incentives are kept for the whole sentence, prevented visits are given later (IR 83, 84;
PEC 129)."""

from service.domain.credits import incentive_reasons
from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, Credit, DegreePeriod, Visit
from service.law import load_law
from tests.domain.cast import KZ, ask, codes, convict, day, held, notes

EARNED = Credit("c1", "short", "incentive", day("2024-05-01"))
PREVENTED = Credit("r1", "long", "restored", day("2026-02-01"))
SECOND_DEGREE = (DegreePeriod(2, day("2024-01-01")),)


def test_the_ordinary_visit_is_taken_first_and_the_extra_one_kept() -> None:
    found = ask(convict(credits=(EARNED,)), "short", "2026-03-01")
    assert found.charge is not None
    assert found.charge.rule == "interval"


def test_an_incentive_visit_two_years_old_is_still_there_when_the_ordinary_one_is_not_due() -> None:
    found = ask(convict("medium", "light", held("short", "2026-02-20"), credits=(EARNED,)), "short", "2026-03-01")
    assert found.charge is not None
    assert (found.allowed, found.charge.rule, found.charge.credit_id) == (True, "credit", "c1")
    assert notes(found) == ["note-credit"]


def test_an_extra_visit_does_not_move_the_next_ordinary_one() -> None:
    extra = Visit("e", "short", day("2026-02-25"), "credit", credit_id="c1")
    facts = convict("medium", "light", held("short", "2026-01-15"), extra, credits=(EARNED,))
    assert ask(facts, "short", "2026-03-15").allowed
    law = load_law("kz", {"extra_visit_moves_interval": "yes"})
    strict = entitlement(law, facts, AppointmentRequest("short", day("2026-03-15")))
    assert strict.due == day("2026-04-25")


def test_an_extra_visit_is_taken_once() -> None:
    extra = Visit("e", "short", day("2026-02-25"), "credit", credit_id="c1", state="planned")
    facts = convict("medium", "light", held("short", "2026-02-20"), extra, credits=(EARNED,))
    assert codes(ask(facts, "short", "2026-03-01")) == ["interval-before"]
    assert codes(ask(facts, "short", "2026-03-01", credit_id="c1")) == ["credit-used"]
    assert ask(facts, "short", "2026-03-01", credit_id="c1", ignoring="e").allowed, "moving that very visit"


def test_a_cancelled_extra_visit_can_be_taken_again() -> None:
    extra = Visit("e", "short", day("2026-02-25"), "credit", credit_id="c1", state="cancelled")
    facts = convict("medium", "light", held("short", "2026-02-20"), extra, credits=(EARNED,))
    assert ask(facts, "short", "2026-03-01").allowed


def test_a_visit_prevented_earlier_is_given_now() -> None:
    facts = convict("medium", "light", held("long", "2026-02-10"), credits=(PREVENTED,))
    found = ask(facts, "long", "2026-03-01")
    assert found.charge is not None
    assert (found.charge.rule, found.charge.kind, notes(found)) == ("credit", "long", ["note-restored"])
    assert codes(ask(facts, "short", "2026-03-01", credit_id="r1")) == ["credit-not-found"], "of the other kind"


def test_an_extra_visit_granted_later_shortens_the_wait_to_that_day() -> None:
    facts = convict("medium", "regular", held("long", "2026-02-10"),
                    credits=(Credit("r", "long", "restored", day("2026-04-01")),))  # fmt: skip
    assert ask(facts, "long", "2026-03-01").due == day("2026-04-01")
    asked_for = ask(facts, "long", "2026-03-01", credit_id="r")
    assert (codes(asked_for), asked_for.due) == (["credit-not-yet"], day("2026-04-01"))


def test_strict_conditions_leave_even_a_prevented_long_visit_for_later() -> None:
    assert codes(ask(convict("medium", "strict", credits=(PREVENTED,)), "long", "2026-03-01")) == ["not-provided"]


def test_no_more_than_four_extra_visits_a_year_are_lawful() -> None:
    five = tuple(Credit(f"c{month}", "short", "incentive", day(f"2026-0{month}-01")) for month in range(1, 6))
    facts = convict("medium", "light", held("short", "2026-05-20"), credits=five, degrees=SECOND_DEGREE)
    assert codes(ask(facts, "short", "2026-06-01", credit_id="c5")) == ["credit-over-limit"]
    assert ask(facts, "short", "2026-06-01", credit_id="c4").allowed
    assert [one.code for one in incentive_reasons(KZ, facts, day("2026-06-01"))] == ["credit-over-limit"]
    assert incentive_reasons(KZ, facts, day("2027-01-01")) == ()


def test_no_extra_visit_is_granted_while_the_degree_is_negative() -> None:
    facts = convict(degrees=(DegreePeriod(-1, day("2026-01-01"), day("2026-07-01")),))
    assert [one.code for one in incentive_reasons(KZ, facts, day("2026-06-01"))] == ["incentive-negative-degree"]
    assert incentive_reasons(KZ, facts, day("2026-07-01")) == ()


def test_an_exception_sets_the_distance_aside_but_not_what_the_law_forbids() -> None:
    facts = convict("medium", "light", held("short", "2026-02-20"))
    found = ask(facts, "short", "2026-03-01", exception_id="x1")
    assert found.charge is not None
    assert (found.allowed, found.charge.rule, notes(found)) == (True, "exception", ["note-exception"])
    strict = convict("medium", "strict")
    assert codes(ask(strict, "long", "2026-03-01", exception_id="x1")) == ["not-provided"]


def test_a_visit_by_exception_does_not_move_the_next_ordinary_one() -> None:
    exception = held("short", "2026-03-01", rule="exception")
    facts = convict("medium", "light", held("short", "2026-01-15"), exception)
    assert ask(facts, "short", "2026-03-15").allowed
    law = load_law("kz", {"exception_moves_interval": "yes"})
    assert entitlement(law, facts, AppointmentRequest("short", day("2026-03-15"))).due == day("2026-05-01")


def test_a_no_show_counts_only_where_the_setting_says_so() -> None:
    facts = convict("medium", "light", held("short", "2026-03-01", state="no_show"))
    law = load_law("kz", {"no_show": "counted"})
    assert entitlement(law, facts, AppointmentRequest("short", day("2026-03-10"))).due == day("2026-05-01")
