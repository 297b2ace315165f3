"""What is asked in `test_answers.py`: what stops a visit, who comes, in which form, and what is kept for later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

from service.domain.entitlement import Entitlement
from service.domain.facts import (
    Ban,
    ConditionPeriod,
    Credit,
    DegreePeriod,
    PartyMember,
    Placement,
    Suspension,
    VisitorBan,
)
from tests.domain.cast import (
    AIGUL,
    ARRIVED,
    BRIDE,
    BROTHER,
    COUSIN,
    DANA,
    FRIEND,
    LAWYER,
    MOTHER,
    MOTHER_OF_HIS_CHILD,
    ask,
    convict,
    day,
    held,
)


def s(ground: str, since: str, until: str | None = None, **more: object) -> Suspension:
    """A suspension."""
    return Suspension("s", ground, day(since), day(until) if until else None, **more)  # type: ignore[arg-type]


OF_PEOPLE: dict[str, Callable[[], Entitlement]] = {
    "tuberculosis": lambda: ask(
        convict(bans=(Ban("tuberculosis", day("2026-03-01"), day("2026-05-01")),)), "long", "2026-03-10"
    ),
    "tuberculosis, a short one in the place of a long one": lambda: ask(
        convict(bans=(Ban("tuberculosis", day("2026-03-01")),)), "short", "2026-03-10", from_long=True
    ),
    "smuggling, a short one in the place of a long one": lambda: ask(
        convict(bans=(Ban("smuggling", day("2026-03-01")),)), "short", "2026-03-10", from_long=True
    ),
    "an order of the head without an end": lambda: ask(
        convict(suspensions=(s("head-order", "2026-03-01"),)), "short", "2026-03-10"
    ),
    "an order that stops calls": lambda: ask(
        convict(suspensions=(s("head-order", "2026-03-01", stops=frozenset({"call"})),)), "call", "2026-03-10", MOTHER
    ),
    "an order that stops visits alone": lambda: ask(
        convict(suspensions=(s("head-order", "2026-03-01", stops=frozenset({"short"})),)), "call", "2026-03-10", MOTHER
    ),
    "an order cannot free what the law limits": lambda: ask(
        convict(suspensions=(s("isolator", "2026-03-01", stops=frozenset({"short"})),)), "call", "2026-03-10", MOTHER
    ),
    "an order may stop what the law limits": lambda: ask(
        convict(suspensions=(s("isolator", "2026-03-01", stops=frozenset({"call"})),)), "call", "2026-03-10", MOTHER
    ),
    "an order may leave calls in special conditions": lambda: ask(
        convict(suspensions=(s("special-regime", "2026-03-01", stops=frozenset({"short"})),)),
        "call",
        "2026-03-10",
        MOTHER,
    ),
    "an isolator recorded for too long": lambda: ask(
        convict(suspensions=(s("isolator", "2026-03-01", "2026-04-01"),)), "short", "2026-03-10"
    ),
    "a single cell": lambda: ask(
        convict(suspensions=(s("single-cell", "2026-03-01", "2026-04-01"),)), "short", "2026-03-10"
    ),
    "a call for legal help": lambda: ask(
        convict(suspensions=(s("special-regime", "2026-03-01"),)), "call", "2026-03-10", LAWYER, purpose="legal"
    ),
    "a lawyer at eight": lambda: ask(convict(), "lawyer", "2026-03-10", LAWYER, start=time(8)),
    "a marriage in the isolator": lambda: ask(
        convict(suspensions=(s("isolator", "2026-03-01"),)), "marriage_registration", "2026-03-10", BRIDE
    ),
    "a short visit has no hours in the law": lambda: ask(convict(), "short", "2026-03-10", AIGUL, start=time(8)),
    "a long visit may begin in the evening": lambda: ask(convict(), "long", "2026-03-10", AIGUL, start=time(22)),
    "longer than lawful": lambda: ask(convict(), "long", "2026-03-10", AIGUL, shortened_to=timedelta(days=4)),
    "no time at all": lambda: ask(convict(), "short", "2026-03-10", AIGUL, shortened_to=timedelta(0)),
    "a short visit cut to an hour": lambda: ask(
        convict(), "short", "2026-03-10", AIGUL, shortened_to=timedelta(hours=1)
    ),
    "a long one in the place of a long one": lambda: ask(convict(), "long", "2026-03-10", AIGUL, from_long=True),
    "a short one in the place of a long one": lambda: ask(convict(), "short", "2026-03-10", AIGUL, from_long=True),
    "a long visit outside, of an adult": lambda: ask(convict(), "long", "2026-03-10", AIGUL, outside=True),
    "a long visit outside, of a juvenile": lambda: ask(
        convict("juvenile", "light", born=date(2010, 1, 1)), "long", "2026-03-10", AIGUL, outside=True
    ),
    "a long visit by video": lambda: ask(convict(), "long", "2026-03-10", AIGUL, channel="video"),
    "a short visit by video without consent": lambda: ask(convict(), "short", "2026-03-10", AIGUL, channel="video"),
    "video in remand": lambda: ask(convict("remand", None), "short", "2026-03-10", AIGUL, channel="video"),
    "a video call is by video": lambda: ask(convict(), "video_call", "2026-03-10", AIGUL, channel="video"),
    "in preferential conditions of a complete institution": lambda: ask(
        convict("complete", "preferential"), "short", "2026-03-10"
    ),
    "a visitor barred for an offence": lambda: ask(
        convict(),
        "short",
        "2026-03-10",
        replace(AIGUL, bans=(VisitorBan("administrative-offence", day("2026-01-01")),)),
    ),
    "a visitor barred for a crime": lambda: ask(
        convict(), "long", "2026-03-10", replace(AIGUL, bans=(VisitorBan("crime", day("2026-01-01")),))
    ),
    "a visitor barred until a day": lambda: ask(
        convict(),
        "long",
        "2026-03-10",
        replace(AIGUL, bans=(VisitorBan("crime", day("2026-01-01"), day("2026-03-11")),)),
    ),
    "a bar of visitors stops no call": lambda: ask(
        convict(), "call", "2026-03-10", replace(AIGUL, bans=(VisitorBan("crime", day("2026-01-01")),))
    ),
    "a bar of the last day": lambda: ask(
        convict(),
        "short",
        "2026-12-31",
        replace(AIGUL, bans=(VisitorBan("administrative-offence", day("2026-01-01")),)),
    ),
    "a bar that is over": lambda: ask(
        convict(),
        "short",
        "2027-01-01",
        replace(AIGUL, bans=(VisitorBan("administrative-offence", day("2026-01-01")),)),
    ),
    "a friend needs the head": lambda: ask(convict(), "short", "2026-03-10", FRIEND),
    "a cousin at a long visit": lambda: ask(convict(), "long", "2026-03-10", COUSIN),
    "a friend as a lawyer": lambda: ask(convict(), "lawyer", "2026-03-10", FRIEND),
    "too many adults": lambda: ask(convict(), "long", "2026-03-10", AIGUL, MOTHER, BROTHER),
    "a niece at a long visit": lambda: ask(
        convict(),
        "long",
        "2026-03-10",
        AIGUL,
        PartyMember("dana", "niece-or-nephew", confirmed=True, born=day("2015-06-01")),
    ),
    "more than the house has places for": lambda: ask(
        convict(), "short", "2026-03-10", AIGUL, MOTHER, BROTHER, visitor_cap=2
    ),
    "as many as the house has places for": lambda: ask(
        convict(), "short", "2026-03-10", AIGUL, MOTHER, BROTHER, visitor_cap=3
    ),
    "a child whose birth day is not known": lambda: ask(
        convict(), "long", "2026-03-10", AIGUL, replace(DANA, born=None, minor=True)
    ),
    "a co-parent alone": lambda: ask(convict(), "long", "2026-03-10", MOTHER_OF_HIS_CHILD),
    "a convict calls a convict": lambda: ask(
        convict(), "call", "2026-03-10", replace(FRIEND, listed_in_file=True, is_convict=True)
    ),
    "a credit that is not there": lambda: ask(convict(), "short", "2026-03-10", credit_id="c"),
    "a credit of the other kind": lambda: ask(
        convict(credits=(Credit("c", "long", "restored", day("2026-01-01")),)), "short", "2026-03-10", credit_id="c"
    ),
    "a credit of tomorrow": lambda: ask(
        convict(credits=(Credit("c", "short", "restored", day("2026-03-11")),)), "short", "2026-03-10", credit_id="c"
    ),
    "a credit that is taken": lambda: ask(
        convict(credits=(Credit("c", "short", "restored", day("2026-01-01"), used_by="v"),)),
        "short",
        "2026-03-10",
        credit_id="c",
    ),
    "a credit": lambda: ask(
        convict(
            "medium",
            "light",
            held("short", "2026-03-01"),
            credits=(
                Credit("c", "short", "incentive", day("2026-01-01")),
                Credit("b", "short", "incentive", day("2026-01-01")),
            ),
        ),
        "short",
        "2026-03-10",
    ),
    "a restored visit": lambda: ask(
        convict(
            "medium",
            "light",
            held("short", "2026-03-01"),
            credits=(Credit("c", "short", "restored", day("2026-01-01")),),
        ),
        "short",
        "2026-03-10",
    ),
    "a credit comes before the interval ends": lambda: ask(
        convict(
            "medium",
            "light",
            held("short", "2026-03-01"),
            credits=(Credit("c", "short", "restored", day("2026-03-20")),),
        ),
        "short",
        "2026-03-10",
    ),
    "incentives beyond the number of a year": lambda: ask(
        convict(
            "medium", "light", credits=tuple(Credit(f"c{n}", "short", "incentive", day("2026-01-01")) for n in range(5))
        ),
        "short",
        "2026-03-10",
        credit_id="c4",
    ),
    "the last incentive of a year": lambda: ask(
        convict(
            "medium",
            "light",
            degrees=(DegreePeriod(2, day("2025-06-01")),),
            credits=tuple(Credit(f"c{n}", "short", "incentive", day("2026-01-01")) for n in range(5)),
        ),
        "short",
        "2026-03-10",
        credit_id="c3",
    ),
    "the condition changed since the last visit": lambda: ask(
        convict(
            "medium",
            "light",
            held("short", "2026-01-05"),
            conditions=(
                ConditionPeriod("regular", ARRIVED, day("2026-02-01")),
                ConditionPeriod("light", day("2026-02-01")),
            ),
        ),
        "short",
        "2026-03-10",
    ),
    "kept for another trial": lambda: ask(
        convict(
            "mixed",
            "light",
            placements=(Placement("A", "mixed", ARRIVED, basis="kept_for_trial", court_type="maximum"),),
        ),
        "short",
        "2026-03-10",
    ),
    "a lifer in strict conditions": lambda: ask(convict("extreme", "strict", lifer=True), "long", "2026-03-10"),
    "the first kind is the other": lambda: ask(
        convict(quarantine_left_on=day("2026-03-01"), first_choice="long"), "short", "2026-03-10"
    ),
}
