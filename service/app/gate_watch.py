"""What a gate's screen shows: the last pass that was read, who is inside, and who is expected next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from service.app.companion_find import short_name
from service.app.desk_show import last_of_document
from service.app.reading import Reading
from service.app.scan_take import OPEN_STATES
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    Admission,
    Appointment,
    AppointmentVisitor,
    Checkpoint,
    EntryPass,
    Gate,
    Institution,
    Log,
    Person,
    Place,
    Relationship,
    Room,
    Scan,
)

SHOWN = 12
"""Lines of each list: more is not read at a gate."""
_WHERE = of(Room).name.concat(", ").concat(of(Place).label)


@dataclass(frozen=True, slots=True)
class Passage:
    """The last scan of a gate, and whose pass it was; `entry_pass` and what follows are None for no pass of ours.

    `document`: the kind of the number and its last four signs. `admission` is the stay on this pass that has not ended.
    """

    scan: Scan
    entry_pass: EntryPass | None
    appointment: Appointment | None
    room: str | None
    name: str | None
    tie: str | None
    document: tuple[str, str] | None
    convict: str | None
    admission: Admission | None


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody inside, or expected: a short name, the room, and until or from when."""

    name: str
    room: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything on the screen. `waiting`: (admission, short name) of whoever was let through by the reader, is not the
    last one, and was not compared yet. `head_at` is when the institution's newest signed head was published."""

    gate: Gate
    institution: Institution
    last: Passage | None
    waiting: tuple[tuple[str, str], ...]
    inside: tuple[Line, ...]
    inside_count: int
    expected: tuple[Line, ...]
    head_at: datetime | None


def gates_of(environment: Environment, actor: Actor) -> list[Gate]:
    """The open gates of the officer's institution, by their zone."""
    row = of(Gate)
    with Reading(environment, actor) as reading:
        require(actor, "gate.see", Target(actor.institution))
        found = reading.session.scalars(
            sa.select(Gate).where(row.institution_id == actor.institution, row.closed_at.is_(None)).order_by(row.zone)
        )
        return list(found)


def gate_mark(environment: Environment, actor: Actor, gate: str) -> int:
    """The size of the institution's log: while it stays the same, so does the screen of the gate. One statement."""
    row, log = of(Gate), of(Log)
    with environment.database.single.connect() as connection:
        found = connection.execute(
            sa.select(row.institution_id, log.size).join(Log, log.id == row.institution_id).where(row.id == gate)
        ).first()
    if found is None:
        raise Refusal("not-found")
    require(actor, "gate.see", Target(found.institution_id))
    return int(found.size)


def watch_gate(environment: Environment, actor: Actor, gate: str) -> Watch:
    """The screen of one gate. Raises Refusal 'not-found', alike for a gate of another institution."""
    with Reading(environment, actor) as reading:
        found = reading.session.execute(
            sa.select(Gate, Institution)
            .join(Institution, of(Institution).id == of(Gate).institution_id)
            .where(of(Gate).id == gate)
        ).first()
        if found is None:
            raise Refusal("not-found")
        row, institution = found
        require(actor, "gate.see", Target(institution.id))
        inside, last = _inside(reading, row), _last(reading, row)
        head = of(Checkpoint)
        return Watch(
            row,
            institution,
            last,
            tuple(_waiting(reading, row, last)),
            tuple(inside[:SHOWN]),
            len(inside),
            tuple(_expected(reading, row)),
            reading.session.scalar(sa.select(sa.func.max(head.published_at)).where(head.log_id == institution.id)),
        )


