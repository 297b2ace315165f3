"""Behaviour degrees and moves of condition as proposals with the facts that bear them (PEC 95, 103, 130-150)."""

from datetime import date

from service.domain.behaviour_facts import BehaviourFacts, Proposal
from service.domain.calendar import add_months
from service.domain.facts import in_force
from service.domain.law import Law
from service.domain.law_rows import DegreeRule
from service.domain.moves import move_proposals
from service.domain.penalties import last_penalty, live_penalties, negative_degree
from service.domain.reasons import Reason, reason
from service.domain.standing import degree_on

__all__ = ["degree_proposal", "earliest_degree", "proposals"]


def proposals(law: Law, facts: BehaviourFacts, day: date) -> tuple[Proposal, ...]:
    """Every step up or down that may come next for this convict, ready or not, as seen on `day`."""
    degree = degree_proposal(law, facts, day)
    return (
        *((degree,) if degree else ()),
        *move_proposals(law, facts, day, lambda wanted: earliest_degree(law, facts, day, wanted)),
    )


def earliest_degree(law: Law, facts: BehaviourFacts, day: date, wanted: int) -> date:
    """The first day, `day` or later, on which a positive degree could be held if each step came as soon as it may."""
    step, present = degree_proposal(law, facts, day), degree_on(facts.convict, day)
    if present < 0 or negative_degree(law, facts, day) < 0:
        # First the penalties are spent; then an incentive must come, and three months pass.
        last = last_penalty(facts, day)
        reached, present = max(day, add_months(last, law.behaviour.penalty_spent_months) if last else day), 0
    elif step is None or present >= wanted:
        return day
    else:
        reached, present = max(day, step.earliest or day), int(step.proposed)
    for rule in sorted(law.degrees, key=lambda one: one.degree):
        if present <= rule.from_degree < wanted:
            reached = add_months(reached, rule.months_without_penalty)
    return reached


def degree_proposal(law: Law, facts: BehaviourFacts, day: date) -> Proposal | None:
    """The next degree; None where there is none to propose (third positive, or a negative one that still holds)."""
    present = degree_on(facts.convict, day)
    earned = negative_degree(law, facts, day)
    if earned < 0:
        return _negative(law, facts, day, present, earned) if present > earned else None
    if present < 0:
        return _back_to_none(law, facts, day, present)
    rule = next((one for one in law.degrees if one.from_degree == present), None)
    return _positive(law, facts, day, rule) if rule else None


def _negative(law: Law, facts: BehaviourFacts, day: date, present: int, earned: int) -> Proposal:
    live = live_penalties(law, facts, day)
    supports = tuple(reason("support-penalty", law.behaviour.violator_article, on=one.on) for one in live)
    return Proposal(
        "degree", str(present), str(earned), law.behaviour.degree_article, live[-1].on, supports, earliest=live[-1].on
    )


def _back_to_none(law: Law, facts: BehaviourFacts, day: date, present: int) -> Proposal:
    last = last_penalty(facts, day)
    spent = day if last is None else min(day, add_months(last, law.behaviour.penalty_spent_months))
    supports = (reason("support-penalties-spent", on=spent),)
    return Proposal("degree", str(present), "0", law.behaviour.degree_article, spent, supports, earliest=spent)


def _positive(law: Law, facts: BehaviourFacts, day: date, rule: DegreeRule) -> Proposal:
    """At least one incentive, and so many months without a penalty since then or since the degree before."""
    held = in_force(facts.convict.degrees, day)
    since_degree = held.since if held is not None and held.degree == rule.from_degree else None
    incentives = sorted(one.on for one in facts.incentives if one.on <= day)
    if rule.since == "degree" and law.setting("incentive_for_next_degree") == "since-degree":
        incentives = [on for on in incentives if since_degree is not None and on >= since_degree]
    supports: list[Reason] = []
    lacking: list[Reason] = []
    start = since_degree if rule.since == "degree" else incentives[-1] if incentives else None
    penalty = last_penalty(facts, day)
    if rule.since == "last-incentive" and start is not None and penalty is not None and penalty > start:
        incentives, start = [], None  # a penalty since the last incentive: a new incentive must come first
    if incentives:
        supports.append(reason("support-incentive", rule.article, on=incentives[-1]))
    else:
        lacking.append(reason("lacking-incentive", rule.article))
    if rule.since == "degree" and since_degree is not None:
        supports.append(reason("support-degree", rule.article, degree=rule.from_degree, since=since_degree))
        start = since_degree if penalty is None else max(since_degree, penalty)
    if start is None or lacking:
        not_before = None
    else:
        supports.append(reason("support-no-penalty", rule.article, since=start))
        not_before = max(add_months(start, rule.months_without_penalty), incentives[-1])
    earliest = not_before or max(day, add_months(start or day, rule.months_without_penalty))
    present, proposed = str(rule.from_degree), str(rule.degree)
    return Proposal(
        "degree", present, proposed, rule.article, not_before, tuple(supports), tuple(lacking), earliest=earliest
    )
