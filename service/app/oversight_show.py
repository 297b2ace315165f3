"""What bodies of oversight see of an institution: rooms now, refusals, exceptions by officer, disputes. Nobody by name.

People are shown by codes that are the same from page to page; a name is a look, and a look is an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service.app.reading import MOST, Reading
from service.app.session_open import token_hash
from service.domain.access import Actor, Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    ActSignature,
    Appointment,
    AppointmentVisitor,
    Dispute,
    ExceptionRequest,
    Institution,
    LeadOutcome,
    Officer,
    OfficerRole,
    OpeningRelease,
    Person,
    Place,
    Room,
    Session,
)
from service.store.unit_of_work import UnitOfWork

LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Occupied:
    """A room that must be in use now: `convict` and `visitors` are codes. `inside`: somebody was let in."""

    appointment: str
    kind: str
    by_video: bool
    room: str
    place: str
    starts_at: datetime
    until: datetime
    inside: bool
    convict: str
    visitors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a ground occurs, and its article."""

    ground: str
    times: int
    article: str


@dataclass(frozen=True, slots=True)
class OfficerCount:
    """Exceptions by officer within a year: asked for, granted, refused; `decisions` are all their decisions.

    `signed` of `halves`: how often they signed what they asked for or decided with a passkey.
    """

    number: str
    asked: int
    granted: int
    refused: int
    decisions: int
    signed: int = 0
    halves: int = 0


@dataclass(frozen=True, slots=True)
class ShownDispute:
    """A dispute with its answer. `by` is a code; `answered_by` an employee number."""

    row: Dispute
    by: str
    answered_by: str | None


def code_of(environment: Environment, person: str) -> str:
    """What a person is called on pages of oversight: eight signs, keyed, the same everywhere in the installation."""
    return environment.vault.mark("oversight.code", person)[:8].upper()


def in_rooms_now(environment: Environment, actor: Actor) -> list[Occupied]:
    """Who must be in which room of the auditor's institution now, by room. Raises Refusal."""
    here = _here(actor)
    with Reading(environment, actor) as reading:
        row, room, place, visitor = of(Appointment), of(Room), of(Place), of(AppointmentVisitor)
        found = reading.session.execute(
            sa.select(Appointment, room.name, place.label)
            .join(Room, room.id == row.room_id)
            .join(Place, place.id == row.place_id)
            .where(
                row.institution_id == here,
                row.state.in_(("granted", "underway")),
                row.starts_at <= reading.now,
                row.ends_at > reading.now,
            )
            .order_by(room.name, place.label, row.id)
        ).all()
        party: dict[str, list[str]] = {}
        for one in reading.session.execute(
            sa.select(visitor.appointment_id, visitor.person_id)
            .where(visitor.appointment_id.in_([one.Appointment.id for one in found]))
            .order_by(visitor.id)
        ):
            party.setdefault(one.appointment_id, []).append(code_of(environment, one.person_id))
        return [
            Occupied(
                one.id,
                one.kind,
                one.by_video,
                name,
                label,
                one.starts_at,
                one.ends_at,
                one.state == "underway",
                code_of(environment, one.convict_id),
                tuple(party.get(one.id, ())),
            )
            for one, name, label in found
        ]


def refusals_by_ground(environment: Environment, actor: Actor) -> list[Counted]:
    """Refused requests of a year by ground, the most frequent first. Raises Refusal."""
    here = _here(actor)
    with Reading(environment, actor) as reading:
        row = of(Appointment)
        times = sa.func.count().label("times")
        found = reading.session.execute(
            sa.select(row.ended_code, sa.func.max(row.ended_article).label("article"), times)
            .where(row.institution_id == here, row.state == "refused", row.decided_at > reading.now - LOOKED_BACK)
            .group_by(row.ended_code)
            .order_by(times.desc(), row.ended_code)
        )
        return [Counted(one.ended_code or "", one.times, one.article or "") for one in found]


def exceptions_by_officer(environment: Environment, actor: Actor) -> list[OfficerCount]:
    """Exceptions of a year by officer, beside all that each decided, the most granted first. Raises Refusal."""
    here = _here(actor)
    with Reading(environment, actor) as reading:
        row, visit, since = of(ExceptionRequest), of(Appointment), reading.now - LOOKED_BACK
        asked: dict[str, list[int]] = {}
        for one in reading.session.execute(
            sa.select(row.asked_by, row.decided_by, row.state).where(row.institution_id == here, row.asked_at > since)
        ):
            asked.setdefault(one.asked_by, [0, 0, 0])[0] += 1
            if one.decided_by is not None and one.state in ("granted", "refused"):
                asked.setdefault(one.decided_by, [0, 0, 0])[1 if one.state == "granted" else 2] += 1
        decisions = reading.session.execute(
            sa.select(visit.decided_by, sa.func.count())
            .where(visit.institution_id == here, visit.decided_at > since, visit.decided_by.is_not(None))
            .group_by(visit.decided_by)
        )
        decided = {one[0]: int(one[1]) for one in decisions}
        half = of(ActSignature)
        halves = {
            one.officer_id: (int(one.signed), int(one.all))
            for one in reading.session.execute(
                sa.select(half.officer_id, sa.func.count(half.passkey_id).label("signed"), sa.func.count().label("all"))
                .join(ExceptionRequest, row.id == half.row_id)
                .where(row.institution_id == here, half.at > since)
                .group_by(half.officer_id)
            )
        }
        numbers = _numbers(reading, asked.keys() | decided.keys())
        found = [
            OfficerCount(numbers[one], asks, granted, refused, decided.get(one, 0), *halves.get(one, (0, 0)))
            for one in asked.keys() | decided.keys()
            for asks, granted, refused in (asked.get(one, [0, 0, 0]),)
        ]
        return sorted(found, key=lambda one: (-one.granted, -one.asked, one.number))


