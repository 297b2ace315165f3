"""Reads what the law looks at: the convict's history and the party, in as few statements as there are subjects.

What `file_entry.value` means, by kind: condition - a condition of the law file; degree - "-3" to "3"; suspension and
ban - a ground of the law file; credit - "short:incentive", "long:restored" …; first_visit - "short" or "long";
permission - "investigator"; past_visit - a visit had before the service knew of the convict. What behaviour depends on
is read by `service.store.behaviour`; the whole list stands in `service.domain.file_entries`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.facts import (
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
from service.store import tables
from service.store.columns import of
from service.store.tables import Appointment, Convict, FileEntry, Person, Relationship
from service.store.tables import Placement as PlacementRow

VISIT_STATES = {"completed": "held", "underway": "held", "no_show": "no_show"}


@dataclass(frozen=True, slots=True)
class Charged:
    """A live appointment of the convict, as far as booking looks at it."""

    id: str
    state: str
    asked_by: str
    held_until: Any


@dataclass(frozen=True, slots=True)
class Kept:
    """The convict keeps the next visit of a kind ('short', 'long', 'video') for one relationship; both days count."""

    request: str
    kind: str
    relationship: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class ConvictFile:
    """The convict's facts, where they are now, their live holds, and for whom they keep the next visit."""

    facts: ConvictFacts
    institution: str | None
    holds: tuple[Charged, ...]
    investigator_permits: tuple[tuple[date, date | None], ...]
    kept: tuple[Kept, ...] = ()

    def investigator_permits_on(self, day: date) -> bool:
        """Whether a written permission of investigator or court covers the day (353-I 17(2))."""
        return any(since <= day and (until is None or day < until) for since, until in self.investigator_permits)


@dataclass(frozen=True, slots=True)
class LockedConvict:
    """The convict's row, their person, and the dated rows of their file, read under the convict's lock."""

    convict: Convict
    person: Person
    dated: Sequence[Any]


def locked_convict(session: Session, convict_id: str) -> LockedConvict | None:
    """The convict with their file, in one statement; `locked_opening` has waited for other acts on them."""
    found = session.execute(_convict_with_dated(), {"convict": convict_id}).all()
    if not found:
        return None
    return LockedConvict(found[0][0], found[0][1], [row for row in found if row.source is not None])


def convict_file(session: Session, convict: Convict, dated: Sequence[Any] | None = None) -> ConvictFile:
    """Everything about one convict; `dated` where `locked_convict` has read it already."""
    if dated is None:
        dated = session.execute(_dated(), {"convict": convict.id}).all()
    booked = session.execute(_booked(), {"convict": convict.id}).all()
    taken = {row.credit_id: row.id for row in booked if row.credit_id is not None}
    open_placement = next((row for row in dated if row.source == "placement" and row.until is None), None)
    first_choice = next((row.value for row in dated if row.kind == "first_visit"), None)
    facts = ConvictFacts(
        placements=tuple(
            Placement(row.institution_id, row.value, row.since, row.until, row.basis, row.court_type)
            for row in dated
            if row.source == "placement"
        ),
        conditions=tuple(ConditionPeriod(row.value, row.since, row.until) for row in _of(dated, "condition")),
        degrees=tuple(DegreePeriod(int(row.value), row.since, row.until) for row in _of(dated, "degree")),
        suspensions=tuple(Suspension(row.id, row.value, row.since, row.until) for row in _of(dated, "suspension")),
        bans=tuple(Ban(row.value, row.since, row.until) for row in (*_of(dated, "ban"), *_of(dated, "illness"))),
        credits=tuple(_credit(row, taken) for row in _of(dated, "credit") if row.until is None),
        visits=tuple(
            Visit(
                row.id,
                row.kind,
                row.charge_day,
                row.charge_rule,
                row.charge_kind,
                cast(Any, VISIT_STATES.get(row.state, "planned")),
                row.charge_month,
                row.charge_ordinal,
                row.credit_id,
            )
            for row in booked
        )
        + tuple(Visit(row.id, row.value, row.since) for row in _of(dated, "past_visit") if row.until is None),
        first_choice=cast(Any, first_choice),
        quarantine_left_on=convict.quarantine_left_on,
        lifer=convict.lifer,
    )
    return ConvictFile(
        facts,
        open_placement.institution_id if open_placement else None,
        tuple(Charged(row.id, row.state, row.asked_by, row.held_until) for row in booked if row.state == "held"),
        tuple((row.since, row.until) for row in _of(dated, "permission") if row.value == "investigator"),
        tuple(Kept(row.id, row.value, row.basis, row.since, row.until) for row in _of(dated, "keep_for")),
    )


