"""Puts what the record tells of a convict and a party before the law's one question (`service.domain.entitlement`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from service.domain.answer import Entitlement
from service.domain.entitlement import entitlement
from service.domain.facts import (
    AppointmentRequest,
    Ban,
    ConditionPeriod,
    ConvictFacts,
    Credit,
    DegreePeriod,
    PartyMember,
    Placement,
    Suspension,
    Visit,
    VisitorBan,
)
from service.domain.law import Law
from service.law import load_law
from service.store.facts import VISIT_STATES
from service.store.types import parse_moment

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "institution": ("time_zone", "jurisdiction"),
    "person": ("birth_date",),
    "convict": ("lifer", "quarantine_left_on"),
    "placement": ("convict_id", "institution_id", "institution_type", "since", "until", "basis", "court_type"),
    "file_entry": ("convict_id", "kind", "value", "since", "until"),
    "relationship": (
        "person_id",
        "kind",
        "represented_by",
        "listed_in_file",
        "permitted_at",
        "state",
        "since",
        "until",
    ),
    "visitor_ban": ("person_id", "ground", "since", "until"),
    "appointment_visitor": ("appointment_id", "person_id", "relationship_id"),
    "appointment": (
        "convict_id",
        "kind",
        "by_video",
        "from_long",
        "purpose",
        "state",
        "live",
        "starts_at",
        "charge_rule",
        "charge_kind",
        "charge_day",
        "charge_after",
        "charge_month",
        "charge_ordinal",
        "credit_id",
        "exception_id",
    ),
}
"""The columns that the law looks at."""

Cells = Mapping[str, Any]
CHILDREN = ("child", "adopted-child")


@dataclass(frozen=True, slots=True)
class Known:
    """What the record tells, row by row, at the moment an appointment was granted."""

    appointment: Cells
    institution: Cells
    convict: Cells
    placements: Mapping[str, Cells]
    entries: Mapping[str, Cells]
    booked: Mapping[str, Cells]
    party: Mapping[str, Cells]
    relationships: Mapping[str, Cells]
    people: Mapping[str, Cells]
    bans: Sequence[Cells]


def weigh(known: Known) -> Entitlement | None:
    """The law's answer for the appointment; None where somebody of the party cannot be read. Raises LawError."""
    row = known.appointment
    law = load_law(str(known.institution["jurisdiction"]))
    begins = parse_moment(str(row["starts_at"])).astimezone(ZoneInfo(str(known.institution["time_zone"])))
    party = members(known, law, begins.date())
    if party is None:
        return None
    permits = [
        _in_force(one, begins.date())
        for one in _kind(known.entries.values(), "permission")
        if one["value"] == "investigator"
    ]
    request = AppointmentRequest(
        kind=row["kind"],
        day=begins.date(),
        start=begins.time(),
        party=party,
        channel="video" if row["by_video"] else "in_person",
        convict_consents_to_video=bool(row["by_video"]),
        from_long=bool(row["from_long"]),
        purpose=row["purpose"],
        investigator_permits=any(permits),
        exception_id=row["exception_id"],
        credit_id=row["credit_id"],
    )
    return entitlement(law, history(known), request)


def charge_of(answer: Entitlement) -> dict[str, str | None] | None:
    """The charge as the cells of a leaf: rule, and the half-open days it covers."""
    plan = answer.charge
    if plan is None:
        return None
    return {
        "charge_rule": plan.rule,
        "charge_after": plan.after.isoformat() if plan.after else None,
        "charge_day": plan.day.isoformat(),
    }


def history(known: Known) -> ConvictFacts:
    """The convict's history as the law reads it."""
    entries = known.entries
    taken = {one["credit_id"]: key for key, one in known.booked.items() if one["credit_id"] is not None}
    return ConvictFacts(
        placements=tuple(
            Placement(one["institution_id"], one["institution_type"], *_span(one), one["basis"], one["court_type"])
            for one in known.placements.values()
        ),
        conditions=tuple(ConditionPeriod(one["value"], *_span(one)) for one in _kind(entries.values(), "condition")),
        degrees=tuple(DegreePeriod(int(one["value"]), *_span(one)) for one in _kind(entries.values(), "degree")),
        suspensions=tuple(
            Suspension(key, one["value"], *_span(one)) for key, one in entries.items() if one["kind"] == "suspension"
        ),
        bans=tuple(Ban(one["value"], *_span(one)) for one in _kind(entries.values(), "ban")),
        credits=tuple(
            _credit(key, one, taken.get(key))
            for key, one in entries.items()
            if one["kind"] == "credit" and one["until"] is None
        ),
        visits=tuple(_visit(key, one) for key, one in known.booked.items()),
        first_choice=next((one["value"] for one in _kind(entries.values(), "first_visit")), None),
        quarantine_left_on=_maybe(known.convict.get("quarantine_left_on")),
        lifer=known.convict.get("lifer") is True,
    )


def members(known: Known, law: Law, day: date) -> tuple[PartyMember, ...] | None:
    """The party as the law looks at it; None where a relationship or a birth date cannot be read."""
    ties = []
    for one in known.party.values():
        tie, person = known.relationships.get(str(one["relationship_id"])), known.people.get(str(one["person_id"]))
        born = person.get("birth_date") if person else None
        if tie is None or not isinstance(born, str) or not isinstance(tie["person_id"], str):
            return None
        ties.append((tie, date.fromisoformat(born)))
    represented: dict[str, list[str]] = {}
    for tie, _ in ties:
        if tie["represented_by"] is not None:
            represented.setdefault(tie["represented_by"], []).append(tie["person_id"])
    child = any(tie["kind"] in CHILDREN and not _adult(born, day, law.age_of_majority) for tie, born in ties)
    return tuple(
        PartyMember(
            visitor=tie["person_id"],
            relation=tie["kind"],
            confirmed=tie["state"] == "confirmed" and tie["since"] is not None and _in_force(tie, day),
            born=born,
            represents=tuple(represented.get(tie["person_id"], ())),
            permitted_by_head=tie["permitted_at"] is not None,
            common_child_present=child,
            listed_in_file=bool(tie["listed_in_file"]) or tie["state"] == "confirmed",
            bans=tuple(
                VisitorBan(one["ground"], *_span(one)) for one in known.bans if one["person_id"] == tie["person_id"]
            ),
        )
        for tie, born in ties
    )


def _credit(key: str, one: Cells, used_by: str | None) -> Credit:
    kind, source = one["value"].split(":")
    return Credit(key, kind, source, _day(one["since"]), used_by)


def _visit(key: str, one: Cells) -> Visit:
    return Visit(
        key,
        one["kind"],
        _day(one["charge_day"]),
        one["charge_rule"],
        one["charge_kind"],
        cast(Any, VISIT_STATES.get(one["state"], "planned")),
        one["charge_month"],
        one["charge_ordinal"],
        one["credit_id"],
    )


def _adult(born: date, day: date, majority: int) -> bool:
    return (born.year + majority, born.month, born.day) <= (day.year, day.month, day.day)


def _in_force(one: Cells, day: date) -> bool:
    since, until = _span(one)
    return since <= day and (until is None or day < until)


def _span(one: Cells) -> tuple[date, date | None]:
    return _day(one["since"]), _maybe(one["until"])


def _kind(entries: Iterable[Cells], kind: str) -> list[Cells]:
    return [one for one in entries if one["kind"] == kind]


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


def _maybe(text: Any) -> date | None:
    return None if text is None else _day(text)