def list_disputes(environment: Environment, actor: Actor) -> list[ShownDispute]:
    """Disputes of a year by convicts and relatives with their answers, the unanswered first. Raises Refusal."""
    here = _here(actor)
    with Reading(environment, actor) as reading:
        row = of(Dispute)
        found = reading.session.scalars(
            sa.select(Dispute)
            .where(row.institution_id == here, row.raised_at > reading.now - LOOKED_BACK)
            .order_by(row.answered_at.is_not(None), row.raised_at.desc(), row.id)
            .limit(MOST)
        ).all()
        numbers = _numbers(reading, {one.answered_by for one in found if one.answered_by})
        return [
            ShownDispute(one, code_of(environment, one.raised_by), numbers.get(one.answered_by or "")) for one in found
        ]


def list_releases(environment: Environment, actor: Actor) -> list[OpeningRelease]:
    """Openings of the institution's log asked for by auditors, the newest first. Raises Refusal."""
    here = _here(actor)
    with Reading(environment, actor) as reading:
        row = of(OpeningRelease)
        return list(
            reading.session.scalars(
                sa.select(OpeningRelease)
                .where(row.institution_id == here)
                .order_by(row.asked_at.desc(), row.id)
                .limit(MOST)
            )
        )


def list_outcomes(environment: Environment, actor: Actor) -> list[LeadOutcome]:
    """What came of leads so far, the newest first. Raises Refusal."""
    here = _here(actor)
    with Reading(environment, actor) as reading:
        row = of(LeadOutcome)
        return list(
            reading.session.scalars(
                sa.select(LeadOutcome)
                .where(row.institution_id == here)
                .order_by(row.said_at.desc(), row.id)
                .limit(MOST)
            )
        )


def look_at_party(unit: UnitOfWork, *, appointment: str, paper: str) -> list[tuple[str, str]]:
    """(code, name) of the convict and the visitors of an appointment; that they were read is an event of the log.

    `paper` is the number of the paper it rests on; it stands in the event in clear. Raises Refusal.
    """
    row = unit.get(Appointment, appointment)
    require(unit.actor, "oversight.look", Target(row.institution_id))
    number = clean_line(paper, 80)
    visitor = of(AppointmentVisitor)
    party = sa.select(visitor.person_id).where(visitor.appointment_id == row.id).order_by(visitor.id)
    people = [row.convict_id, *unit.session.scalars(party)]
    found = []
    for one in people:
        person = unit.get(Person, one)
        name = "—"
        if person.wrapped_key is not None:
            unit.meet(person)
            parts = (unit.open(person, part) for part in ("family_name", "given_name", "patronymic"))
            name = " ".join(part for part in parts if part)
        found.append((code_of(unit.environment, one), name))
    unit.tell("oversight.looked", row.institution_id, appointment=row.id, paper=number)
    return found


def institutions_of(environment: Environment, token: str) -> Sequence[Institution]:
    """The institutions for which the auditor of a session was appointed, by id."""
    house, role, officer, session = of(Institution), of(OfficerRole), of(Officer), of(Session)
    with environment.database.reading() as reading:
        found = reading.scalars(
            sa.select(Institution)
            .join(OfficerRole, role.institution_id == house.id)
            .join(Officer, officer.id == role.officer_id)
            .join(Session, sa.and_(session.principal == "officer", session.principal_id == officer.id))
            .where(
                session.token_hash == token_hash(token),
                role.role == "auditor",
                role.started_at.is_not(None),
                role.ended_at.is_(None),
            )
            .order_by(house.id)
        ).all()
        reading.expunge_all()
    return found


def _here(actor: Actor) -> str:
    if actor.institution is None:
        raise Refusal("not-found")
    require(actor, "oversight.see", Target(actor.institution))
    return actor.institution


def _numbers(reading: Reading, officers: set[str]) -> dict[str, str]:
    row = of(Officer)
    found = reading.session.execute(sa.select(row.id, row.employee_number).where(row.id.in_(officers)))
    return {one.id: one.employee_number for one in found}
