"""What is charged can be held by a database that compares ranges, months, numbers and credits."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.answer import ChargePlan
from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, ConvictFacts, Credit, Visit, VisitKind
from service.law import load_law
from tests.domain.cast import ask, convict
from tests.domain.histories import DAYS, START, histories, requests
from tests.domain.twin import due_after, rate_on

KZ = load_law("kz")
KINDS: st.SearchStrategy[VisitKind] = st.sampled_from(["short", "long"])


def without_visits(facts: ConvictFacts, **more: object) -> ConvictFacts:
    return ConvictFacts(**{**{name: getattr(facts, name) for name in facts.__slots__}, "visits": (), **more})  # type: ignore[arg-type]


def conflict(one: ChargePlan, other: ChargePlan) -> bool:
    """What the database refuses."""
    if (one.rule, one.kind) != (other.rule, other.kind):
        return False
    if one.rule == "interval":
        assert one.after is not None
        assert other.after is not None
        return max(one.after, other.after) < min(one.day, other.day)
    if one.rule in ("calendar_month", "period"):
        return (one.month, one.ordinal) == (other.month, other.ordinal)
    return one.rule == "credit" and one.credit_id == other.credit_id


@settings(max_examples=200)
@given(histories(), st.lists(st.tuples(KINDS, DAYS, st.booleans()), max_size=25))
def test_no_two_charges_that_were_allowed_ever_conflict(
    facts: ConvictFacts, wishes: list[tuple[VisitKind, object, bool]]
) -> None:
    """Bookings in any order, each allowed by what was booked before it."""
    plans: list[ChargePlan] = []
    visits: list[Visit] = []
    credits = tuple(
        Credit(f"k{place}", kind, "restored", START) for place, kind in enumerate(("short", "long", "short"))
    )
    for place, (kind, day, from_long) in enumerate(wishes):
        booked = without_visits(facts, visits=tuple(visits), credits=credits)
        request = AppointmentRequest(kind, day, from_long=from_long and kind == "short", investigator_permits=True)  # type: ignore[arg-type]
        plan = entitlement(KZ, booked, request).charge
        if plan is None:
            continue
        assert not [other for other in plans if conflict(plan, other)]
        plans.append(plan)
        visits.append(
            Visit(str(place), kind, plan.day, plan.rule, plan.kind, "planned", plan.month, plan.ordinal, plan.credit_id)
        )


@settings(max_examples=300)
@given(histories(steady=True), requests())
def test_the_ranges_meet_exactly_when_the_distance_is_not_kept(
    facts: ConvictFacts, request: AppointmentRequest
) -> None:
    """Whatever was booked before, even too close together: rule and database say the same."""
    kind: VisitKind = "long" if request.from_long else request.kind  # type: ignore[assignment]

    def plan(day: object) -> ChargePlan:
        found = entitlement(KZ, without_visits(facts), AppointmentRequest(kind, day)).charge  # type: ignore[arg-type]
        assert found is not None
        return found

    live = [
        visit
        for visit in facts.visits
        if visit.state in ("planned", "held")
        and (visit.charged_kind or visit.kind) == kind
        and visit.id != request.ignoring
    ]
    meets = any(conflict(plan(request.day), plan(visit.day)) for visit in live)
    assert entitlement(KZ, facts, request).allowed == (not meets)


@given(histories(), KINDS, DAYS)
def test_the_range_of_a_charge_is_the_twins(facts: ConvictFacts, kind: VisitKind, day: object) -> None:
    found = entitlement(KZ, without_visits(facts), AppointmentRequest(kind, day)).charge  # type: ignore[arg-type]
    if found is not None and found.rule == "interval":
        assert found.after is not None
        rate = rate_on(facts, kind, found.day)
        assert due_after(found.after, rate) <= found.day < due_after(found.after + timedelta(days=1), rate)


@given(st.lists(st.integers(1, 3), unique=True, max_size=3), st.integers(1, 28))
def test_the_smallest_free_number_of_the_month_is_taken(taken: list[int], on: int) -> None:
    visits = [
        Visit(str(number), "short", START.replace(day=number), "calendar_month", month="2025-01", ordinal=number)
        for number in taken
    ]
    facts = convict("remand", None, *visits, born=START.replace(year=2010))
    found = ask(facts, "short", f"2025-01-{on:02}", investigator_permits=True)
    free = sorted({1, 2, 3} - set(taken))
    assert (found.charge.ordinal if found.charge else None) == (free[0] if free else None)
