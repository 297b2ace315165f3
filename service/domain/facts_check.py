"""Whether facts can be true at all: periods that end after they begin, one place at a time, names the law
has."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from service.domain.facts import AppointmentRequest, ConvictFacts, Dated
from service.domain.law import Law, LawError, UnknownName, named


def check_facts(law: Law, facts: ConvictFacts, request: AppointmentRequest) -> None:
    """Raises `LawError` for the first impossibility found, and `UnknownName` with the names the law has."""
    if not facts.placements:
        raise LawError("facts.placements: the convict must be held somewhere")
    _one_at_a_time("placements", facts.placements)
    _one_at_a_time("conditions", facts.conditions)
    _one_at_a_time("degrees", facts.degrees)
    _end_after_beginning("suspensions", facts.suspensions)
    _end_after_beginning("bans", facts.bans)
    _end_after_beginning("emergencies", facts.emergencies)
    _no_id_twice("visits", [one.id for one in facts.visits])
    _no_id_twice("credits", [one.id for one in facts.credits])
    _names(law, facts, request)


def _one_at_a_time(name: str, periods: Sequence[Dated]) -> None:
    _end_after_beginning(name, periods)
    for before, after in pairwise(sorted(periods, key=lambda one: one.since)):
        if before.until is None or before.until > after.since:
            raise LawError(f"facts.{name}: two overlap on {after.since}")


def _end_after_beginning(name: str, periods: Sequence[Dated]) -> None:
    for one in periods:
        if one.until is not None and one.until <= one.since:
            raise LawError(f"facts.{name}: until {one.until} is not after since {one.since}")


def _no_id_twice(name: str, ids: list[str]) -> None:
    if len(set(ids)) < len(ids):
        raise LawError(f"facts.{name}: an id stands twice")


def _names(law: Law, facts: ConvictFacts, request: AppointmentRequest) -> None:
    for placement in facts.placements:
        named(law.institutions, placement.institution_type, "institution type")
        if placement.court_type is not None:
            named(law.institutions, placement.court_type, "institution type")
    conditions = sorted({condition for _, condition in law.quotas})
    for period in facts.conditions:
        if period.condition not in conditions:
            raise UnknownName(f"no condition named {period.condition!r}; the law has {', '.join(conditions)}")
    for suspension in facts.suspensions:
        named(law.suspensions, suspension.ground, "suspension")
    for ban in facts.bans:
        named(law.bans, ban.ground, "bar")
    for member in request.party:
        law.group(member.relation)
        for visitor_ban in member.bans:
            named(law.visitor_bans, visitor_ban.ground, "bar of visitors")


def first_day(law: Law) -> date:
    """The first day for which the law file has quotas."""
    return min(rows[0].valid_from for rows in law.quotas.values())
