"""The day on which a call is due is the first on which it may be had, whatever stops calls and whatever opens them."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.entitlement import entitlement
from service.domain.facts import (
    AppointmentRequest,
    ConditionPeriod,
    ConvictFacts,
    Emergency,
    Placement,
    Suspension,
    Visit,
)
from tests.domain.cast import ARRIVED, KZ, MOTHER

START = date(2026, 3, 1)
WITHIN = 45
DAYS = st.integers(0, 14).map(lambda step: START + timedelta(days=step))
GROUNDS = st.sampled_from(["isolator", "single-cell", "single-cell", "special-regime"])


@st.composite
def callers(draw: st.DrawFn) -> ConvictFacts:
    """Of one house, with a change of condition, suspensions, emergencies and calls within weeks of each other."""
    turn = draw(DAYS)
    names = draw(st.lists(st.sampled_from(["light", "strict"]), min_size=2, max_size=2))
    house = draw(st.sampled_from(["medium", "medium", "awaiting-dispatch"]))
    dispatched = draw(DAYS)
    places = (Placement("A", house, ARRIVED, dispatched), Placement("B", "medium", dispatched))
    suspensions = [
        Suspension(str(place), draw(GROUNDS), since, since + timedelta(days=draw(st.integers(1, 14))))
        for place, since in enumerate(draw(st.lists(DAYS, min_size=1, max_size=2)))
    ]
    emergencies = [
        Emergency(since, since + timedelta(days=draw(st.integers(1, 14))))
        for since in draw(st.lists(DAYS, min_size=1, max_size=2))
    ]
    calls = []
    for place, on in enumerate(draw(st.lists(DAYS, max_size=3))):
        rule, name = draw(st.sampled_from([("calendar_month", f"{on:%Y-%m}"), ("period", f"day:{on}")]))
        calls.append(Visit(str(place), "call", on, rule, month=name, ordinal=1))  # type: ignore[arg-type]
    return ConvictFacts(
        places,
        (ConditionPeriod(names[0], ARRIVED, turn), ConditionPeriod(names[1], turn)),
        suspensions=tuple(suspensions),
        visits=tuple(calls),
        emergencies=tuple(emergencies),
    )


@settings(max_examples=60)
@given(callers(), DAYS)
def test_no_day_is_passed_over(facts: ConvictFacts, on: date) -> None:
    def asked(day: date) -> bool:
        return entitlement(KZ, facts, AppointmentRequest("call", day, party=(MOTHER,))).allowed

    due = entitlement(KZ, facts, AppointmentRequest("call", on, party=(MOTHER,))).due
    tried = (on + timedelta(days=step) for step in range(WITHIN))
    assert next((day for day in tried if asked(day)), None) == due
