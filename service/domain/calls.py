"""Telephone and video calls on a day (PEC 109, IR 101-105)."""

from datetime import date

from service.domain.answer import Blocker, ChargePlan, fixed
from service.domain.calendar import ONE_DAY, month_name, next_month
from service.domain.charging import Charging
from service.domain.facts import AppointmentRequest, ConvictFacts, in_force
from service.domain.history import History, Question
from service.domain.law import Law, known
from service.domain.law_rows import CallRow
from service.domain.rates import Rate
from service.domain.reasons import reason
from service.domain.standing import Standing, next_turn
from service.domain.suspending import suspended

HELP = ("legal", "medical")
"""Purposes of a call that may never be blocked (Constitutional Court, 27 December 2024, No. 60-НП)."""


def charge_call(asked: Question, standing: Standing, day: date) -> Charging:
    """Charges an ordinary or exceptional call to the slot of its day, its stay, or the month of an emergency."""
    law, facts, request = asked.law, asked.facts, asked.request
    row = law.call_rate(standing.house.calls, day)
    if row is None:
        missing = reason("no-rule-on-day", day=day)
        return Charging(Rate("0", "none"), None, (Blocker(missing, next_turn(law, facts, day)),))
    known(str(row.rate), f"calls in {standing.house.name} on {day} ({row.article})")
    blockers = _restrictions(law, facts, request, standing, day)
    if request.purpose == "exceptional" and not request.ground_proved:
        blockers.append(fixed("proof-needed", law.calls.restricted_article))
    if emergency_call(law, facts, request, standing, day):
        return _in_emergency(law, asked.past, day, blockers)
    plan, used = _slot(asked, standing, row, day)
    if request.exception_id is not None and law.exceptions.sets_aside(request.exception_kind) == law.exceptions.covers:
        blockers += [one for one in used if one.reason.code not in law.exceptions.covers]
        plan = ChargePlan("exception", None, day)
    else:
        blockers += used
    return Charging(row.rate, None if blockers else plan, tuple(blockers))


def emergency_call(law: Law, facts: ConvictFacts, request: AppointmentRequest, standing: Standing, day: date) -> bool:
    """Whether this is the call that those in strict conditions, the single cell or temporary isolation
    have each month of an emergency or epidemic (IR 104; the isolator is not named there)."""
    rules = law.calls
    if request.purpose != "ordinary" or in_force(facts.emergencies, day) is None:
        return False
    limiting = [one for one in suspended(law, facts, day) if one.calls != "free"]
    if any(one.rule.ground not in rules.emergency_suspensions for one in limiting):
        return False
    if standing.condition in rules.restricted_conditions:
        return standing.condition in rules.emergency_conditions
    return bool(limiting)


def _restrictions(
    law: Law, facts: ConvictFacts, request: AppointmentRequest, standing: Standing, day: date
) -> list[Blocker]:
    found = []
    exceptional_only = reason("call-exceptional-only", law.calls.restricted_article)
    relieved = request.purpose == "exceptional" or emergency_call(law, facts, request, standing, day)
    if not relieved and standing.condition in law.calls.restricted_conditions:
        found.append(Blocker(exceptional_only, _turn(law, facts, day)))
    for one in suspended(law, facts, day):
        if one.calls == "stopped":
            found.append(one.blocker())
        elif one.calls == "exceptional" and not relieved:
            end = one.until
            found.append(Blocker(exceptional_only, _sooner(end, _emergency(facts, day))))
    return found


def _slot(asked: Question, standing: Standing, row: CallRow, day: date) -> tuple[ChargePlan | None, list[Blocker]]:
    law, facts, past, rate = asked.law, asked.facts, asked.past, row.rate
    if rate.rule == "unlimited":
        return ChargePlan("unlimited", None, day), []
    if rate.rule == "none":
        return None, [Blocker(reason("not-provided", row.article), next_turn(law, facts, day))]
    if rate.rule == "day":
        name, until = f"day:{day}", day + ONE_DAY
        taken = [one for one in past.calls if one.day == day]
        full = Blocker(reason("day-used", row.article, day=day), until)
    else:
        placement = standing.placement
        name = f"stay:{placement.since}"
        taken = [
            one
            for one in past.calls
            if placement.since <= one.day and (placement.until is None or one.day < placement.until)
        ]
        used = reason("period-used", row.article, count=rate.count)
        full = Blocker(used, next_turn(law, facts, day))
    if len(taken) >= rate.count:
        return None, [full]
    ordinals = {one.ordinal for one in taken}
    ordinal = next(number for number in range(1, rate.count + 1) if number not in ordinals)
    return ChargePlan("period", None, day, month=name, ordinal=ordinal), []


def _in_emergency(law: Law, past: History, day: date, blockers: list[Blocker]) -> Charging:
    rate = law.calls.emergency_rate
    month = month_name(day)
    taken = [one for one in past.calls if month_name(one.day) == month and one.rule == "calendar_month"]
    if len(taken) >= rate.count:
        used = reason("month-used", law.calls.emergency_article, count=rate.count)
        blockers.append(Blocker(used, next_month(day)))
    note = reason("note-emergency-call", law.calls.emergency_article)
    if blockers:
        return Charging(rate, None, tuple(blockers), (note,))
    used_ordinals = {one.ordinal for one in taken}
    ordinal = next(number for number in range(1, rate.count + 1) if number not in used_ordinals)
    plan = ChargePlan("calendar_month", None, day, month=month, ordinal=ordinal)
    return Charging(rate, plan, (), (note,))


def _turn(law: Law, facts: ConvictFacts, day: date) -> date | None:
    return _sooner(next_turn(law, facts, day), _emergency(facts, day))


def _emergency(facts: ConvictFacts, day: date) -> date | None:
    """The next day on which an emergency begins."""
    return min((one.since for one in facts.emergencies if one.since > day), default=None)


def _sooner(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
