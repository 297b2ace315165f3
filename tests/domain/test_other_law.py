"""The same questions where a law file writes another figure, or makes another choice where the law is silent."""

from dataclasses import replace
from datetime import date

import pytest

from service.domain.credits import incentive_reasons
from service.domain.entitlement import Entitlement, entitlement
from service.domain.facts import (
    AppointmentRequest,
    ConditionPeriod,
    ConvictFacts,
    Credit,
    DegreePeriod,
    Emergency,
    PartyMember,
    Placement,
    Visit,
)
from service.domain.law import Law
from service.domain.law_file import parse_law
from service.domain.reasons import Reason
from service.law import law_text, load_law
from tests.domain.cast import (
    AIGUL,
    ARRIVED,
    BROTHER,
    COUSIN,
    KZ,
    MOTHER,
    MOTHER_OF_HIS_CHILD,
    TIMUR,
    ask,
    codes,
    convict,
    day,
    held,
)

LIGHT = 'condition = "light"\nvalid_from = 2015-01-01\nshort = "6/year"'


def law_with(old: str, new: str) -> Law:
    """The law of Kazakhstan with one passage written otherwise."""
    assert law_text("kz").count(old) == 1
    return parse_law(law_text("kz").replace(old, new))


def asked(law: Law, facts: ConvictFacts, on: str, *party: PartyMember, **more: object) -> Entitlement:
    """A short visit under another law."""
    return entitlement(law, facts, AppointmentRequest("short", day(on), party=party, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "free"),
    [("2026-01-31", True), ("2026-02-01", False), ("2026-03-19", False), ("2026-03-20", True), ("2026-03-21", True)],
)
def test_a_call_is_counted_to_the_stay_in_which_its_day_lies(on: str, free: bool) -> None:
    stay = (Placement("A", "awaiting-dispatch", day("2026-02-01"), day("2026-03-20")),)
    had = Visit("c", "call", day(on), "period")
    assert ask(convict("awaiting-dispatch", None, had, placements=stay), "call", "2026-03-10", MOTHER).allowed is free


def test_where_the_law_gives_no_calls_the_reason_rests_on_that_row() -> None:
    law = law_with('valid_from = 2015-01-01\nrate = "unknown"', 'valid_from = 2015-01-01\nrate = "0"')
    found = entitlement(law, convict("remand", None), AppointmentRequest("call", day("2026-03-10"), party=(MOTHER,)))
    assert (found.reasons, found.due) == ((Reason("not-provided", "353-I"),), None)


def test_a_choice_that_is_lacking_is_waited_for_by_no_day_not_even_that_of_a_credit() -> None:
    law = load_law("kz", {"first_kind_not_chosen": "choice-required"})
    later = Credit("c", "short", "restored", day("2026-03-20"))
    found = asked(law, convict(credits=(later,)), "2026-03-10")
    assert (found.reasons, found.due) == (
        (Reason("first-kind-not-chosen", "PEC 106(4); IR 83"),),
        day("2026-03-10"),
    )
    assert found.charge is None


@pytest.mark.parametrize(("reading", "free"), [("at-once", True), ("after-first-visit", False)])
def test_when_the_kind_that_was_not_chosen_begins_is_a_setting(reading: str, free: bool) -> None:
    law = load_law("kz", {"other_kind_after_first": reading})
    assert asked(law, convict(first_choice="long"), "2026-03-10").allowed is free


@pytest.mark.parametrize(
    ("others", "due"),
    [
        (("2026-03-01", "2026-03-05"), "2026-03-29"),
        (("2026-03-05", "2026-03-25"), "2026-04-02"),
        (("2026-03-20", "2026-03-25"), "2026-04-17"),
    ],
)
def test_a_rolling_window_that_is_full_is_told_with_its_number_and_length(others: tuple[str, str], due: str) -> None:
    """It is free again 28 days after the first of the two."""
    law = law_with(LIGHT, LIGHT.replace("6/year", "2/28-days"))
    had = [Visit(on, "short", day(on), "period") for on in others]
    found = asked(law, convict("medium", "light", *had), "2026-03-10")
    assert found.reasons == (Reason("window-used", "PEC 136(2)", {"count": 2, "days": 28}),)
    assert (found.due, str(found.rate), found.charge) == (day(due), "2/28-days", None)


def test_the_charge_in_a_rolling_window_names_the_day_and_no_number() -> None:
    crowd = [Visit(on, "short", day(on), "period") for on in ("2026-05-01", "2026-05-02", "2026-05-03")]
    law = law_with(LIGHT, LIGHT.replace("6/year", "2/28-days"))
    free = asked(law, convict("medium", "light", *crowd), "2026-03-29")
    found = free.charge
    assert str(free.rate) == "2/28-days"
    assert found is not None
    assert (found.day, found.after, found.month, found.ordinal) == (day("2026-03-29"), day("2026-03-01"), None, None)


