"""Who may come or call (PEC 98, 106, 109; IR 76, 77, 80, 86, 87, 101, 103)."""

from datetime import date

from service.domain.answer import Blocker, fixed
from service.domain.calendar import add_months, full_years
from service.domain.calls import HELP
from service.domain.facts import CALL_KINDS, AppointmentRequest, PartyMember
from service.domain.law import Law, named
from service.domain.law_rows import PartyRule
from service.domain.reasons import Reason, reason


def party_blockers(
    law: Law, request: AppointmentRequest, *, needs_investigator: bool, emergency: bool
) -> list[Blocker]:
    """Everything about the party that does not depend on the day's entitlement, each reason once.

    `needs_investigator`: in remand the investigator's permission names the visitors, so the head's is not
    asked.
    """
    party, rule = request.party, _rule(law, request)
    found: list[Blocker] = []
    if not party:
        return found
    if len({one.visitor for one in party}) < len(party):
        found.append(fixed("visitor-twice"))
    if not all(one.confirmed for one in party):
        found.append(fixed("relation-not-confirmed"))
    if any(law.group(one.relation) not in rule.groups for one in party):
        found.append(
            fixed("relation-not-for-long" if request.kind == "long" else "relation-not-for-kind", rule.article)
        )
    if request.kind in CALL_KINDS:
        return found + _caller_blockers(law, rule, request, emergency)
    minors = [one for one in party if is_minor(law, one, request.day)]
    adults = [one for one in party if one not in minors]
    found += _minor_blockers(minors, adults)
    if request.kind == "long":
        found += _long_party(law, rule, request, minors, adults)
    if request.kind == "short":
        if not needs_investigator and any(_needs_permission(law, rule, one) for one in adults):
            found.append(fixed("head-permission-needed"))
        caps = [cap for cap in (request.visitor_cap, int(law.setting("short_visitor_cap"))) if cap]
        if caps and len(party) > min(caps):
            found.append(fixed("too-many-visitors", count=min(caps)))
    return found


def visitor_bans(law: Law, request: AppointmentRequest, day: date) -> list[Blocker]:
    """Bars of visitors in force on `day`."""
    found = []
    for ban in (ban for one in request.party for ban in one.bans):
        rule = named(law.visitor_bans, ban.ground, "bar of visitors")
        until = ban.until
        if until is None and rule.months is not None:
            until = add_months(ban.since, rule.months)
        if request.kind not in rule.stops or day < ban.since or (until is not None and day >= until):
            continue
        if until is None:
            found.append(Blocker(reason("visitor-banned-no-end", rule.article), None))
        else:
            found.append(Blocker(reason("visitor-banned", rule.article, until=until), until))
    return found


def party_notes(law: Law, request: AppointmentRequest) -> list[Reason]:
    """Where the law is silent about this party."""
    alone = any(law.group(one.relation) == "co-parent" and not one.common_child_present for one in request.party)
    if request.kind == "long" and alone and law.setting("co_parent_without_child") == "allowed":
        return [reason("note-co-parent")]
    return []


def is_minor(law: Law, member: PartyMember, day: date) -> bool:
    """Whether the person is under age on `day`, by the birth date where it is known."""
    if member.born is None:
        return member.minor
    return full_years(member.born, day) < law.age_of_majority


def _rule(law: Law, request: AppointmentRequest) -> PartyRule:
    if request.kind in CALL_KINDS:
        return law.parties[f"{request.purpose}_call" if request.purpose in HELP else "call"]
    return law.parties[request.kind]


def _caller_blockers(law: Law, rule: PartyRule, request: AppointmentRequest, emergency: bool) -> list[Blocker]:
    if request.purpose in HELP:
        return []
    found = []
    free = law.calls.emergency_groups if emergency else rule.free
    if any(law.group(one.relation) not in free and (emergency or not one.listed_in_file) for one in request.party):
        found.append(fixed("call-person-not-listed", law.calls.emergency_article if emergency else None))
    if any(one.is_convict and law.group(one.relation) not in rule.between_convicts for one in request.party):
        found.append(fixed("call-between-convicts"))
    return found


def _minor_blockers(minors: list[PartyMember], adults: list[PartyMember]) -> list[Blocker]:
    """Minors come with their legal representative (IR 76)."""
    if not adults:
        return [fixed("no-adult")]
    represented = {visitor for adult in adults for visitor in adult.represents}
    return [] if all(minor.visitor in represented for minor in minors) else [fixed("minor-alone")]


def _long_party(
    law: Law,
    rule: PartyRule,
    request: AppointmentRequest,
    minors: list[PartyMember],
    adults: list[PartyMember],
) -> list[Blocker]:
    found = []
    if rule.adults is not None and len(adults) > rule.adults:
        found.append(fixed("too-many-adults", rule.article, count=rule.adults))
    if any(minor.relation not in rule.minors for minor in minors):
        found.append(fixed("minor-not-family", rule.article))
    if law.setting("co_parent_without_child") == "child-must-come" and any(
        law.group(one.relation) == "co-parent" and not one.common_child_present for one in request.party
    ):
        found.append(fixed("co-parent-without-child"))
    return found


def _needs_permission(law: Law, rule: PartyRule, member: PartyMember) -> bool:
    return law.group(member.relation) not in rule.free and not member.permitted_by_head
