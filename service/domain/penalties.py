"""Which penalties are live, and what they make of a convict (PEC 130, 132, 154)."""

from collections.abc import Sequence
from datetime import date

from service.domain.behaviour_facts import BehaviourFacts, Penalty
from service.domain.calendar import add_months
from service.domain.facts import in_force
from service.domain.law import Law


def live_penalties(law: Law, facts: BehaviourFacts, day: date) -> tuple[Penalty, ...]:
    """Those neither lifted nor spent on `day`: a penalty is spent after six months without a new one (132(10))."""
    months = law.behaviour.penalty_spent_months
    live: list[Penalty] = []
    for penalty in _imposed(facts, day):
        if live and penalty.on >= add_months(live[-1].on, months):
            live = []
        live.append(penalty)
    if live and day >= add_months(live[-1].on, months):
        return ()
    return tuple(one for one in live if one.lifted_on is None or one.lifted_on > day)


def last_penalty(facts: BehaviourFacts, day: date) -> date | None:
    """The day of the last penalty imposed by `day`, lifted or not."""
    return max((one.on for one in facts.penalties if one.on <= day), default=None)


def negative_degree(law: Law, facts: BehaviourFacts, day: date) -> int:
    """0, or -1 for a violator, -2 for a systematic one, -3 for a malicious one (PEC 95(4), 130)."""
    live = live_penalties(law, facts, day)
    if not live:
        return 0
    if _malicious(law, facts, live, day):
        return -3
    return -2 if _systematic(law, live) else -1


def _imposed(facts: BehaviourFacts, day: date) -> Sequence[Penalty]:
    return sorted((one for one in facts.penalties if one.on <= day), key=lambda one: one.on)


def _malicious(law: Law, facts: BehaviourFacts, live: Sequence[Penalty], day: date) -> bool:
    rules = law.behaviour
    place = in_force(facts.convict.placements, day)
    if place is not None and place.institution_type == rules.juvenile_institution:
        strict = sum(one.kind == rules.juvenile_malicious_penalty for one in live)
        return strict >= rules.juvenile_malicious_count
    return any(one.malicious_act and one.kind in rules.isolation_penalties for one in live)


def _systematic(law: Law, live: Sequence[Penalty]) -> bool:
    """Two penalties within six months, isolator and single cell not among them."""
    rules = law.behaviour
    days = [one.on for one in live if one.kind not in rules.isolation_penalties]
    run = rules.systematic_penalties - 1
    return any(
        later < add_months(earlier, rules.systematic_months) for earlier, later in zip(days, days[run:], strict=False)
    )