def test_long_visits_fill_no_window_of_short_ones() -> None:
    law = law_with(f'{LIGHT}\nlong = "6/year"', LIGHT.replace("6/year", "2/28-days") + '\nlong = "2/28-days"')
    had = [Visit(on, "long", day(on), "period") for on in ("2026-03-01", "2026-03-05")]
    assert asked(law, convict("medium", "light", *had), "2026-03-10").allowed
    full = entitlement(law, convict("medium", "light", *had), AppointmentRequest("long", day("2026-03-10")))
    assert codes(full) == ["window-used"]


def test_visits_without_a_period_are_counted_to_the_year_of_their_day() -> None:
    law = law_with(LIGHT, LIGHT.replace("6/year", "2/calendar-year"))
    had = [Visit(on, "short", day(on), "period") for on in ("2025-12-31", "2026-01-01", "2026-12-31")]
    full = asked(law, convict("medium", "light", *had), "2026-06-01")
    assert full.reasons == (Reason("period-used", "PEC 136(2)", {"count": 2}),)
    assert full.due == day("2027-01-01")
    one_less = asked(law, convict("medium", "light", *had[:2]), "2026-06-01")
    assert one_less.allowed
    assert asked(law, convict("medium", "light", *had), "2025-06-01").allowed


def test_a_visit_of_remand_takes_nothing_of_the_stay_before_dispatch() -> None:
    month = Visit("m", "short", day("2026-03-02"), "calendar_month")
    assert ask(convict("awaiting-dispatch", None, month), "short", "2026-03-10").allowed
    stay = Visit("s", "short", day("2026-03-02"), "period")
    two = [stay, Visit("m", "short", day("2026-03-03"), "calendar_month")]
    assert ask(convict("remand", None, *two), "short", "2026-03-10", investigator_permits=True).allowed


def test_a_visit_keeps_the_stay_to_which_it_was_charged_by_name() -> None:
    """The day of arrival was put right afterwards: the visit of the stay before is not counted to this one."""
    stay = (Placement("A", "awaiting-dispatch", day("2026-02-01")),)
    before = Visit("v", "short", day("2026-02-03"), "period", month="stay:2026-01-20", ordinal=1)
    assert ask(convict("awaiting-dispatch", None, before, placements=stay), "short", "2026-03-10").allowed


def test_a_choice_of_short_visits_where_the_condition_gives_none_holds_no_long_one_up() -> None:
    law = law_with(LIGHT, LIGHT.replace("6/year", "0"))
    facts = convict(first_choice="short")
    assert entitlement(law, facts, AppointmentRequest("long", day("2026-03-10"))).allowed
    waiting = entitlement(KZ, facts, AppointmentRequest("long", day("2026-03-10")))
    assert waiting.reasons == (Reason("first-kind-other", "PEC 106(4); IR 83"),)


def test_who_comes_of_age_has_the_number_of_adults_from_the_birthday_on() -> None:
    law = law_with('condition = "adult"\nvalid_from = 2015-01-01\nshort = "2/calendar-month"',
                   'condition = "adult"\nvalid_from = 2015-01-01\nshort = "4/calendar-month"')  # fmt: skip
    had = [Visit(str(n), "short", day(f"2026-03-0{n}"), "calendar_month") for n in (1, 2, 3)]
    found = asked(law, convict("remand", None, *had, born=date(2008, 3, 15)), "2026-03-10", investigator_permits=True)
    assert (codes(found), found.due) == (["month-used"], day("2026-03-15"))


@pytest.mark.parametrize(
    ("own", "party", "count"),
    [
        (None, (AIGUL, MOTHER), None),
        (None, (AIGUL, MOTHER, BROTHER), 2),
        (3, (AIGUL, MOTHER, BROTHER), 2),
        (1, (AIGUL, MOTHER), 1),
        (1, (AIGUL,), None),
    ],
)
def test_the_smaller_of_both_limits_of_visitors_holds(
    own: int | None, party: tuple[PartyMember, ...], count: int | None
) -> None:
    law = load_law("kz", {"short_visitor_cap": 2})
    found = asked(law, convict(), "2026-03-10", *party, visitor_cap=own)
    assert found.reasons == (() if count is None else (Reason("too-many-visitors", "IR 87", {"count": count}),))


def incentives(*on: str) -> tuple[Credit, ...]:
    """Extra short visits granted on those days."""
    return tuple(Credit(str(place), "short", "incentive", day(granted)) for place, granted in enumerate(on))


