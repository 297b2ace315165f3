"""A naive twin of the rules on short and long visits: it knows no formula, it walks day by day.

It reads the quota table with the TOML parser alone, counts a month by waiting for the day of the month to come round,
tries every day for the first one that is free, and looks at every visit each time.
"""

import tomllib
from datetime import date, timedelta
from functools import cache
from typing import Any

from service.domain.facts import AppointmentRequest, ConvictFacts, Visit, VisitKind
from service.law import law_text

ONE = timedelta(days=1)
LONGEST = {"quarantine": 15, "isolator": 15, "special-regime": 60}
STOPPED = {"quarantine", "isolator", "special-regime", "head-order"}
MONTHS_BETWEEN = {
    "1/year": 12, "2/year": 6, "3/year": 4, "4/year": 3, "6/year": 2, "12/year": 1,
    "1/month": 1, "1/quarter": 3, "1/half-year": 6,
}  # fmt: skip
DAYS_BETWEEN = {"1/week": 7, "24/year": 15}


@cache
def _table() -> list[dict[str, Any]]:
    quotas: list[dict[str, Any]] = tomllib.loads(law_text("kz"))["quota"]
    return quotas


def _last_of_month(day: date) -> bool:
    return (day + ONE).month != day.month


@cache
def due_after(last: date, rate: str) -> date:
    """Walks from a visit until the months and days of the rate have gone by."""
    months, days = MONTHS_BETWEEN.get(rate, 0), DAYS_BETWEEN.get(rate, 0)
    if rate == "8/year":
        months, days = 1, 15
    day = last
    while months:
        day += ONE
        came_round = day.day == last.day or (_last_of_month(day) and day.day < last.day)
        months -= came_round
    while days:
        day += ONE
        days -= 1
    return day


def rate_on(facts: ConvictFacts, kind: str, day: date) -> str:
    """The word of the table, or the reason why there is none."""
    place = next((one for one in facts.placements if one.since <= day and (one.until is None or day < one.until)), None)
    if place is None:
        return "not-placed"
    condition = {"remand": "adult", "awaiting-dispatch": "-"}.get(place.institution_type)
    if condition is None:
        there = [one for one in facts.conditions if one.since <= day and (one.until is None or day < one.until)]
        if not there:
            return "condition-not-set"
        condition = there[0].condition
    for row in _table():
        here = (row["institution"], row["condition"]) == (place.institution_type, condition)
        if here and row["valid_from"] <= day and ("valid_to" not in row or day <= row["valid_to"]):
            return str(row[kind])
    return "no-rule-on-day"


def _kind_of(visit: Visit) -> str:
    return visit.charged_kind or visit.kind


def _counting(facts: ConvictFacts, request: AppointmentRequest, kind: str, rules: set[str]) -> list[Visit]:
    return [
        visit
        for visit in facts.visits
        if _kind_of(visit) == kind
        and visit.kind in ("short", "long")
        and visit.state in ("planned", "held")
        and visit.rule in rules
        and visit.id != request.ignoring
    ]


def _suspended(facts: ConvictFacts, kind: str, day: date) -> set[str]:
    found = set()
    for one in facts.suspensions:
        days, here = 0, one.since
        while here <= day and (one.until is None or here < one.until) and days < LONGEST.get(one.ground, 10**6):
            if here == day and (kind in one.stops if one.stops is not None else one.ground in STOPPED):
                name = "in-quarantine" if one.ground == "quarantine" else f"suspended-{one.ground}"
                open_end = one.until is None and one.ground not in LONGEST
                found.add("suspended-until-lifted" if open_end else name)
            days, here = days + 1, here + ONE
    return found


def stands_against(facts: ConvictFacts, request: AppointmentRequest, day: date) -> set[str]:
    """The codes of everything that stands against a visit without a party on that day."""
    kind: VisitKind = "long" if request.from_long else request.kind  # type: ignore[assignment]
    found = _suspended(facts, request.kind, day)
    for ban in facts.bans:
        in_force = ban.since <= day and (ban.until is None or day < ban.until)
        instead = request.from_long and ban.ground == "smuggling"
        if in_force and (request.kind == "long" or instead):
            found.add(f"ban-{ban.ground}")
    rate = rate_on(facts, kind, day)
    if rate in ("not-placed", "condition-not-set", "no-rule-on-day"):
        return found | {rate}
    convicted = not any(
        one.institution_type in ("remand", "awaiting-dispatch")
        and one.since <= day
        and (one.until is None or day < one.until)
        for one in facts.placements
    )
    if convicted and facts.quarantine_left_on is not None and day < facts.quarantine_left_on:
        found.add("in-quarantine")
    if rate == "0":
        return found | {"not-provided"}
    usable = [
        credit
        for credit in facts.credits
        if credit.kind == kind and credit.granted_on <= day and credit.used_by in (None, request.ignoring)
    ]
    ordinary = _ordinary(facts, request, kind, rate, day)
    return found if usable else found | ordinary


def _ordinary(facts: ConvictFacts, request: AppointmentRequest, kind: VisitKind, rate: str, day: date) -> set[str]:
    if rate.endswith("/calendar-month"):
        month = [
            one
            for one in _counting(facts, request, kind, {"calendar_month"})
            if (one.day.year, one.day.month) == (day.year, day.month)
        ]
        return {"month-used"} if len(month) >= int(rate[0]) else set()
    if rate.endswith("/stay"):
        place = next(one for one in facts.placements if one.since <= day and (one.until is None or day < one.until))
        stay = [
            one
            for one in _counting(facts, request, kind, {"period"})
            if place.since <= one.day and (place.until is None or one.day < place.until)
        ]
        return {"period-used"} if len(stay) >= int(rate[0]) else set()
    found = _first(facts, request, kind, day)
    for visit in _counting(facts, request, kind, {"interval", "unlimited"}):
        if visit.day <= day and rate != "unlimited" and due_after(visit.day, rate) > day:
            found.add("interval-before")
        later_rate = rate_on(facts, kind, visit.day)
        spaced = later_rate in MONTHS_BETWEEN or later_rate in DAYS_BETWEEN or later_rate == "8/year"
        if visit.day > day and visit.rule == "interval" and spaced and due_after(day, later_rate) > visit.day:
            found.add("interval-after")
    return found


def _first(facts: ConvictFacts, request: AppointmentRequest, kind: VisitKind, day: date) -> set[str]:
    found = set()
    before = [
        visit
        for any_kind in ("short", "long")
        for visit in _counting(facts, request, any_kind, {"interval", "unlimited"})
        if visit.day <= day
    ]
    if not before and facts.first_choice not in (None, kind) and rate_on(facts, str(facts.first_choice), day) != "0":
        found.add("first-kind-other")
    return found


def first_free_day(facts: ConvictFacts, request: AppointmentRequest, within: int) -> date | None:
    """Tries every day, `within` so many."""
    for step in range(within):
        day = request.day + step * ONE
        if not stands_against(facts, request, day):
            return day
    return None
