"""A reader read a pass: the live answer, and the fact kept whatever the answer is."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from service.app.pass_keys import pass_keys
from service.domain.access import Target, require
from service.domain.passes import Direction, MalformedPass, PassRefusal, SignedPass, decode, verify
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Admission, Appointment, EntryPass, Gate, Institution, Scan
from service.store.unit_of_work import UnitOfWork

OPEN_STATES = ("granted", "underway")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader sends: its counter, what it read, when, and what it answered itself if it had to (offline)."""

    gate: str
    sequence: int
    token: str
    direction: str
    scanned_at: datetime
    offline_verdict: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate is told. `refusal` is a code of `PassRefusal`; beside 'admit' or 'leave' it says what the live
    state would have answered to something that already happened offline."""

    scan: str
    verdict: str
    refusal: str | None
    admission: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is there about a reading: `admission` is the open one of its pass, `earlier` the same scan told before."""

    gate: Gate
    institution: Institution
    entry_pass: EntryPass | None
    appointment: Appointment | None
    admission: Admission | None
    earlier: str | None


def take_scan(unit: UnitOfWork, reading: Reading) -> Verdict:
    """Answers a scan and records it. A repeated upload (same device, same counter) gets its first answer again.

    What a gate did offline is kept and labelled with what would have been refused; it is never discarded.
    """
    try:
        signed: SignedPass | None = decode(reading.token)
    except MalformedPass:
        signed = None
    known = _known(unit, reading, signed)
    require(unit.actor, "scan.take", Target(institution=known.institution.id))
    if known.earlier is not None:
        return _again(unit, known, reading)
    scan = fact(unit, known, signed, reading)
    unit.add(scan)
    admission = _pass_through(unit, known, scan, reading)
    unit.tell("gate.scanned", known.institution.id)
    return Verdict(scan.id, scan.verdict, scan.refusal, admission)


def fact(unit: UnitOfWork, known: Known, signed: SignedPass | None, reading: Reading) -> Scan:
    """The scan's row with its answer or, for what a gate did offline, its label. It is not added yet."""
    offline = reading.offline_verdict is not None
    refusal = _refusal(unit, known, signed, reading, unit.now, reading.scanned_at if offline else None)
    live = _verdict(reading.direction, refusal)
    return Scan(
        id=unit.environment.new_id(),
        institution_id=known.institution.id,
        gate_id=known.gate.id,
        device_id=unit.actor.id,
        sequence=reading.sequence,
        direction=reading.direction,
        pass_id=known.entry_pass.id if known.entry_pass else None,
        token_digest=sha256(reading.token.encode()).hexdigest(),
        scanned_at=reading.scanned_at,
        received_at=unit.now,
        offline_verdict=reading.offline_verdict,
        verdict=reading.offline_verdict or live,
        refusal=refusal.value if refusal else None,
    )


def _known(unit: UnitOfWork, reading: Reading, signed: SignedPass | None) -> Known:
    gate, scan, admission = of(Gate), of(Scan), of(Admission)
    earlier = (
        sa.select(scan.id).where(scan.device_id == unit.actor.id, scan.sequence == reading.sequence).scalar_subquery()
    )
    pass_id = signed.pass_.pass_id.hex() if signed else ""
    found: Any = unit.session.execute(
        sa.select(Gate, Institution, EntryPass, Appointment, Admission, earlier)
        .join(Institution, of(Institution).id == gate.institution_id)
        .join(EntryPass, of(EntryPass).id == pass_id)
        .join(Appointment, of(Appointment).id == of(EntryPass).appointment_id)
        .outerjoin(Admission, sa.and_(admission.pass_id == of(EntryPass).id, admission.left_at.is_(None)))
        .where(gate.id == reading.gate)
        # A cancellation of the same moment, which revokes the pass, waits for this scan or this scan for it. Another
        # scan's admission is not seen through this lock; the database refuses the second one and the unit looks again.
        .with_for_update(of=EntryPass)
    ).first()
    if found is None:
        rest: Any = unit.session.execute(
            sa.select(Gate, Institution, earlier)
            .join(Institution, of(Institution).id == gate.institution_id)
            .where(gate.id == reading.gate)
        ).first()
        if rest is None:
            raise Refusal("not-found")
        found = (rest[0], rest[1], None, None, None, rest[2])
    return Known(*found)