ARTICLE = "PEC 128(1)(4), 129(1), 129(2)"
OVER = {count: Reason("credit-over-limit", ARTICLE, {"count": count}) for count in (2, 4)}
NEGATIVE = Reason("incentive-negative-degree", ARTICLE)


@pytest.mark.parametrize(
    ("degree", "granted", "against"),
    [
        (None, (), ()),
        (None, ("2026-01-01",), ()),
        (None, ("2025-12-31", "2026-01-01"), ()),
        (None, ("2026-01-01", "2026-12-31"), (OVER[2],)),
        (1, ("2026-01-01", "2026-02-01"), (OVER[2],)),
        (2, ("2026-01-01", "2026-02-01"), ()),
        (2, ("2026-01-01",) * 3, ()),
        (2, ("2026-01-01",) * 4, (OVER[4],)),
        (3, ("2026-01-01",) * 5, (OVER[4],)),
        (-1, (), (NEGATIVE,)),
        (-3, ("2026-01-01", "2026-02-01"), (NEGATIVE, OVER[2])),
    ],
)
def test_how_many_extra_visits_may_be_granted_in_a_year(
    degree: int | None, granted: tuple[str, ...], against: tuple[Reason, ...]
) -> None:
    law = load_law("kz", {"incentives_of_others": 2})
    degrees = () if degree is None else (DegreePeriod(degree, ARRIVED),)
    facts = convict(degrees=degrees, credits=(*incentives(*granted), Credit("r", "short", "restored", ARRIVED)))
    assert incentive_reasons(law, facts, day("2026-06-01")) == against


def test_the_lawful_number_of_a_year_is_that_of_the_degree_on_the_day_of_each_grant() -> None:
    law = load_law("kz", {"incentives_of_others": 1})
    facts = convict(
        "medium", "light", held("short", "2026-03-01"),
        degrees=(DegreePeriod(2, day("2026-01-01"), day("2026-02-01")),),
        credits=(
            Credit("r", "short", "restored", day("2025-01-01"), used_by="r"),
            *incentives("2025-12-31", "2026-01-31", "2026-01-31", "2026-02-01"),
        ),
    )  # fmt: skip
    lawful = {number: asked(law, facts, "2026-03-10", credit_id=number) for number in "0123"}
    assert [number for number in "0123" if lawful[number].allowed] == ["0", "1", "2"]
    assert lawful["3"].reasons == (Reason("credit-over-limit", ARTICLE, {"count": 1}),)


def test_a_planned_visit_behind_a_gap_keeps_its_distance_too() -> None:
    """Between two placements nobody is visited: what was planned for then sets no distance, what comes after does."""
    gone = (Placement("A", "medium", ARRIVED, day("2026-04-01")), Placement("A", "medium", day("2026-04-20")))
    planned = (held("short", "2026-04-10", state="planned"), held("short", "2026-04-25", state="planned"))
    found = ask(convict("medium", "light", *planned, placements=gone), "short", "2026-03-10")
    assert found.reasons == (
        Reason("interval-after", "PEC 136(2); IR 83", {"next": day("2026-04-25"), "latest": day("2026-02-25")}),
    )


def test_a_condition_begins_and_ends_with_its_days_for_the_rate() -> None:
    conditions = (ConditionPeriod("strict", ARRIVED, day("2026-03-10")), ConditionPeriod("light", day("2026-03-10")))
    facts = convict("medium", None, conditions=conditions)
    assert [str(ask(facts, "short", on).rate) for on in ("2026-03-09", "2026-03-10")] == ["3/year", "6/year"]
    assert str(asked(KZ, facts, "2026-03-10").rate) == "6/year"


def test_whom_one_may_call_in_an_emergency_is_another_list_than_who_needs_no_place_in_the_file() -> None:
    law = law_with('without_listing = ["spouse", "close"]', 'without_listing = ["spouse", "close", "relative"]')
    calls = AppointmentRequest("call", day("2026-03-10"), party=(COUSIN,))
    assert entitlement(law, convict(), calls).allowed
    emergency = convict("medium", "strict", emergencies=(Emergency(day("2026-03-05")),))
    assert entitlement(law, emergency, calls).reasons == (Reason("call-person-not-listed", "IR 104"),)


def test_where_the_common_child_must_come_it_is_asked_for_of_its_other_parent_alone() -> None:
    law = load_law("kz", {"co_parent_without_child": "child-must-come"})
    with_child = replace(MOTHER_OF_HIS_CHILD, common_child_present=True)
    for party, against in (
        ((AIGUL,), ()),
        ((with_child, TIMUR), ()),
        ((MOTHER_OF_HIS_CHILD,), (Reason("co-parent-without-child", "IR 77"),)),
    ):
        found = entitlement(law, convict(), AppointmentRequest("long", day("2026-03-10"), party=party))
        assert found.reasons == against
