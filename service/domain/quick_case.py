"""A question put with a few words: institution, condition, kind, day, and the visits around it."""

from datetime import date

from service.domain.calendar import month_name
from service.domain.facts import (
    VISIT_KINDS,
    AppointmentRequest,
    ConditionPeriod,
    ConvictFacts,
    DegreePeriod,
    Kind,
    Placement,
    Visit,
    VisitKind,
    VisitState,
)
from service.domain.facts_check import first_day
from service.domain.facts_reading import BadCase, Case
from service.domain.law import Law, UnknownName, named
from service.domain.rates import Rate


def quick_case(
    law: Law,
    *,
    institution: str,
    condition: str | None,
    kind: Kind,
    on: date,
    last: tuple[date, ...] = (),
    later: tuple[date, ...] = (),
    degree: int = 0,
    from_long: bool = False,
) -> Case:
    """The case of a convict always held in one institution and condition, with visits of the kind on these
    days.

    Raises `UnknownName` and `BadCase`, each naming what there is.
    """
    if on < first_day(law):
        raise BadCase(f"the law {law.name} has rules from {first_day(law)} on, not for {on}")
    condition = _condition(law, institution, condition, on)
    if any(day > on for day in last):
        raise BadCase("--last must not be after --on; a visit already planned is --next")
    if any(day <= on for day in later):
        raise BadCase("--next must be after --on; an earlier visit is --last")
    if from_long and kind != "short":
        raise BadCase("--from-long goes with --kind short")
    charged = next((one for one in VISIT_KINDS if one == ("long" if from_long else kind)), None)
    since = min((*last, on, first_day(law)))
    kept = condition == law.tables.condition_kept_for_order
    visits = [_visit(law, institution, condition, kind, charged, day, "held", since) for day in sorted(set(last))]
    visits += [_visit(law, institution, condition, kind, charged, day, "planned", since) for day in sorted(set(later))]
    facts = ConvictFacts(
        placements=(Placement(institution, institution, since, basis="kept_for_order" if kept else "sentence"),),
        conditions=() if kept or condition == "-" else (ConditionPeriod(condition, since),),
        degrees=(DegreePeriod(degree, since),),
        visits=tuple(visits),
    )
    permitted = law.institutions[institution].permission is not None
    request = AppointmentRequest(kind, on, from_long=from_long, investigator_permits=permitted)
    return Case(facts, request, law.name)


def _condition(law: Law, institution: str, condition: str | None, on: date) -> str:
    how = named(law.institutions, institution, "institution").condition
    there = law.conditions(institution, on)
    if condition is None:
        condition = "adult" if how == "by-age" else how
        if how == "recorded":
            raise BadCase(f"say --condition; {institution} has {', '.join(there)} on {on}")
    if condition not in there:
        choice = ", ".join(there) or "none"
        raise UnknownName(f"no condition {condition!r} in {institution} on {on}; there: {choice}")
    return condition


def _visit(
    law: Law,
    institution: str,
    condition: str,
    kind: Kind,
    charged: VisitKind | None,
    day: date,
    state: VisitState,
    since: date,
) -> Visit:
    """A visit charged as the law of its day charges it."""
    name = f"{state} {day}"
    if charged is None:
        return Visit(name, kind, day, "uncounted" if kind in ("lawyer", "marriage_registration") else "period")
    row = law.quota(institution, condition, day)
    rate: Rate | None = None if row is None else row.short if charged == "short" else row.long
    rule = "interval" if rate is None else rate.rule
    if rule == "calendar":
        return Visit(name, kind, day, "calendar_month", charged, state, month=month_name(day))
    if rule == "stay":
        return Visit(name, kind, day, "period", charged, state, month=f"stay:{since}")
    return Visit(name, kind, day, "unlimited" if rule == "unlimited" else "interval", charged, state)
