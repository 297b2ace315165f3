"""How long the one question of the law takes for a convict with ten years of history."""

from datetime import date, timedelta

from service.domain.entitlement import entitlement
from service.domain.facts import (
    AppointmentRequest,
    ConditionPeriod,
    ConvictFacts,
    Credit,
    DegreePeriod,
    PartyMember,
    Placement,
    Suspension,
    Visit,
)
from service.law import load_law
from tests.bench.figures import Figure, cpu_ms, figure

START = date(2016, 1, 10)
ROUNDS = 40
AT_ONCE = 25


def history() -> ConvictFacts:
    """Ten years: three institutions, five conditions, a visit of each kind every two months, two suspensions a year."""
    places = ("medium", "maximum", "medium")
    cuts = [START, date(2019, 6, 1), date(2023, 2, 1), None]
    conditions = ("regular", "light", "regular", "light", "light")
    turns = [START, date(2017, 1, 1), date(2019, 6, 1), date(2020, 1, 1), date(2023, 2, 1), None]
    days = [START + timedelta(days=61 * step) for step in range(61)]
    return ConvictFacts(
        placements=tuple(
            Placement(f"house-{n}", kind, cuts[n], cuts[n + 1])  # type: ignore[arg-type]
            for n, kind in enumerate(places)
        ),
        conditions=tuple(
            ConditionPeriod(name, turns[n], turns[n + 1])  # type: ignore[arg-type]
            for n, name in enumerate(conditions)
        ),
        degrees=(DegreePeriod(1, date(2018, 1, 1), date(2022, 1, 1)), DegreePeriod(2, date(2022, 1, 1))),
        suspensions=tuple(
            Suspension(f"s{n}", "isolator", START + timedelta(days=180 * n), START + timedelta(days=180 * n + 10))
            for n in range(20)
        ),
        credits=(Credit("c1", "short", "incentive", date(2022, 5, 1)),),
        visits=tuple(Visit(f"v{n}", "short", day) for n, day in enumerate(days))
        + tuple(Visit(f"w{n}", "long", day + timedelta(days=5), charged_kind="long") for n, day in enumerate(days)),
        quarantine_left_on=START + timedelta(days=14),
    )


def figures() -> list[Figure]:
    """entitlement.cpu_ms, over days that are too soon, due, and far off, with a party of three."""
    law, facts = load_law("kz"), history()
    party = (
        PartyMember("a", "parent", confirmed=True, born=date(1960, 1, 1), represents=("c",)),
        PartyMember("b", "spouse", confirmed=True, born=date(1985, 1, 1)),
        PartyMember("c", "child", confirmed=True, born=date(2015, 1, 1)),
    )
    days = [date(2026, 1, 20) + timedelta(days=9 * step) for step in range(AT_ONCE)]
    wishes = [AppointmentRequest("long" if n % 2 else "short", day, party=party) for n, day in enumerate(days)]

    def all_of_them() -> None:
        for wish in wishes:
            entitlement(law, facts, wish)

    all_of_them()
    return [figure("entitlement.cpu_ms", [cpu_ms(all_of_them) / AT_ONCE for _ in range(ROUNDS)], "ms")]
