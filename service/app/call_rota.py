"""The rota of the officers who watch calls: set by the head, read when a call is given to one of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.app.reading import MOST, Reading
from service.domain.access import SUPERVISOR, Actor, Target, require
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Officer, OfficerRole, Person, SupervisorShift
from service.store.unit_of_work import UnitOfWork

LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ShownShift:
    """A shift and whose it is."""

    row: SupervisorShift
    officer: str


def set_shift(unit: UnitOfWork, *, institution: str, officer: str, starts_at: datetime, ends_at: datetime) -> str:
    """An officer who holds the role watches calls from `starts_at` to `ends_at` (a day at most). Answers its id.

    Raises Refusal 'choice-unknown' for an officer who does not watch calls there, 'date-impossible' for hours that are
    over or run backwards, 'already-there' where the officer has a shift then.
    """
    require(unit.actor, "rota.set", Target(institution))
    if ends_at <= max(starts_at, unit.now) or ends_at - starts_at > LONGEST:
        raise refuse("not-possible", "date-impossible", day=starts_at.date())
    if officer not in watchers_of(unit.session, institution, unit.now):
        raise refuse("not-possible", "choice-unknown")
    row = of(SupervisorShift)
    unit.get(Officer, officer, lock=True)
    twice = sa.select(row.id).where(
        row.officer_id == officer, row.withdrawn_at.is_(None), row.starts_at < ends_at, row.ends_at > starts_at
    )
    if unit.session.execute(twice).first() is not None:
        raise refuse("conflict", "already-there")
    new = unit.environment.new_id()
    unit.add(
        SupervisorShift(
            id=new,
            institution_id=institution,
            officer_id=officer,
            starts_at=starts_at,
            ends_at=ends_at,
            set_by=unit.actor.id,
            set_at=unit.now,
        )
    )
    unit.tell("rota.set", institution)
    return new


def withdraw_shift(unit: UnitOfWork, *, shift: str) -> None:
    """A shift is taken back; calls already given to that officer stay theirs until another one takes over."""
    row = unit.get(SupervisorShift, shift, lock=True)
    require(unit.actor, "rota.set", Target(row.institution_id))
    if row.withdrawn_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, withdrawn_at=unit.now, withdrawn_by=unit.actor.id)
    unit.tell("rota.withdrawn", row.institution_id)


def list_shifts(environment: Environment, actor: Actor, since: datetime, before: datetime) -> list[ShownShift]:
    """Standing shifts at the officer's institution that touch [`since`, `before`), in their order."""
    require(actor, "call.see", Target(actor.institution))
    row = of(SupervisorShift)
    with Reading(environment, actor) as reading:
        found = reading.session.execute(
            sa.select(SupervisorShift, Person)
            .join(Officer, of(Officer).id == row.officer_id)
            .join(Person, of(Person).id == of(Officer).person_id)
            .where(row.institution_id == actor.institution, row.withdrawn_at.is_(None))
            .where(row.starts_at < before, row.ends_at > since)
            .order_by(row.starts_at, row.id)
            .limit(MOST)
        ).all()
        return [ShownShift(one[0], reading.name_of(one[1]) or "—") for one in found]


def list_watchers(environment: Environment, actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of the officers who may be put on the rota of the officer's institution."""
    require(actor, "call.see", Target(actor.institution))
    with Reading(environment, actor) as reading:
        ids = watchers_of(reading.session, actor.institution or "", reading.now)
        people = reading.session.execute(
            sa.select(of(Officer).id, Person)
            .join(Person, of(Person).id == of(Officer).person_id)
            .where(of(Officer).id.in_(ids))
        ).all()
        return sorted(((one[0], reading.name_of(one[1]) or "—") for one in people), key=lambda one: one[1])


def watchers_of(session: Session, institution: str, now: datetime) -> frozenset[str]:
    """The ids of the officers who may watch calls at an institution now."""
    role, officer = of(OfficerRole), of(Officer)
    rows = session.scalars(
        sa.select(officer.id)
        .join(OfficerRole, officer.id == role.officer_id)
        .where(role.institution_id == institution, role.role == SUPERVISOR, officer.closed_at.is_(None))
        .where(role.started_at.is_not(None), role.started_at <= now, role.ended_at.is_(None))
    )
    return frozenset(rows)


def on_rota(session: Session, institution: str, starts_at: datetime, ends_at: datetime) -> frozenset[str] | None:
    """The officers whose shifts cover a slot; None on a day for which nobody has made a rota."""
    row = of(SupervisorShift)
    shifts = session.execute(
        sa.select(row.officer_id, row.starts_at, row.ends_at).where(
            row.institution_id == institution,
            row.withdrawn_at.is_(None),
            row.starts_at < ends_at + LONGEST / 2,
            row.ends_at > starts_at - LONGEST / 2,
        )
    ).all()
    if not shifts:
        return None
    return frozenset(one.officer_id for one in shifts if one.starts_at <= starts_at and one.ends_at >= ends_at)
