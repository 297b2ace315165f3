"""Visits kept for the convict: incentives (PEC 128, 129) and visits that were prevented (IR 84)."""

from collections.abc import Iterator
from datetime import date

from service.domain.answer import Blocker, fixed
from service.domain.facts import AppointmentRequest, ConvictFacts, Credit, VisitKind
from service.domain.law import Law
from service.domain.reasons import Reason, reason
from service.domain.standing import degree_on


def free_credits(law: Law, facts: ConvictFacts, request: AppointmentRequest, kind: VisitKind) -> Iterator[Credit]:
    """The lawful, unused credits of a kind, oldest first, whatever the day."""
    for credit in sorted(facts.credits, key=lambda one: (one.granted_on, one.id)):
        if credit.kind == kind and not _taken(credit, facts, request) and not _surplus(law, facts, credit):
            yield credit


def named_credit(
    law: Law, facts: ConvictFacts, request: AppointmentRequest, kind: VisitKind, day: date
) -> Credit | Blocker:
    """The credit that the request names, or why it cannot be taken."""
    credit = next((one for one in facts.credits if one.id == request.credit_id), None)
    if credit is None or credit.kind != kind:
        return fixed("credit-not-found")
    if _taken(credit, facts, request):
        return fixed("credit-used")
    if _surplus(law, facts, credit):
        return fixed("credit-over-limit", law.incentives.article, count=_limit(law, facts, credit.granted_on))
    if day < credit.granted_on:
        return Blocker(reason("credit-not-yet", granted_on=credit.granted_on), credit.granted_on)
    return credit


def incentive_reasons(law: Law, facts: ConvictFacts, day: date) -> tuple[Reason, ...]:
    """Why no extra short visit may be granted as an incentive on `day`; empty if one may (PEC 129)."""
    rule = law.incentives
    found = []
    if degree_on(facts, day) < rule.least_degree:
        found.append(reason("incentive-negative-degree", rule.article))
    limit = _limit(law, facts, day)
    granted = sum(one.source == "incentive" and one.granted_on.year == day.year for one in facts.credits)
    if granted >= limit:
        found.append(reason("credit-over-limit", rule.article, count=limit))
    return tuple(found)


def _taken(credit: Credit, facts: ConvictFacts, request: AppointmentRequest) -> bool:
    if credit.used_by is not None and credit.used_by != request.ignoring:
        return True
    return any(
        visit.credit_id == credit.id and visit.state != "cancelled" and visit.id != request.ignoring
        for visit in facts.visits
        if visit.credit_id is not None
    )


def _surplus(law: Law, facts: ConvictFacts, credit: Credit) -> bool:
    """Whether it was granted above the lawful number of its year, the earliest grants being the lawful ones."""
    if credit.source != "incentive":
        return False
    place = sum(
        one.source == "incentive"
        and one.granted_on.year == credit.granted_on.year
        and (one.granted_on, one.id) < (credit.granted_on, credit.id)
        for one in facts.credits
    )
    return place >= _limit(law, facts, credit.granted_on)


def _limit(law: Law, facts: ConvictFacts, day: date) -> int:
    rule = law.incentives
    return rule.per_year if degree_on(facts, day) >= rule.per_year_from_degree else rule.per_year_of_others
