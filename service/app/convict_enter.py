"""Entries of the personal file: condition, degree, suspensions, bars, incentives, penalties, credits, permissions."""

from datetime import date

import sqlalchemy as sa

from service.app.convict_find import Whereabouts, check_past, whereabouts
from service.domain.access import Target, require
from service.domain.calendar import add_months
from service.domain.credits import incentive_reasons
from service.domain.file_entries import (
    LASTING,
    MALICIOUS,
    ORDERS,
    TAKEN_BACK,
    check_condition,
    check_degree,
    check_period,
    check_value,
)
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.facts import convict_file
from service.store.tables import NATIONAL, FileEntry
from service.store.unit_of_work import UnitOfWork

CLASSED = ("condition", "degree")


def set_condition(unit: UnitOfWork, *, convict: str, condition: str, since: date, paper: str) -> str:
    """The commission moves the convict to a condition of serving (PEC 103); the one before ends that day."""
    where = whereabouts(unit, convict)
    require(unit.actor, "convict.set_condition", Target(where.here))
    placement = where.placement
    check_condition(unit.environment.law, placement.institution_type, placement.court_type, condition, since)
    entry = replace_entry(unit, where, "condition", condition, since, paper)
    unit.tell("convict.condition_set", where.here)
    return entry


def set_degree(unit: UnitOfWork, *, convict: str, degree: int, since: date, paper: str) -> str:
    """The head sets the behaviour degree, -3 to 3, on the commission's material (PEC 95(3))."""
    where = whereabouts(unit, convict)
    require(unit.actor, "convict.set_degree", Target(where.here))
    entry = replace_entry(unit, where, "degree", check_degree(degree), since, paper)
    unit.tell("convict.degree_set", where.here)
    return entry


def enter_file(
    unit: UnitOfWork,
    *,
    convict: str,
    kind: str,
    value: str,
    since: date,
    paper: str,
    until: date | None = None,
) -> str:
    """Any other entry, in force from `since` until before `until`; what follows an order only the head enters.

    An incentive visit above the lawful number, or against a negative degree, is refused with the article (PEC 129).
    """
    where = whereabouts(unit, convict)
    act = "convict.enter_order" if kind in ORDERS else "convict.enter_file"
    require(unit.actor, act, Target(where.here))
    law = unit.environment.law
    value = check_value(law, kind, value)
    check_past(since, where.today)
    check_period(law, kind, value, since, until)
    if kind == "credit" and value.endswith(":incentive"):
        against = incentive_reasons(law, convict_file(unit.session, where.convict).facts, since)
        if against:
            raise Refusal("not-possible", against)
    entry = add_entry(unit, convict, where.here, kind, value, since, paper, until)
    unit.tell(f"convict.{kind}_entered", where.here)
    return entry.id


def lift_entry(unit: UnitOfWork, *, entry: str, until: date, paper: str) -> None:
    """Ends what lasts early, or what has no end; lifts a penalty early, or takes back what stands for a day.

    Ended on its own day, an incentive, penalty, credit or past visit is annulled (PEC 129(5), 132(11)). A penalty is
    lifted early after `early_lifting_months` of the law file at the earliest, and never for a malicious act (129(3)).
    """
    row, where = _entry(unit, entry)
    act = "convict.enter_order" if row.kind in ORDERS else "convict.enter_file"
    require(unit.actor, act, Target(where.here))
    liftable = row.kind in LASTING or row.kind in TAKEN_BACK
    if not liftable or (row.until is not None and (row.until <= until or row.kind in TAKEN_BACK)):
        raise refuse("conflict", "state-does-not-allow")
    if row.kind == "penalty" and until > row.since:
        _check_early(unit, row, until)
    unit.change(row, until=check_past(until, where.today, row.since))
    unit.tell("convict.entry_lifted", row.institution_id, paper=clean_line(paper, 80))


def leave_quarantine(unit: UnitOfWork, *, convict: str, on: date) -> None:
    """The first day outside the quarantine unit, from which the first visit counts (PEC 106(4), IR 83)."""
    where = whereabouts(unit, convict)
    require(unit.actor, "convict.enter_file", Target(where.here))
    if where.convict.quarantine_left_on is not None:
        raise refuse("conflict", "state-does-not-allow")
    check_past(on, where.today, where.placement.since)
    unit.change(where.convict, quarantine_left_on=on)
    for row in open_entries(unit, convict, ("suspension",)):
        if row.value == "quarantine":
            unit.change(row, until=max(on, row.since))
            unit.tell("convict.entry_lifted", row.institution_id)
    unit.tell("convict.quarantine_left", NATIONAL)


def add_entry(
    unit: UnitOfWork,
    convict: str,
    institution: str,
    kind: str,
    value: str,
    since: date,
    paper: str,
    until: date | None = None,
) -> FileEntry:
    """One entry, as part of a larger act, which tells the event."""
    entry = FileEntry(
        id=unit.environment.new_id(),
        institution_id=institution,
        convict_id=convict,
        kind=kind,
        value=value,
        since=since,
        until=until,
        paper=clean_line(paper, 80),
        set_by=unit.actor.id if unit.actor.principal == "officer" else None,
        set_at=unit.now,
    )
    unit.add(entry)
    return entry


def open_entries(unit: UnitOfWork, convict: str, kinds: tuple[str, ...]) -> list[FileEntry]:
    """The entries of some kinds that have no end."""
    row = of(FileEntry)
    return list(
        unit.session.scalars(
            sa.select(FileEntry)
            .where(row.convict_id == convict, row.kind.in_(kinds), row.until.is_(None))
            .order_by(row.id)
        )
    )


def _check_early(unit: UnitOfWork, row: FileEntry, until: date) -> None:
    rules = unit.environment.law.behaviour
    earliest = add_months(row.since, rules.early_lifting_months)
    if row.value.endswith(MALICIOUS):
        raise refuse("not-possible", "lifting-malicious")
    if until < earliest:
        raise refuse("not-possible", "lifting-too-early", day=earliest)


def replace_entry(unit: UnitOfWork, where: Whereabouts, kind: str, value: str, since: date, paper: str) -> str:
    """The condition or degree from `since` on, the one before ended that day; part of a larger act."""
    convict = where.convict.id
    check_past(since, where.today)
    for row in open_entries(unit, convict, (kind,)):
        if row.value == value:
            raise refuse("conflict", "already-there")
        check_past(since, where.today, row.since)
        unit.change(row, until=since)
    return add_entry(unit, convict, where.here, kind, value, since, paper).id


def _entry(unit: UnitOfWork, entry: str) -> tuple[FileEntry, Whereabouts]:
    row = of(FileEntry)
    convict = unit.session.execute(sa.select(row.convict_id).where(row.id == entry)).scalar()
    if convict is None:
        raise Refusal("not-found")
    where = whereabouts(unit, convict)
    return unit.get(FileEntry, entry, lock=True), where
