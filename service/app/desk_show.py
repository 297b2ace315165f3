"""What the desk shows beside the queues: one relationship with what the papers must agree with, disputes, the head."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    Appointment,
    Checkpoint,
    Dispute,
    Institution,
    Log,
    OfficerRole,
    Person,
    Placement,
    Relationship,
)

LAST = 4
"""So many signs of a document's number are shown; opening the whole is an act of its own."""


@dataclass(frozen=True, slots=True)
class DeskRelationship:
    """One relationship for the registry. `document`: the kind of the number ("iin", "document") and its last signs."""

    row: Relationship
    person: str | None
    born: str | None
    document: tuple[str, str] | None
    represented_by: str | None
    convict: str | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class DeskDispute:
    """A dispute, the appointment it is about, who says so, and what they wrote."""

    row: Dispute
    appointment: Appointment
    by: str | None
    words: str | None


def show_desk_relationship(environment: Environment, actor: Actor, relationship: str) -> DeskRelationship:
    """One relationship for an officer of the institution where the convict is."""
    with Reading(environment, actor) as reading:
        row = reading.get(Relationship, relationship)
        placement = of(Placement)
        now_at = reading.session.scalar(
            sa.select(placement.institution_id).where(placement.convict_id == row.convict_id, placement.until.is_(None))
        )
        require(actor, "relationship.see", Target(now_at or row.institution_id))
        person, convict = reading.get(Person, row.person_id), reading.get(Person, row.convict_id)
        guardian = reading.get(Person, row.represented_by) if row.represented_by else None
        known = person.wrapped_key is not None
        return DeskRelationship(
            row,
            reading.name_of(person),
            reading.open(person, "birth_date") if reading.name_of(person) else None,
            last_of_document(reading, person) if known else None,
            reading.name_of(guardian) if guardian else None,
            reading.name_of(convict),
            reading.words_in(row, "basis") if known else None,
        )


def last_of_document(reading: Reading, person: Person) -> tuple[str, str] | None:
    """("document" or "iin", the last four signs) of what identifies somebody who was met; None where nothing does."""
    for column in ("document", "iin"):
        number = reading.open(person, column)
        if number:
            return column, number[-LAST:]
    return None


def list_disputes(environment: Environment, actor: Actor) -> list[DeskDispute]:
    """The disputes about appointments of the officer's institution: the open ones first, the oldest of them first."""
    dispute = of(Dispute)
    with Reading(environment, actor) as reading:
        require(actor, "dispute.answer", Target(actor.institution))
        rows = reading.session.execute(
            sa.select(Dispute, Appointment, Person)
            .join(Appointment, of(Appointment).id == dispute.appointment_id)
            .join(Person, of(Person).id == dispute.raised_by)
            .where(dispute.institution_id == actor.institution)
            .order_by(dispute.answered_at.is_not(None), dispute.raised_at, dispute.id)
            .limit(MOST)
        ).all()
        return [
            DeskDispute(row, appointment, reading.name_of(person), reading.words_in(row, "words"))
            for row, appointment, person in rows
        ]


def place_of_work(environment: Environment, institution: str) -> tuple[Institution, datetime | None] | None:
    """The institution, and when its log's newest signed head was published (None before the first). One statement."""
    log, head, row = of(Log), of(Checkpoint), of(Institution)
    with environment.database.reading() as session:
        found = session.execute(
            sa.select(Institution, head.published_at)
            .join(Log, log.id == row.id)
            .outerjoin(Checkpoint, sa.and_(head.log_id == log.id, head.size == log.head_size))
            .where(row.id == institution)
        ).first()
        session.expunge_all()
    return None if found is None else (found[0], found[1])


def workplaces(environment: Environment, actor: Actor) -> list[Institution]:
    """The institutions at which the officer holds a role now, by their code."""
    role = of(OfficerRole)
    with Reading(environment, actor) as reading:
        held = sa.select(role.institution_id).where(
            role.officer_id == actor.id, role.started_at.is_not(None), role.ended_at.is_(None)
        )
        found = reading.session.scalars(
            sa.select(Institution).where(of(Institution).id.in_(held)).order_by(of(Institution).id)
        )
        return list(found)


def institutions_open(environment: Environment) -> list[Institution]:
    """Every institution of the installation, by its code."""
    with environment.database.reading() as session:
        found = list(session.scalars(sa.select(Institution).order_by(of(Institution).id)))
        session.expunge_all()
    return found
