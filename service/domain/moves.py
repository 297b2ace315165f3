"""Moves between conditions of serving, as the commission may decide them (PEC 103, 135, 137, 139, 142, 144, 150)."""

from collections.abc import Callable, Iterator
from datetime import date

from service.domain.behaviour_facts import BehaviourFacts, Proposal
from service.domain.calendar import add_months
from service.domain.facts import ConditionPeriod, DegreePeriod, in_force
from service.domain.law import Law
from service.domain.law_rows import MoveRule
from service.domain.penalties import last_penalty, live_penalties
from service.domain.reasons import Reason, reason
from service.domain.standing import degree_on


def move_proposals(
    law: Law, facts: BehaviourFacts, day: date, earliest_degree: Callable[[int], date]
) -> Iterator[Proposal]:
    """The moves out of the present condition, each with what bears it and what is lacking.

    `earliest_degree` says when a degree that is lacking could be held.
    """
    place = in_force(facts.convict.placements, day)
    present = in_force(facts.convict.conditions, day)
    if place is None or present is None:
        return
    table = place.court_type or place.institution_type
    for rule in law.moves:
        fits = rule.institution == table and rule.from_condition == present.condition
        if not fits or day < rule.valid_from or (rule.valid_to is not None and day > rule.valid_to):
            continue
        proposal = (
            _up(law, facts, rule, present, day, earliest_degree) if rule.down is None else _down(law, facts, rule, day)
        )
        if proposal is not None:
            yield proposal


def _down(law: Law, facts: BehaviourFacts, rule: MoveRule, day: date) -> Proposal | None:
    """Downwards: only what has happened is proposed, nothing is announced."""
    if rule.spares_vulnerable and facts.vulnerable:
        return None
    if rule.down == "more-than-two-live-penalties":
        live = live_penalties(law, facts, day)
        if len(live) <= 2:
            return None
        supports = (reason("support-penalties", rule.article, count=len(live)),)
        return _fallen(rule, live[2].on, supports)
    held = in_force(facts.convict.degrees, day)
    if rule.down == "violator-on-arrival" and not _arrived_as_violator(facts, held, day):
        return None
    worst = -3 if rule.down == "malicious" else -1
    if held is None or held.degree > worst or (rule.down != "malicious" and held.degree == -3):
        return None
    supports = (reason("support-degree", rule.article, degree=held.degree, since=held.since),)
    return _fallen(rule, held.since, supports)


def _fallen(rule: MoveRule, since: date, supports: tuple[Reason, ...]) -> Proposal:
    return Proposal("condition", rule.from_condition, rule.to_condition, rule.article, since, supports, earliest=since)


def _arrived_as_violator(facts: BehaviourFacts, held: DegreePeriod | None, day: date) -> bool:
    """Whether the convict came here from another institution with the negative degree he still has."""
    place = in_force(facts.convict.placements, day)
    before = place is not None and any(one.until == place.since for one in facts.convict.placements)
    return before and place is not None and held is not None and held.since <= place.since


def _up(
    law: Law,
    facts: BehaviourFacts,
    rule: MoveRule,
    present: ConditionPeriod,
    day: date,
    earliest_degree: Callable[[int], date],
) -> Proposal:
    supports: list[Reason] = []
    lacking: list[Reason] = []
    days: list[date] = []
    _months(facts, rule, present, day, supports, days)
    _degree(facts, rule, day, supports, lacking, days)
    waits: list[date] = [day]
    if lacking and rule.degree is not None:
        reached = earliest_degree(rule.degree)
        waits.append(add_months(reached, _months_of(facts, rule)) if rule.months_from == "degree" else reached)
    if rule.clean:
        live = live_penalties(law, facts, day)
        clean = not live
        if live:
            waits.append(add_months(live[-1].on, law.behaviour.penalty_spent_months))
        (supports if clean else lacking).append(reason("support-clean" if clean else "lacking-clean"))
    if rule.diligent:
        said = "support-diligent" if facts.diligent else "lacking-diligence"
        (supports if facts.diligent else lacking).append(reason(said, rule.article))
    unknown = rule.before_release_months is not None and facts.release_on is None
    if rule.before_release_months is not None:
        if facts.release_on is None:
            lacking.append(reason("lacking-release-day", rule.article))
        else:
            supports.append(reason("support-release", rule.article, on=facts.release_on))
            days.append(add_months(facts.release_on, -rule.before_release_months))
    moved = _moved_down(law, facts, rule, present)
    if moved is not None:
        supports.append(reason("support-moved-down", rule.article, on=present.since))
        days.append(add_months(present.since, moved))
    return Proposal(
        "condition",
        rule.from_condition,
        rule.to_condition,
        rule.article,
        None if lacking else max(days),
        tuple(supports),
        tuple(lacking),
        add_months(present.since, rule.most_months) if rule.most_months is not None else None,
        None if unknown else max(days) if not lacking else max(*days, *waits),
    )


def _months(
    facts: BehaviourFacts,
    rule: MoveRule,
    present: ConditionPeriod,
    day: date,
    supports: list[Reason],
    days: list[date],
) -> None:
    """The months that must have gone by, from the day that the rule counts from."""
    months = _months_of(facts, rule)
    since = present.since
    if rule.months_from == "term":
        since = facts.term_began_on or min(one.since for one in facts.convict.placements)
    elif rule.months_from == "degree":
        held = in_force(facts.convict.degrees, day)
        least = rule.degree if rule.degree is not None else 1
        since = max(since, _held_at_least(facts.convict.degrees, least, held)) if held is not None else since
    elif rule.months_from == "strict-without-penalty":
        since = max(since, last_penalty(facts, day) or since)
    supports.append(reason("support-months", rule.article, count=months, since=since))
    days.append(add_months(since, months))


def _months_of(facts: BehaviourFacts, rule: MoveRule) -> int:
    if rule.months_of_grave_chapters is not None and facts.chapters & rule.grave_chapters:
        return rule.months_of_grave_chapters
    return rule.months or 0


def _degree(
    facts: BehaviourFacts,
    rule: MoveRule,
    day: date,
    supports: list[Reason],
    lacking: list[Reason],
    days: list[date],
) -> None:
    if rule.degree is None:
        return
    held = in_force(facts.convict.degrees, day)
    if held is None or degree_on(facts.convict, day) < rule.degree:
        lacking.append(reason("lacking-degree", rule.article, degree=rule.degree))
        return
    since = _held_at_least(facts.convict.degrees, rule.degree, held)
    supports.append(reason("support-degree", rule.article, degree=held.degree, since=since))
    days.append(since)


def _held_at_least(degrees: tuple[DegreePeriod, ...], least: int, held: DegreePeriod) -> date:
    """Since when the degree has been that high without a break."""
    since = held.since
    for period in sorted(degrees, key=lambda one: one.since, reverse=True):
        if period.until == since and period.degree >= least:
            since = period.since
    return since


def _moved_down(law: Law, facts: BehaviourFacts, rule: MoveRule, present: ConditionPeriod) -> int | None:
    """After how many months a convict who was moved down may come back, where the law says so (PEC 150)."""
    before = next((one for one in facts.convict.conditions if one.until == present.since), None)
    if before is None:
        return None
    return next(
        (
            one.back_after_months
            for one in law.moves
            if one.institution == rule.institution
            and (one.from_condition, one.to_condition) == (before.condition, present.condition)
            and one.back_after_months is not None
        ),
        None,
    )
