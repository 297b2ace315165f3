"""The law file says what the law says, and the entitlement answers every row of it on every day that matters."""

from datetime import date, timedelta

import pytest

from service.domain.calendar import month_name
from service.domain.entitlement import Entitlement, entitlement
from service.domain.facts import (
    AppointmentRequest,
    ConditionPeriod,
    ConvictFacts,
    Placement,
    Visit,
    VisitKind,
)
from service.law import load_law
from tests.law.quotas import Row, rows

KZ = load_law("kz")
LONG_AGO = date(2015, 1, 1)

# A visit on 31 January 2026; the next one of that kind falls due (12 months ÷ number, paragraph 83):
DUE_AFTER_31_JANUARY = {
    "1/week": date(2026, 2, 7),
    "24/year": date(2026, 2, 15),
    "1/month": date(2026, 2, 28),
    "12/year": date(2026, 2, 28),
    "8/year": date(2026, 3, 15),
    "6/year": date(2026, 3, 31),
    "1/quarter": date(2026, 4, 30),
    "4/year": date(2026, 4, 30),
    "3/year": date(2026, 5, 31),
    "1/half-year": date(2026, 7, 31),
    "2/year": date(2026, 7, 31),
    "1/year": date(2027, 1, 31),
}


def held_in(row: Row, *visits: Visit) -> ConvictFacts:
    """A convict who has always been in the institution and condition of the row."""
    kept = row.condition == "kept-for-order"
    place = Placement("A", row.institution, LONG_AGO, basis="kept_for_order" if kept else "sentence")
    conditions = () if kept or row.condition == "-" else (ConditionPeriod(row.condition, LONG_AGO),)
    return ConvictFacts((place,), conditions, visits=visits)


def answer(row: Row, kind: VisitKind, day: date, *visits: Visit) -> Entitlement:
    return entitlement(KZ, held_in(row, *visits), AppointmentRequest(kind, day, investigator_permits=True))


def test_the_law_file_has_every_row_of_the_table_and_no_other() -> None:
    written = {
        Row(
            row.institution,
            row.condition,
            row.valid_from,
            row.valid_to,
            str(row.short),
            str(row.long),
            row.figures["parcels"],
            row.figures["packets"],
            row.figures["spend_mci_per_month"],
            row.article,
        )
        for versions in KZ.quotas.values()
        for row in versions
    }
    assert written == set(rows())


CASES = [(row, kind) for row in rows() for kind in ("short", "long")]


@pytest.mark.parametrize(("row", "kind"), CASES, ids=lambda part: part if isinstance(part, str) else None)
def test_each_row_holds_from_its_first_day_to_its_last(row: Row, kind: VisitKind) -> None:
    rate = row.short if kind == "short" else row.long
    last = row.last or date(2035, 6, 1)
    for day in (row.first, row.first + (last - row.first) / 2, last):
        found = answer(row, kind, day)
        assert (str(found.rate), found.article) == (rate, row.article)
        assert found.allowed == (rate != "0")
        assert [one.code for one in found.reasons] == ([] if rate != "0" else ["not-provided"])
        assert found.due == (day if rate != "0" else found.due)
    if row.last is not None:
        after = answer(row, kind, row.last + timedelta(days=1))
        assert (str(after.rate), after.article) != (rate, row.article)


def test_before_its_first_day_the_law_file_has_no_answer() -> None:
    for row in rows():
        earliest = min(
            one.first for one in rows() if (one.institution, one.condition) == (row.institution, row.condition)
        )
        place = Placement("A", row.institution, date(2010, 1, 1), basis="kept_for_order")
        facts = ConvictFacts((place,), (ConditionPeriod(row.condition, date(2010, 1, 1)),))
        if row.condition != "kept-for-order":
            facts = ConvictFacts((Placement("A", row.institution, date(2010, 1, 1)),), facts.conditions)
        found = entitlement(
            KZ, facts, AppointmentRequest("short", earliest - timedelta(days=1), investigator_permits=True)
        )
        assert [one.code for one in found.reasons] == ["no-rule-on-day"]
        assert found.due == earliest


def test_preferential_conditions_of_the_extreme_institution_ended_on_20_may_2023() -> None:
    place = Placement("A", "extreme", LONG_AGO)
    facts = ConvictFacts((place,), (ConditionPeriod("preferential", LONG_AGO),))
    assert entitlement(KZ, facts, AppointmentRequest("short", date(2023, 5, 19))).allowed
    found = entitlement(KZ, facts, AppointmentRequest("short", date(2023, 5, 20)))
    assert (found.allowed, found.due, [one.code for one in found.reasons]) == (False, None, ["no-rule-on-day"])


@pytest.mark.parametrize(("row", "kind"), CASES, ids=lambda part: part if isinstance(part, str) else None)
def test_the_next_visit_falls_due_when_the_row_says(row: Row, kind: VisitKind) -> None:
    """Every row in force in 2026, asked on the day after a visit of 31 January 2026 and on the days around
    the due day."""
    rate = row.short if kind == "short" else row.long
    if row.last is not None or rate not in DUE_AFTER_31_JANUARY:
        return
    due = DUE_AFTER_31_JANUARY[rate]
    before = Visit("v", kind, date(2026, 1, 31))
    for day in (date(2026, 1, 31), date(2026, 2, 1), due - timedelta(days=1)):
        found = answer(row, kind, day, before)
        assert (found.allowed, found.due) == (False, due)
        assert [(one.code, one.arguments["due"]) for one in found.reasons] == [("interval-before", due)]
        assert row.article in found.reasons[0].article
    assert answer(row, kind, due, before).allowed


@pytest.mark.parametrize("row", [row for row in rows() if row.institution == "remand"], ids=lambda row: row.condition)
def test_remand_counts_by_calendar_month(row: Row) -> None:
    number = int(row.short.split("/")[0])
    visits: list[Visit] = []
    for ordinal in range(1, number + 1):
        day = date(2026, 3, ordinal)
        found = answer(row, "short", day, *visits)
        assert found.charge is not None
        assert (found.charge.rule, found.charge.month, found.charge.ordinal) == ("calendar_month", "2026-03", ordinal)
        visits.append(Visit(str(ordinal), "short", day, "calendar_month", month=month_name(day), ordinal=ordinal))
    full = answer(row, "short", date(2026, 3, 31), *visits)
    assert (full.allowed, full.due, full.reasons[0].code) == (False, date(2026, 4, 1), "month-used")
    assert answer(row, "short", date(2026, 4, 1), *visits).allowed


def test_before_dispatch_there_is_one_short_visit_for_the_whole_stay() -> None:
    stay = ConvictFacts(
        (
            Placement("A", "awaiting-dispatch", date(2026, 3, 1), date(2026, 3, 11)),
            Placement("B", "medium", date(2026, 3, 11)),
        ),
        (ConditionPeriod("regular", date(2026, 3, 11)),),
    )
    first = entitlement(KZ, stay, AppointmentRequest("short", date(2026, 3, 2)))
    assert first.charge is not None
    assert (first.charge.rule, first.charge.month, first.charge.ordinal) == ("period", "stay:2026-03-01", 1)
    had = ConvictFacts(
        stay.placements,
        stay.conditions,
        visits=(Visit("v", "short", date(2026, 3, 2), "period", month="stay:2026-03-01", ordinal=1),),
    )
    second = entitlement(KZ, had, AppointmentRequest("short", date(2026, 3, 9)))
    assert [one.code for one in second.reasons] == ["period-used"]
    assert second.due == date(2026, 3, 11), "the institution after it counts afresh"
