"""What a short or long visit takes from the entitlement on a day, and what stands against taking it."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.answer import Blocker, ChargePlan
from service.domain.calendar import ONE_DAY, month_name, next_month
from service.domain.credits import free_credits, named_credit
from service.domain.facts import AppointmentRequest, ChargeRule, ConvictFacts, Credit, VisitKind
from service.domain.history import History, Question
from service.domain.law import Law, known
from service.domain.rates import Rate
from service.domain.reasons import REASONS, Reason, reason
from service.domain.standing import Standing, next_turn, stand


@dataclass(frozen=True, slots=True)
class Charging:
    """The charge of one day: `plan` is None when blockers stand."""

    rate: Rate | None
    plan: ChargePlan | None
    blockers: tuple[Blocker, ...]
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    """The question on one day, for the entitlement of one kind."""

    law: Law
    facts: ConvictFacts
    request: AppointmentRequest
    past: History
    kind: VisitKind
    standing: Standing
    day: date


def charge_visit(asked: Question, kind: VisitKind, standing: Standing, day: date) -> Charging:
    """Charges a visit to the entitlement of `kind`.

    A named exception or credit is taken first; otherwise the ordinary visit if it is due, otherwise the
    oldest credit.
    """
    law, facts, request = asked.law, asked.facts, asked.request
    visit = _Visit(law, facts, request, asked.past, kind, standing, day)
    rate = rate_of(standing, kind, day)
    if rate.rule == "none":
        barred = reason("not-provided", standing.row.article)
        return Charging(rate, None, (Blocker(barred, next_turn(law, facts, day)),))
    if request.credit_id is not None:
        return _with_credit(rate, named_credit(law, facts, request, kind, day), kind, day)
    ordinary = _ordinary(visit, rate)
    if request.exception_id is not None and law.exceptions.sets_aside(request.exception_kind) == law.exceptions.covers:
        left = tuple(one for one in ordinary.blockers if one.reason.code not in law.exceptions.covers)
        plan = None if left else ChargePlan("exception", kind, day)
        return Charging(rate, plan, left, (reason("note-exception", law.exceptions.article),))
    return _or_credit(visit, ordinary) if ordinary.blockers else ordinary


def rate_of(standing: Standing, kind: VisitKind, day: date) -> Rate:
    """The rate of the row; raises `UnknownCell` where the law file does not know it."""
    rate = standing.row.short if kind == "short" else standing.row.long
    known(str(rate), f"{kind} visits of {standing.row.institution}/{standing.row.condition} on {day}")
    return rate


def _with_credit(rate: Rate | None, credit: Credit | Blocker, kind: VisitKind, day: date) -> Charging:
    if isinstance(credit, Blocker):
        return Charging(rate, None, (credit,))
    note = reason("note-restored" if credit.source == "restored" else "note-credit")
    return Charging(rate, ChargePlan("credit", kind, day, credit_id=credit.id), (), (note,))


def _or_credit(asked: _Visit, ordinary: Charging) -> Charging:
    """The oldest credit granted by then; if one is granted later, the wait ends that day at the latest."""
    credits = list(free_credits(asked.law, asked.facts, asked.request, asked.kind))
    usable = next((one for one in credits if one.granted_on <= asked.day), None)
    if usable is not None:
        return _with_credit(ordinary.rate, usable, asked.kind, asked.day)
    if not credits:
        return ordinary
    granted_on = credits[0].granted_on
    sooner = tuple(
        Blocker(one.reason, min(one.until or granted_on, granted_on), one.of_day) for one in ordinary.blockers
    )
    return Charging(ordinary.rate, None, sooner, ordinary.notes)


def _ordinary(asked: _Visit, rate: Rate) -> Charging:
    if rate.rule in ("interval", "unlimited"):
        return _spaced(asked, rate)
    if rate.rule == "window":
        return _in_window(asked, rate)
    return _numbered(asked, rate)


def _spaced(asked: _Visit, rate: Rate) -> Charging:
    """The interval rule of IR 83: distance from the visit before and to the visit after."""
    day, granted = asked.day, asked.past.granted
    blockers = list(_first_visit(asked))
    notes: list[Reason] = []
    before = bisect_right(granted, day)
    last = granted[before - 1] if before else None
    after = None
    if rate.interval is not None:
        after = rate.interval.before(day)
        if last is not None and last > after:
            due = rate.interval.after(last)
            turn = next_turn(asked.law, asked.facts, day)
            until = due if turn is None else min(due, turn)
            blockers.append(Blocker(reason("interval-before", _with_row(asked.standing), last=last, due=due), until))
        if rate.halved:
            notes.append(reason("note-half-month", count=int(asked.law.setting("half_month_days"))))
        if last is not None and (changed_on := _changed(asked, rate, last)) is not None:
            notes.append(reason("note-condition-changed", changed_on=changed_on))
    blockers += _before_next(asked)
    plan = ChargePlan("interval" if after else "unlimited", asked.kind, day, after)
    return Charging(rate, None if blockers else plan, tuple(blockers), tuple(notes))


def _with_row(standing: Standing) -> str:
    """The article of the number, and that of the interval made of it."""
    return f"{standing.row.article}; {REASONS['interval-before'].article}"


def _before_next(asked: _Visit) -> list[Blocker]:
    """The visits after must keep their own distance, each by the rate in force on its day.

    Usually the next one decides; a later one does where it was booked under a rate that has changed since.
    """
    for following in asked.past.spaced[bisect_right(asked.past.spaced, asked.day) :]:
        standing = stand(asked.law, asked.facts, following)
        if isinstance(standing, Blocker):
            continue
        interval = rate_of(standing, asked.kind, following).interval
        if interval is not None and asked.day > (latest := interval.before(following)):
            article = _with_row(standing)
            return [Blocker(reason("interval-after", article, next=following, latest=latest), following)]
    return []


def _changed(asked: _Visit, rate: Rate, last: date) -> date | None:
    """The day since which another rate holds than on the day of the last visit."""
    then = stand(asked.law, asked.facts, last)
    if isinstance(then, Blocker) or rate_of(then, asked.kind, last) == rate:
        return None
    turns = [asked.standing.row.valid_from, asked.standing.placement.since]
    turns += [period.since for period in asked.facts.conditions]
    return max((turn for turn in turns if last < turn <= asked.day), default=None)


def _first_visit(asked: _Visit) -> list[Blocker]:
    """The convict chooses which kind of visit comes first in the sentence (PEC 106(4))."""
    law, facts, day = asked.law, asked.facts, asked.day
    if not asked.standing.house.first_visit:
        return []
    blockers: list[Blocker] = []
    own = asked.past.granted[0] if asked.past.granted else None
    other = asked.past.first_of_other
    if any(first is not None and first <= day for first in (own, other)):
        return blockers
    if facts.first_choice is None:
        if law.setting("first_kind_not_chosen") == "choice-required":
            blockers.append(Blocker(reason("first-kind-not-chosen"), None, of_day=False))
    elif _waits_for_first(asked, facts.first_choice):
        turn = next_turn(law, facts, day)
        ends = [end for end in (other, own, turn) if end is not None and end > day]
        blockers.append(Blocker(reason("first-kind-other"), min(ends, default=None)))
    return blockers


def _waits_for_first(asked: _Visit, chosen: VisitKind) -> bool:
    """Whether the other kind comes first; a choice of what the law does not give here holds nothing up."""
    if chosen == asked.kind or asked.law.setting("other_kind_after_first") != "after-first-visit":
        return False
    return rate_of(asked.standing, chosen, asked.day).rule != "none"


def _numbered(asked: _Visit, rate: Rate) -> Charging:
    """So many per calendar month (remand), calendar year or stay: the smallest free number is taken."""
    name, ends = _period(asked, rate)
    rule: ChargeRule = "calendar_month" if rate.per == "calendar-month" else "period"
    taken = [one for one in asked.past.counted if one.rule == rule and _in_period(asked, one.month, one.day, name)]
    if len(taken) >= rate.count:
        code = "month-used" if rate.per == "calendar-month" else "period-used"
        turn = next_turn(asked.law, asked.facts, asked.day)
        until = min((end for end in (ends, turn) if end is not None), default=None)
        return Charging(rate, None, (Blocker(reason(code, asked.standing.row.article, count=rate.count), until),))
    used = {one.ordinal for one in taken}
    ordinal = next(number for number in range(1, rate.count + 1) if number not in used)
    return Charging(rate, ChargePlan(rule, asked.kind, asked.day, month=name, ordinal=ordinal), ())


def _period(asked: _Visit, rate: Rate) -> tuple[str, date | None]:
    """The name of the period around the day, and the first day after it if it is known."""
    if rate.per == "calendar-month":
        return month_name(asked.day), next_month(asked.day)
    if rate.per == "calendar-year":
        return f"year:{asked.day.year}", date(asked.day.year + 1, 1, 1)
    return f"stay:{asked.standing.placement.since}", asked.standing.placement.until


def _in_period(asked: _Visit, name: str | None, day: date, period: str) -> bool:
    if name is not None:
        return name == period
    if period.startswith("stay:"):
        placement = asked.standing.placement
        return placement.since <= day and (placement.until is None or day < placement.until)
    return period in (month_name(day), f"year:{day.year}")


def _in_window(asked: _Visit, rate: Rate) -> Charging:
    """At most so many in any run of days of the window's length, before and after the day."""
    days = sorted([one.day for one in asked.past.counted if one.rule == "period"] + [asked.day])
    length = timedelta(days=rate.days)
    crowded = any(
        last - first < length and first <= asked.day <= last
        for first, last in zip(days, days[rate.count :], strict=False)
    )
    if crowded:
        used = reason("window-used", asked.standing.row.article, count=rate.count, days=rate.days)
        return Charging(rate, None, (Blocker(used, asked.day + ONE_DAY),))
    return Charging(rate, ChargePlan("period", asked.kind, asked.day, asked.day - length), ())
