"""A gate was alone and tells afterwards what it did: many scans at once, each kept and labelled as if told alone.

They are looked up together and added together: a statement for each would keep a day of scans waiting on the line.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.app.scan_take import Known, Reading, Verdict, fact, take_scan
from service.app.transact import transact
from service.domain.access import Actor, Target, require
from service.domain.passes import MalformedPass, SignedPass, decode
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Admission, Appointment, EntryPass, Gate, Institution, Scan
from service.store.unit_of_work import UnitOfWork

MOST = 50
"""Scans of one transaction: they stand in one leaf, which must fit a tile."""


def tell_scans(environment: Environment, actor: Actor, readings: Sequence[Reading]) -> list[Verdict | None]:
    """One answer for each, in their order; None for what is not taken. All are facts: each has its `offline_verdict`.

    What is new is one transaction and one event. What was heard before, or stands in the way of the others, is told
    by itself.
    """
    with environment.database.reading() as session:
        before = _heard(session, actor, readings)
    new = [one for one in readings if one.sequence not in before]
    taken: dict[int, Verdict] = {}
    if len({one.sequence for one in new}) == len(new) and new:
        try:
            taken = transact(environment, actor, lambda unit: _all(unit, new))
        except Refusal:
            taken = {}
    return [taken.get(one.sequence) or _one(environment, actor, one) for one in readings]


def _all(unit: UnitOfWork, readings: Sequence[Reading]) -> dict[int, Verdict]:
    """Each scan sees what the ones before it did, though the rows are written at the end.

    Raises Refusal when one of them is in the way of the others.
    """
    if _heard(unit.session, unit.actor, readings):
        raise Refusal("conflict")
    signed = [_signed(reading.token) for reading in readings]
    gates, passes = _gates(unit, readings), _passes(unit, signed)
    stays = _Stays(unit)
    scans: list[Scan] = []
    for reading, one in zip(readings, signed, strict=True):
        if reading.gate not in gates:
            raise Refusal("not-found")
        gate, institution = gates[reading.gate]
        require(unit.actor, "scan.take", Target(institution=institution.id))
        entry_pass, appointment, inside = passes.get(_pass_id(one), (None, None, None))
        known = Known(gate, institution, entry_pass, appointment, stays.open(entry_pass, inside), None)
        scan = fact(unit, known, one, reading)
        scans.append(scan)
        stays.went(known, scan)
        unit.tell("gate.scanned", institution.id)
    unit.add(*scans)
    stays.write()
    return {scan.sequence: Verdict(scan.id, scan.verdict, scan.refusal) for scan in scans}


class _Stays:
    """Who is inside while the scans are gone through: the admissions that were open before, and those they make."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._open: dict[str, Admission | None] = {}
        self._new: dict[str, Admission] = {}
        self._left: list[tuple[Admission, dict[str, Any]]] = []

    def open(self, entry_pass: EntryPass | None, before: Admission | None) -> Admission | None:
        """The open admission of a pass, where `before` was the open one in the database."""
        return self._open.setdefault(entry_pass.id, before) if entry_pass is not None else None

    def went(self, known: Known, scan: Scan) -> None:
        """What a scan that stands in the record does to the stay of its pass, as in `take_scan`."""
        entry_pass, admission = known.entry_pass, known.admission
        if entry_pass is None:
            return
        if scan.verdict == "admit" and admission is None:
            made = Admission(
                id=self._unit.environment.new_id(),
                institution_id=known.institution.id,
                pass_id=entry_pass.id,
                entry_scan_id=scan.id,
                admitted_at=scan.scanned_at,
            )
            self._new[made.id] = self._open[entry_pass.id] = made
        elif scan.verdict == "leave" and admission is not None:
            values = {"left_at": max(scan.scanned_at, admission.admitted_at), "exit_scan_id": scan.id}
            if admission.id in self._new:
                for name, value in values.items():
                    setattr(admission, name, value)
            else:
                self._left.append((admission, values))
            self._open[entry_pass.id] = None

    def write(self) -> None:
        """First who left, then who came: a pass has one open admission at most."""
        for admission, values in self._left:
            self._unit.change(admission, only_if_empty="left_at", **values)
        if self._new:
            self._unit.add(*self._new.values())


def _signed(token: str) -> SignedPass | None:
    try:
        return decode(token)
    except MalformedPass:
        return None


def _pass_id(signed: SignedPass | None) -> str:
    return signed.pass_.pass_id.hex() if signed is not None else ""


def _gates(unit: UnitOfWork, readings: Sequence[Reading]) -> Mapping[str, tuple[Gate, Institution]]:
    gate, institution = of(Gate), of(Institution)
    found = unit.session.execute(
        sa.select(Gate, Institution)
        .join(Institution, institution.id == gate.institution_id)
        .where(gate.id.in_({reading.gate for reading in readings}))
    )
    return {one.id: (one, its) for one, its in found}


def _passes(
    unit: UnitOfWork, signed: Sequence[SignedPass | None]
) -> Mapping[str, tuple[EntryPass, Appointment, Admission | None]]:
    """The passes, locked as `take_scan` locks each, always in the same order."""
    row, appointment, admission = of(EntryPass), of(Appointment), of(Admission)
    found = unit.session.execute(
        sa.select(EntryPass, Appointment, Admission)
        .join(Appointment, appointment.id == row.appointment_id)
        .outerjoin(Admission, sa.and_(admission.pass_id == row.id, admission.left_at.is_(None)))
        .where(row.id.in_({_pass_id(one) for one in signed}))
        .order_by(row.id)
        .with_for_update(of=EntryPass)
    )
    return {one.id: (one, its, inside) for one, its, inside in found}


def _one(environment: Environment, actor: Actor, reading: Reading) -> Verdict | None:
    try:
        return transact(environment, actor, lambda unit: take_scan(unit, reading))
    except Refusal as refusal:
        if refusal.sort in ("not-found", "not-possible", "conflict"):
            return None
        raise


def _heard(session: Session, actor: Actor, readings: Sequence[Reading]) -> set[int]:
    row = of(Scan)
    wanted = [one.sequence for one in readings]
    return set(
        session.scalars(sa.select(row.sequence).where(row.device_id == actor.id, row.sequence.in_(wanted))).all()
    )
