"""Histories of convicts as they may come about, for properties."""

from datetime import date, timedelta

from hypothesis import strategies as st

from service.domain.facts import (
    AppointmentRequest,
    Ban,
    ConditionPeriod,
    ConvictFacts,
    Credit,
    Placement,
    Suspension,
    Visit,
)

START = date(2025, 1, 1)
HORIZON = 500
DAYS = st.integers(0, HORIZON).map(lambda step: START + timedelta(days=step))
HOUSES = st.sampled_from(
    ["medium", "maximum", "minimum", "juvenile", "complete", "extreme", "remand", "awaiting-dispatch"]
)
CONDITIONS = st.sampled_from(["regular", "light", "strict", "preferential"])

RULES = ["interval", "interval", "interval", "unlimited", "calendar_month", "period", "credit", "exception"]


def _cut(days: list[date]) -> list[tuple[date, date | None]]:
    """Periods one after the other, the first from the start, the last without end."""
    turns = [START - timedelta(days=400), *sorted(set(days) - {START})]
    return list(zip(turns, [*turns[1:], None], strict=True))


@st.composite
def histories(draw: st.DrawFn, steady: bool = False) -> ConvictFacts:
    """A convict with transfers, changes of condition, suspensions, bars, credits and visits of every charge.

    `steady`: one institution and one condition with visits by interval, the convict kept out of all trouble.
    """
    house_count = 0 if steady else 2
    houses = _cut(draw(st.lists(DAYS, max_size=house_count)))
    conditions = _cut(draw(st.lists(DAYS, max_size=house_count)))
    placements = [Placement(f"{place}", draw(HOUSES), *period) for place, period in enumerate(houses)]
    if steady:
        placements = [Placement("A", draw(st.sampled_from(["medium", "maximum", "complete"])), *houses[0])]
    elif draw(st.booleans()) and len(placements) > 1:
        del placements[draw(st.integers(0, len(placements) - 1))]
    rules = ["interval"] if steady else RULES
    visits = [
        Visit(
            f"v{place}",
            draw(st.sampled_from(["short", "long"])),
            visited,
            draw(st.sampled_from(rules)),
            charged_kind=draw(st.sampled_from([None, None, "long"])),
            state=draw(st.sampled_from(["planned", "held", "held", "no_show", "cancelled"])),
        )
        for place, visited in enumerate(draw(st.lists(DAYS, max_size=6)))
    ]
    if steady:
        return ConvictFacts(
            tuple(placements),
            (ConditionPeriod(draw(st.sampled_from(["regular", "light"])), START - timedelta(days=400)),),
            visits=tuple(visits),
        )
    suspensions = [
        Suspension(
            f"s{place}",
            draw(st.sampled_from(["quarantine", "isolator", "special-regime", "head-order", "single-cell"])),
            since,
            draw(st.none() | st.integers(1, 90).map(lambda days, since=since: since + timedelta(days=days))),
            draw(st.none() | st.just(frozenset({"long"}))),
        )
        for place, since in enumerate(draw(st.lists(DAYS, max_size=2)))
    ]
    bans = [
        Ban(
            ground,
            since,
            draw(st.none() | st.integers(1, 200).map(lambda days, since=since: since + timedelta(days=days))),
        )
        for ground, since in draw(st.lists(st.tuples(st.sampled_from(["tuberculosis", "smuggling"]), DAYS), max_size=1))
    ]
    credits = [
        Credit(
            f"c{place}", draw(st.sampled_from(["short", "long"])), "restored", since, draw(st.sampled_from([None, "x"]))
        )
        for place, since in enumerate(draw(st.lists(DAYS, max_size=1)))
    ]
    return ConvictFacts(
        placements=tuple(placements),
        conditions=tuple(ConditionPeriod(draw(CONDITIONS), *period) for period in conditions),
        suspensions=tuple(suspensions),
        bans=tuple(bans),
        credits=tuple(credits),
        visits=tuple(visits),
        first_choice=draw(st.sampled_from([None, None, "short", "long"])),
        quarantine_left_on=draw(st.none() | st.none() | DAYS),
    )


@st.composite
def requests(draw: st.DrawFn) -> AppointmentRequest:
    """A short visit, a long one, or a short one in the place of a long one, by whoever may come."""
    kind = draw(st.sampled_from(["short", "long"]))
    return AppointmentRequest(
        kind=kind,
        day=draw(DAYS),
        from_long=kind == "short" and draw(st.booleans()),
        investigator_permits=True,
        ignoring=draw(st.sampled_from([None, None, "v0", "v1"])),
    )