def _last(reading: Reading, gate: Gate) -> Passage | None:
    scan, entry, visitor, admission = of(Scan), of(EntryPass), of(AppointmentVisitor), of(Admission)
    convict = aliased(Person)
    found: Any = reading.session.execute(
        sa.select(Scan, EntryPass, Appointment, _WHERE, Person, of(Relationship).kind, convict, Admission)
        .outerjoin(EntryPass, entry.id == scan.pass_id)
        .outerjoin(Appointment, of(Appointment).id == entry.appointment_id)
        .outerjoin(Room, of(Room).id == of(Appointment).room_id)
        .outerjoin(Place, of(Place).id == of(Appointment).place_id)
        .outerjoin(AppointmentVisitor, visitor.id == entry.visitor_id)
        .outerjoin(Person, of(Person).id == visitor.person_id)
        .outerjoin(Relationship, of(Relationship).id == visitor.relationship_id)
        .outerjoin(convict, convict.id == of(Appointment).convict_id)
        .outerjoin(Admission, sa.and_(admission.pass_id == scan.pass_id, admission.left_at.is_(None)))
        .where(scan.gate_id == gate.id)
        .order_by(scan.received_at.desc(), scan.sequence.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    row, entry_pass, appointment, room, person, tie, inmate, stay = found
    name = None if person is None else reading.name_of(person)
    return Passage(
        row,
        entry_pass,
        appointment,
        room,
        name,
        tie,
        last_of_document(reading, person) if name else None,
        None if inmate is None else reading.name_of(inmate),
        stay,
    )


def _inside(reading: Reading, gate: Gate) -> list[Line]:
    """Everybody who was let in anywhere at the institution and has not left."""
    admission, entry, visitor = of(Admission), of(EntryPass), of(AppointmentVisitor)
    rows = reading.session.execute(
        sa.select(Person, _WHERE, of(Appointment).ends_at)
        .select_from(Admission)
        .join(EntryPass, entry.id == admission.pass_id)
        .join(Appointment, of(Appointment).id == entry.appointment_id)
        .join(Room, of(Room).id == of(Appointment).room_id)
        .join(Place, of(Place).id == of(Appointment).place_id)
        .join(AppointmentVisitor, visitor.id == entry.visitor_id)
        .join(Person, of(Person).id == visitor.person_id)
        .where(admission.institution_id == gate.institution_id, admission.left_at.is_(None), admission.matched)
        .order_by(of(Appointment).ends_at, admission.id)
    )
    return [Line(short_name(reading, person) or "—", room, ends_at) for person, room, ends_at in rows]


def _waiting(reading: Reading, gate: Gate, last: Passage | None) -> list[tuple[str, str]]:
    """Whoever else came through this gate and was not compared with their document yet, the oldest first."""
    admission, entry, visitor, scan = of(Admission), of(EntryPass), of(AppointmentVisitor), of(Scan)
    rows = reading.session.execute(
        sa.select(admission.id, Person)
        .select_from(Admission)
        .join(Scan, scan.id == admission.entry_scan_id)
        .join(EntryPass, entry.id == admission.pass_id)
        .join(AppointmentVisitor, visitor.id == entry.visitor_id)
        .join(Person, of(Person).id == visitor.person_id)
        .where(
            admission.institution_id == gate.institution_id,
            admission.left_at.is_(None),
            admission.matched.is_(None),
            scan.gate_id == gate.id,
        )
        .order_by(admission.admitted_at, admission.id)
        .limit(SHOWN)
    )
    asked = last is not None and last.scan.verdict == "admit"  # a second reading of the same pass asks for nothing
    shown = last.admission.id if asked and last is not None and last.admission is not None else None
    return [(id_, short_name(reading, person) or "—") for id_, person in rows if id_ != shown]


def _expected(reading: Reading, gate: Gate) -> list[Line]:
    """The next passes of this gate's zone that nobody has used yet."""
    admission, entry, visitor = of(Admission), of(EntryPass), of(AppointmentVisitor)
    rows = reading.session.execute(
        sa.select(Person, _WHERE, of(Appointment).starts_at)
        .select_from(EntryPass)
        .join(Appointment, of(Appointment).id == entry.appointment_id)
        .join(Room, of(Room).id == of(Appointment).room_id)
        .join(Place, of(Place).id == of(Appointment).place_id)
        .join(AppointmentVisitor, visitor.id == entry.visitor_id)
        .join(Person, of(Person).id == visitor.person_id)
        .where(
            of(Appointment).institution_id == gate.institution_id,
            of(Appointment).state.in_(OPEN_STATES),
            entry.gate_zone == gate.zone,
            entry.revoked_at.is_(None),
            entry.not_after > reading.now,
            ~sa.exists().where(admission.pass_id == entry.id),
        )
        .order_by(of(Appointment).starts_at, entry.id)
        .limit(SHOWN)
    )
    return [Line(short_name(reading, person) or "—", room, starts_at) for person, room, starts_at in rows]
