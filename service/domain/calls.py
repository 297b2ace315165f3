"""Telephone and video calls on a day (PEC 109, IR 101-105)."""

from datetime import date

from service.domain.answer import Blocker, ChargePlan, fixed
from service.domain.calendar import ONE_DAY, month_name, next_month
from service.domain.charging import Charging
from service.domain.facts import AppointmentRequest, ConvictFacts, in_force
from service.domain.history import Question
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
    emergency = emergency_call(law, facts, request, standing, day)
    plan, used = _in_emergency(asked, day) if emergency else _slot(asked, standing, row, day)
    if request.exception_id is not None and law.exceptions.sets_aside(request.exception_kind) == law.exceptions.covers:
        used = [one for one in used if one.reason.code not in law.exceptions.covers]
        plan = ChargePlan("exception", None, day)
    blockers += used
    note = reason("note-emergency-call", law.calls.emergency_article)
    rate, notes = (law.calls.emergency_rate, (note,)) if emergency else (row.rate, ())
    return Charging(rate, None if blockers else plan, tuple(blockers), notes)


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
            found.append(Blocker(exceptional_only, _turn(law, facts, day)))
    return found


def _slot(asked: Question, standing: Standing, row: CallRow, day: date) -> tuple[ChargePlan | None, list[Blocker]]:
    law, facts, past, rate = asked.law, asked.facts, asked.past, row.rate
    if rate.rule == "unlimited":
        return ChargePlan("unlimited", None, day), []
    if rate.rule == "none":
        return None, [Blocker(reason("not-provided", row.article), _turn(law, facts, day))]
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
        full = Blocker(used, _turn(law, facts, day))
    if len(taken) >= rate.count:
        return None, [full]
    ordinals = {one.ordinal for one in taken}
    ordinal = next(number for number in range(1, rate.count + 1) if number not in ordinals)
    return ChargePlan("period", None, day, month=name, ordinal=ordinal), []


def _in_emergency(asked: Question, day: date) -> tuple[ChargePlan | None, list[Blocker]]:
    rules, month = asked.law.calls, month_name(day)
    count = rules.emergency_rate.count
    taken = [one for one in asked.past.calls if month_name(one.day) == month and one.rule == "calendar_month"]
    if len(taken) >= count:
        turn, ends = _turn(asked.law, asked.facts, day), next_month(day)
        used = reason("month-used", rules.emergency_article, count=count)
        return None, [Blocker(used, ends if turn is None else min(turn, ends))]
    ordinals = {one.ordinal for one in taken}
    ordinal = next(number for number in range(1, count + 1) if number not in ordinals)
    return ChargePlan("calendar_month", None, day, month=month, ordinal=ordinal), []


def _turn(law: Law, facts: ConvictFacts, day: date) -> date | None:
    """The next day on which another rule on calls may hold: an emergency opens what a suspension or a condition
    closes, and each suspension more or less may change which."""
    turns = [next_turn(law, facts, day)]
    turns += [one.since for one in facts.emergencies]
    turns += [one.since for one in facts.suspensions]
    turns += [one.until for one in suspended(law, facts, day)]
    return min((turn for turn in turns if turn is not None and turn > day), default=None)
