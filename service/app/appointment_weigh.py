"""Asks the one question of the law for an appointment: history and party, put before `entitlement`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.domain.entitlement import ChargePlan, Entitlement, entitlement
from service.domain.facts import AppointmentRequest, PartyMember
from service.domain.law import LawError
from service.domain.reasons import Reason, decidable, reason
from service.domain.refusal import Refusal, refuse
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.facts import ConvictFile, Kept, member, party
from service.store.tables import ExceptionRequest, Institution, Person, Relationship, VisitorBan
from service.store.unit_of_work import UnitOfWork

CALLS = ("call", "video_call")
CHILDREN = ("child", "adopted-child")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, apart from who and when: kind, whether by video, in place of a long visit, by exception."""

    kind: str
    by_video: bool = False
    from_long: bool = False
    purpose: str = "ordinary"
    exception: str | None = None
    credit: str | None = None
    proved: bool = False
    """Whether a certificate proves the exceptional ground of a call (IR 104)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One member of the party: who, by which relationship, and since when they live."""

    relationship: Relationship
    person: Person
    born: date
    bans: Sequence[VisitorBan]

    def adult_on(self, day: date, majority: int) -> bool:
        """Whether they have come of age on that day."""
        birthday = (self.born.year + majority, self.born.month, self.born.day)
        return birthday <= (day.year, day.month, day.day)


def read_party(unit: UnitOfWork, convict: str, relationships: Sequence[str]) -> tuple[Visitor, ...]:
    """The party by its relationships, with birth dates opened. Raises Refusal 'not-found' for one that is not there."""
    found = party(unit.session, convict, relationships)
    if len(found) != len(relationships) or not found:
        raise refuse("not-found", "not-confirmed")
    unit.meet(*(person for _, person, _ in found))
    return tuple(visitor_of(unit, relationship, person, bans) for relationship, person, bans in found)


def visitor_of(unit: UnitOfWork, relationship: Relationship, person: Person, bans: Sequence[VisitorBan]) -> Visitor:
    """A member of the party with the birth date opened; the person was met before."""
    born = unit.open(person, "birth_date")
    assert born is not None
    return Visitor(relationship, person, date.fromisoformat(born), bans)


def members(visitors: Sequence[Visitor], day: date, majority: int) -> tuple[PartyMember, ...]:
    """The party as the law looks at it on a day."""
    represented: dict[str, list[str]] = {}
    for one in visitors:
        if one.relationship.represented_by is not None:
            represented.setdefault(one.relationship.represented_by, []).append(one.person.id)
    child_comes = any(one.relationship.kind in CHILDREN and not one.adult_on(day, majority) for one in visitors)
    return tuple(
        member(
            one.relationship,
            one.born,
            one.bans,
            day,
            represents=tuple(represented.get(one.person.id, ())),
            common_child_present=child_comes,
        )
        for one in visitors
    )


def weigh(
    unit: UnitOfWork,
    file: ConvictFile,
    visitors: Sequence[Visitor],
    wish: Wish,
    day: date,
    start: time | None,
    ignoring: str | None = None,
) -> Entitlement:
    """The law's answer for this appointment on this institution-local day."""
    law = unit.environment.law
    named = exception_named(unit, wish, visitors)
    request = AppointmentRequest(
        kind=wish.kind,  # type: ignore[arg-type]
        day=day,
        start=start,
        party=members(visitors, day, law.age_of_majority),
        channel="video" if wish.by_video else "in_person",
        convict_consents_to_video=wish.by_video,
        from_long=wish.from_long,
        purpose=wish.purpose,  # type: ignore[arg-type]
        investigator_permits=file.investigator_permits_on(day),
        exception_id=wish.exception,
        exception_kind=named,
        credit_id=wish.credit,
        ground_proved=wish.proved,
        ignoring=ignoring,
    )
    try:
        return _from_today(unit, file, entitlement(law, file.facts, request))
    except LawError as error:
        # The law file marks the figure as unknown: nobody may guess it, a person must ask.
        raise refuse("not-possible", "no-rule-on-day", day=day) from error


def _from_today(unit: UnitOfWork, file: ConvictFile, answer: Entitlement) -> Entitlement:
    """The answer without the last day before a booked visit, where that day is past: nobody can come on it."""
    if not any("latest" in one.arguments for one in answer.reasons):
        return answer
    house = unit.session.get(Institution, file.institution) if file.institution is not None else None
    today = local_day(unit.now, ZoneInfo(house.time_zone if house is not None else "UTC"))

    def said(one: Reason) -> Reason:
        latest = one.arguments.get("latest")
        if not isinstance(latest, date) or latest >= today:
            return one
        return replace(one, arguments={name: value for name, value in one.arguments.items() if name != "latest"})

    return replace(answer, reasons=tuple(said(one) for one in answer.reasons))


def exception_named(unit: UnitOfWork, wish: Wish, visitors: Sequence[Visitor]) -> str | None:
    """The reason that the exception of a wish sets aside; None without one.

    Raises Refusal 'exception-not-granted' for one that is not granted, of another convict, or for another kind.
    """
    if wish.exception is None:
        return None
    row = of(ExceptionRequest)
    found = unit.session.execute(
        sa.select(row.kind, row.appointment_kind, row.convict_id).where(
            row.id == wish.exception, row.state == "granted"
        )
    ).first()
    ties = {one.relationship.convict_id for one in visitors}
    if found is None or found.appointment_kind != wish.kind or not ties <= {found.convict_id}:
        raise refuse("not-possible", "exception-not-granted")
    named: str = found.kind
    return named


def weigh_wish(
    unit: UnitOfWork,
    file: ConvictFile,
    visitors: Sequence[Visitor],
    wish: Wish,
    day: date,
    start: time | None,
    ignoring: str | None = None,
) -> Entitlement:
    """The same for what is not booked yet: a visit the convict keeps for another relative is not theirs to take."""
    answer = weigh(unit, file, visitors, wish, day, start, ignoring)
    if not _kept_for_another(file, visitors, wish, day):
        return answer
    return replace(answer, allowed=False, reasons=(*answer.reasons, reason("kept-for-another")))


def _kept_for_another(file: ConvictFile, visitors: Sequence[Visitor], wish: Wish, day: date) -> bool:
    coming = {one.relationship.id for one in visitors}
    return any(one.since <= day <= one.until and one.relationship not in coming for one in kept_of(file, wish))


def kept_of(file: ConvictFile, wish: Wish) -> list[Kept]:
    """For whom the convict keeps the next visit of this kind."""
    kind = "video" if wish.by_video else wish.kind
    return [one for one in file.kept if one.kind == kind]


def insist(answer: Entitlement) -> ChargePlan:
    """The charge, where the law allows it or leaves it to a person's decision; raises Refusal with all reasons."""
    if answer.charge is None or not (answer.allowed or decidable(answer.reasons)):
        due = [{"due": answer.due.isoformat()}] if answer.due else []
        raise Refusal("not-possible", answer.reasons, due)
    return answer.charge


def charge_columns(plan: ChargePlan, wish: Wish) -> Mapping[str, Any]:
    """The charge as the columns of an appointment."""
    return {
        "charge_rule": plan.rule,
        "charge_kind": plan.kind or ("call" if wish.kind in CALLS else None),
        "charge_day": plan.day,
        "charge_after": plan.after,
        "charge_month": plan.month,
        "charge_ordinal": plan.ordinal,
        "credit_id": plan.credit_id,
        "exception_id": wish.exception,
    }