def _again(unit: UnitOfWork, known: Known, reading: Reading) -> Verdict:
    """The first answer; or, where the live answer came too late and the gate did otherwise, what the gate did."""
    assert known.earlier is not None
    scan = unit.get(Scan, known.earlier, lock=True)
    if reading.offline_verdict in (None, scan.verdict):
        return Verdict(scan.id, scan.verdict, scan.refusal)
    unit.change(scan, verdict=reading.offline_verdict, offline_verdict=reading.offline_verdict)
    admission = known.admission
    if admission is not None and admission.entry_scan_id == scan.id and scan.verdict == "refuse":
        unit.change(admission, only_if_empty="left_at", left_at=admission.admitted_at, ended_code="not-let-in")
    else:
        _pass_through(unit, known, scan, reading)
    unit.tell("gate.told_otherwise", known.institution.id)
    return Verdict(scan.id, scan.verdict, scan.refusal)


def _refusal(
    unit: UnitOfWork,
    known: Known,
    signed: SignedPass | None,
    reading: Reading,
    now: datetime,
    decided_at: datetime | None,
) -> PassRefusal | None:
    """The live answer; for what a gate decided on its own at `decided_at`, what was true then.

    A live scan asks no clock who came first: what stands in the rows it has waited for came before it.
    """
    if signed is None:
        return PassRefusal.MALFORMED
    direction = Direction(reading.direction)
    entry_pass = known.entry_pass
    refusal = verify(
        signed,
        pass_keys(unit.environment, signed.pass_.key_id),
        institution=known.institution.number,
        gate_zone=known.gate.zone,
        at=decided_at or now,
        direction=direction,
        revoked=lambda _: (
            entry_pass is not None
            and entry_pass.revoked_at is not None
            and not _after(entry_pass.revoked_at, decided_at)
        ),
    )
    if refusal is not None:
        return refusal
    if entry_pass is None:
        return PassRefusal.UNKNOWN_PASS
    if direction is Direction.EXIT:
        return None if known.admission else PassRefusal.NOT_INSIDE
    appointment = known.appointment
    if appointment is None or (appointment.state not in OPEN_STATES and not _after(appointment.ended_at, decided_at)):
        return PassRefusal.NOT_GRANTED
    return PassRefusal.ALREADY_INSIDE if known.admission else None


def _after(happened: datetime | None, decided_at: datetime | None) -> bool:
    """Whether something came only after a gate had decided on its own."""
    return happened is not None and decided_at is not None and happened > decided_at


def _verdict(direction: str, refusal: PassRefusal | None) -> str:
    if refusal is not None:
        return "refuse"
    return "admit" if direction == "entry" else "leave"


def _pass_through(unit: UnitOfWork, known: Known, scan: Scan, reading: Reading) -> str | None:
    if scan.verdict == "admit" and known.entry_pass is not None and known.admission is None:
        admission = Admission(
            id=unit.environment.new_id(),
            institution_id=known.institution.id,
            pass_id=known.entry_pass.id,
            entry_scan_id=scan.id,
            admitted_at=reading.scanned_at if reading.offline_verdict else unit.now,
        )
        unit.add(admission)
        return admission.id
    if scan.verdict == "leave" and known.admission is not None:
        left_at = unit.now if reading.offline_verdict is None else max(reading.scanned_at, known.admission.admitted_at)
        unit.change(known.admission, only_if_empty="left_at", left_at=left_at, exit_scan_id=scan.id)
        return known.admission.id
    return None
