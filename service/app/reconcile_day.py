"""The daily comparison: a day of an institution's gates against its appointments, signed, kept, and told in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.domain.access import Actor, Target, require
from service.domain.bridge_journal import read_entry
from service.domain.reconciling import COUNTERS, HEARTBEATS, Day, Finding, Known, Result, Told, reconcile
from service.domain.timetable import local_day, local_moment
from service.record.canonical import canonical
from service.record.keys import NoteSigner
from service.record.notes import sign
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    Appointment,
    BridgeKey,
    Device,
    EntryPass,
    Institution,
    JournalEntry,
    JournalFault,
    Log,
    Reconciliation,
    Scan,
)
from service.store.unit_of_work import UnitOfWork

ONE_DAY = timedelta(days=1)
CONTEXT_BEFORE = timedelta(days=4)
"""A long visit lasts three days: who is inside this evening came in before."""
GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One comparison as it was kept. `headline` is matched of doors."""

    row: Reconciliation
    result: Result

    @property
    def headline(self) -> tuple[int, int]:
        """Matched door openings, all door openings."""
        return self.result.matched, self.result.doors


def reconcile_day(unit: UnitOfWork, *, institution: str, day: date, again: bool = True) -> Reconciled | None:
    """Compares a day, signs the result with the key of the institution's log and keeps it.

    With `again` False nothing is written, and None answered, where the newest comparison of the day says the same.
    """
    require(unit.actor, "gate.reconcile", Target(institution))
    house = unit.get(Institution, institution)
    log = unit.get(Log, institution)
    result = reconcile(_day(unit, house, day))
    text = _text(log.origin, house, day, result)
    row = of(Reconciliation)
    newest = unit.session.scalars(
        sa.select(Reconciliation)
        .where(row.institution_id == institution, row.day == day)
        .order_by(row.made_at.desc(), row.id)
        .limit(1)
    ).first()
    if not again and newest is not None and newest.note.startswith(text.encode() + b"\n"):
        return None
    signer = NoteSigner(
        log.origin, Ed25519PrivateKey.from_private_bytes(unit.environment.keys.read(f"log-{institution}"))
    )
    note = sign(text, [signer]).encode()
    made = Reconciliation(
        id=unit.environment.new_id(),
        institution_id=institution,
        day=day,
        made_at=unit.now,
        verdict=result.verdict,
        doors=result.doors,
        matched=result.matched,
        manual_releases=result.count("manual-release"),
        heartbeat_gaps=result.count(*HEARTBEATS),
        counter_gaps=result.count(*COUNTERS),
        long_stays=result.count("stay-too-long"),
        at_two_gates=result.count("pass-at-two-gates"),
        journal_faults=sum(one.code.startswith("journal-") for one in result.findings),
        digest=sha256(note).hexdigest(),
        note=note,
    )
    unit.add(made)
    unit.tell("gate.reconciled", institution)
    return Reconciled(made, result)


def days_to_reconcile(environment: Environment) -> list[tuple[str, date]]:
    """Institutions with bridges and yesterday; and every day of a month back whose comparison was incomplete."""
    now = environment.clock()
    house, key, row = of(Institution), of(BridgeKey), of(Reconciliation)
    with environment.database.reading() as session:
        houses = session.execute(
            sa.select(house.id, house.time_zone)
            .where(sa.exists().where(key.institution_id == house.id, key.holds_from.is_not(None)))
            .order_by(house.id)
        ).all()
        waiting = session.execute(
            sa.select(row.institution_id, row.day)
            .where(row.verdict == "incomplete", row.made_at > now - 31 * ONE_DAY)
            .distinct()
        ).all()
    found = {(one.id, local_day(now - GRACE, ZoneInfo(one.time_zone)) - ONE_DAY) for one in houses}
    return sorted(found | {(one.institution_id, one.day) for one in waiting})


def reconciliations(
    environment: Environment, actor: Actor, *, institution: str, most: int = 100
) -> list[Reconciliation]:
    """The newest comparison of each day, newest day first. For officers of the institution and auditors."""
    require(actor, "reconciliation.see", Target(institution))
    row = of(Reconciliation)
    newest = (
        sa.select(row.day, sa.func.max(row.made_at).label("made_at"))
        .where(row.institution_id == institution)
        .group_by(row.day)
        .subquery()
    )
    with environment.database.reading() as session:
        found = session.scalars(
            sa.select(Reconciliation)
            .join(newest, sa.and_(newest.c.day == row.day, newest.c.made_at == row.made_at))
            .where(row.institution_id == institution)
            .order_by(row.day.desc())
            .limit(most)
        ).all()
        session.expunge_all()
    return list(found)