def party(
    session: Session, convict_id: str, relationships: Sequence[str]
) -> list[tuple[Relationship, Person, list[tables.VisitorBan]]]:
    """The relationships named, with their people and bans, in the order asked; those of other convicts are left out."""
    rows = session.execute(_party(), {"convict": convict_id, "relationships": list(relationships)}).all()
    found: dict[str, tuple[Relationship, Person, list[tables.VisitorBan]]] = {}
    for relationship, person, ban in rows:
        entry = found.setdefault(relationship.id, (relationship, person, []))
        if ban is not None:
            entry[2].append(ban)
    return [found[one] for one in relationships if one in found]


def member(
    relationship: Relationship,
    born: date,
    bans: Sequence[tables.VisitorBan],
    day: date,
    *,
    represents: tuple[str, ...],
    common_child_present: bool,
) -> PartyMember:
    """One visitor as the law looks at them on a day."""
    in_force = relationship.since is not None and relationship.since <= day
    ended = relationship.until is not None and relationship.until <= day
    return PartyMember(
        visitor=relationship.person_id,
        relation=relationship.kind,
        confirmed=relationship.state == "confirmed" and in_force and not ended,
        born=born,
        represents=represents,
        permitted_by_head=relationship.permitted_at is not None,
        common_child_present=common_child_present,
        listed_in_file=relationship.listed_in_file or relationship.state == "confirmed",
        bans=tuple(VisitorBan(ban.ground, ban.since, ban.until) for ban in bans),
    )


@cache  # as the others below: to build a statement takes longer than to run it
def _dated() -> sa.CompoundSelect[Any]:
    # The convict is named inside each half: no engine has to push the condition into the union.
    convict_id: sa.BindParameter[str] = sa.bindparam("convict")
    placement, entry, request = of(PlacementRow), of(FileEntry), of(tables.ConvictRequest)
    nothing = sa.cast(sa.null(), sa.String)
    return sa.union_all(
        sa.select(
            sa.literal("placement").label("source"),
            placement.convict_id,
            placement.id,
            sa.literal("placement").label("kind"),
            placement.institution_type.label("value"),
            placement.since,
            placement.until,
            placement.institution_id,
            placement.basis,
            placement.court_type,
        ).where(placement.convict_id == convict_id),
        sa.select(
            sa.literal("entry"),
            entry.convict_id,
            entry.id,
            entry.kind,
            entry.value,
            entry.since,
            entry.until,
            entry.institution_id,
            nothing,
            nothing,
        ).where(entry.convict_id == convict_id),
        sa.select(
            sa.literal("request"),
            request.convict_id,
            request.id,
            request.kind,
            request.appointment_kind,
            request.first_day,
            request.last_day,
            request.institution_id,
            request.relationship_id,
            nothing,
        ).where(
            request.convict_id == convict_id,
            request.kind == "keep_for",
            request.state == "done",
            request.appointment_id.is_(None),
        ),
    )


@cache
def _convict_with_dated() -> sa.Select[Any]:
    dated = _dated().subquery("dated")
    return (
        sa.select(Convict, Person, *dated.c)
        .join(Person, of(Person).id == of(Convict).id)
        .outerjoin(dated, dated.c.convict_id == of(Convict).id)
        .where(of(Convict).id == sa.bindparam("convict"))
    )


@cache
def _booked() -> sa.Select[Any]:
    row = of(Appointment)
    return sa.select(
        row.id,
        row.kind,
        row.state,
        row.charge_rule,
        row.charge_kind,
        row.charge_day,
        row.charge_month,
        row.charge_ordinal,
        row.credit_id,
        row.asked_by,
        row.held_until,
    ).where(row.convict_id == sa.bindparam("convict"), row.live)


@cache
def _party() -> sa.Select[Relationship, Person, tables.VisitorBan]:
    tie, ban = of(Relationship), of(tables.VisitorBan)
    return (
        sa.select(Relationship, Person, tables.VisitorBan)
        .join(Person, of(Person).id == tie.person_id)
        .outerjoin(tables.VisitorBan, ban.person_id == of(Person).id)
        .where(tie.convict_id == sa.bindparam("convict"), tie.id.in_(sa.bindparam("relationships", expanding=True)))
    )


def _of(rows: Sequence[Any], kind: str) -> list[Any]:
    return [row for row in rows if row.kind == kind]


def _credit(row: Any, taken: dict[str, str]) -> Credit:
    kind, source = row.value.split(":")
    return Credit(row.id, kind, source, row.since, taken.get(row.id))