def facts_of(finding: Finding) -> dict[str, Any]:
    """A finding as it stands in the signed note."""
    facts: Mapping[str, Any] = {
        "code": finding.code,
        "bridge": finding.bridge,
        "number": finding.number,
        "at": finding.at.isoformat() if finding.at else None,
        "gate": finding.gate,
        "pass": finding.pass_id,
        "seconds": finding.seconds,
        "other": finding.other,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _text(origin: str, house: Institution, day: date, result: Result) -> str:
    told = {
        "doors": result.doors,
        "matched": result.matched,
        "verdict": result.verdict,
        "incomplete": list(result.incomplete),
        "findings": [facts_of(one) for one in result.findings],
        "time_zone": house.time_zone,
    }
    body = canonical(told).decode()
    return f"{origin}/reconciliation\n{day.isoformat()}\n{result.matched} of {result.doors}\n{body}\n"


def _day(unit: UnitOfWork, house: Institution, day: date) -> Day:
    zone = ZoneInfo(house.time_zone)
    begins, ends = (local_moment(one, "00:00", zone) for one in (day, day + ONE_DAY))
    entries = _entries(unit, house.id, begins, ends)
    key, device, fault = of(BridgeKey), of(Device), of(JournalFault)
    bridges = unit.session.execute(
        sa.select(key.device_id, key.holds_from)
        .join(Device, device.id == key.device_id)
        .where(
            key.institution_id == house.id,
            key.holds_from < ends,
            sa.or_(key.ended_at.is_(None), key.ended_at >= ends),
            sa.or_(device.revoked_at.is_(None), device.revoked_at >= ends),
        )
    ).all()
    faults = unit.session.execute(
        sa.select(fault.device_id, fault.kind, fault.number)
        .where(fault.institution_id == house.id, fault.received_at >= begins, fault.received_at < ends)
        .order_by(fault.device_id, fault.number, fault.kind)
    ).all()
    return Day(
        begins,
        ends,
        {one.device_id: one.holds_from for one in bridges},
        entries,
        _passes(unit, house.id, entries, begins),
        [(one.device_id, one.kind, one.number) for one in faults],
        _heard(unit, house.id, begins, ends),
    )


def _entries(unit: UnitOfWork, institution: str, begins: datetime, ends: datetime) -> list[Told]:
    """Entries of the day with four days before, and up to the first heartbeats of the next."""
    row, key = of(JournalEntry), of(BridgeKey)
    # By number, not by time: a clock that was set must not look like entries that are missing.
    stretch = (
        sa.select(row.key_id, sa.func.min(row.number).label("first"), sa.func.max(row.number).label("last"))
        .where(row.institution_id == institution, row.at >= begins - CONTEXT_BEFORE, row.at < ends + GRACE)
        .group_by(row.key_id)
        .subquery()
    )
    found = unit.session.execute(
        sa.select(row.device_id, row.entry, row.key_id, key.ended_at)
        .join(BridgeKey, key.id == row.key_id)
        .join(stretch, stretch.c.key_id == row.key_id)
        .where(row.number >= stretch.c.first, row.number <= stretch.c.last)
        .order_by(row.key_id, row.number)
    )
    told: list[Told] = []
    for device, octets, key_id, ended_at in found:
        entry = read_entry(octets)
        # Numbers begin anew with another key.
        bridge = device if ended_at is None else f"{device}/{key_id}"
        told.append(Told(bridge, entry.number, entry.kind, entry.at, entry.facts))
    return told


def _passes(unit: UnitOfWork, institution: str, entries: list[Told], begins: datetime) -> dict[str, Known]:
    entry, visit = of(EntryPass), of(Appointment)
    rows = unit.session.execute(
        sa.select(EntryPass, visit.ends_at)
        .join(Appointment, visit.id == entry.appointment_id)
        .where(entry.institution_id == institution, entry.not_after >= begins - CONTEXT_BEFORE)
    )
    named = {told.facts.get("pass") for told in entries}
    return {
        one.id: Known(
            one.id,
            one.appointment_id,
            one.not_before,
            one.not_after,
            ends_at,
            one.revoked_at,
        )
        for one, ends_at in rows
        if one.id in named
    }


def _heard(unit: UnitOfWork, institution: str, begins: datetime, ends: datetime) -> dict[str, frozenset[int]]:
    row = of(Scan)
    found: dict[str, set[int]] = {}
    for one in unit.session.execute(
        sa.select(row.device_id, row.sequence).where(
            row.institution_id == institution, row.scanned_at >= begins, row.scanned_at < ends
        )
    ):
        found.setdefault(one.device_id, set()).add(one.sequence)
    return {device: frozenset(numbers) for device, numbers in found.items()}
