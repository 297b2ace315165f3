"""The officers of an institution with their roles: for whoever keeps the accounts, and for the head."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.reading import Reading
from service.domain.access import INSTITUTION_BODY, Actor, Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import FactorReset, Officer, OfficerRole, Person


@dataclass(frozen=True, slots=True)
class ShownOfficer:
    """An officer, the roles here (held, asked for, ended; newest first), an open request for a second factor."""

    row: Officer
    name: str | None
    roles: tuple[OfficerRole, ...]
    reset: FactorReset | None

    @property
    def held(self) -> tuple[OfficerRole, ...]:
        """The roles held now."""
        return tuple(one for one in self.roles if one.started_at is not None and one.ended_at is None)

    @property
    def asked(self) -> tuple[OfficerRole, ...]:
        """The roles that wait for a second officer's word."""
        return tuple(one for one in self.roles if one.started_at is None and one.ended_at is None)


def list_officers(environment: Environment, actor: Actor) -> list[ShownOfficer]:
    """Everybody with a role here, now or once, and those who have none anywhere yet; by employee number."""
    here = actor.institution or ""
    require(actor, "officer.see", Target(here))
    with Reading(environment, actor) as reading:
        return _shown(reading, here)


def show_officer(environment: Environment, actor: Actor, officer: str) -> ShownOfficer:
    """One of them. Raises Refusal 'not-found' for anybody else."""
    here = actor.institution or ""
    require(actor, "officer.see", Target(here))
    with Reading(environment, actor) as reading:
        found = _shown(reading, here, officer)
    if not found:
        raise Refusal("not-found")
    return found[0]


def _shown(reading: Reading, here: str, only: str | None = None) -> list[ShownOfficer]:
    row, role, reset = of(Officer), of(OfficerRole), of(FactorReset)
    of_here = sa.select(role.officer_id).where(role.institution_id == here)
    of_nowhere = row.id.not_in(sa.select(role.officer_id)) & (row.body == INSTITUTION_BODY) & row.closed_at.is_(None)
    wanted = sa.select(Officer, Person).join(Person, of(Person).id == row.person_id)
    wanted = wanted.where(sa.or_(row.id.in_(of_here), of_nowhere)).order_by(row.employee_number)
    people = reading.session.execute(wanted if only is None else wanted.where(row.id == only)).all()
    roles = reading.session.scalars(
        sa.select(OfficerRole).where(role.institution_id == here).order_by(role.asked_at.desc(), role.id)
    ).all()
    resets = reading.session.scalars(
        sa.select(FactorReset).where(reset.institution_id == here, reset.state == "asked")
    ).all()
    return [
        ShownOfficer(
            officer,
            reading.name_of(person),
            tuple(one for one in roles if one.officer_id == officer.id),
            next((one for one in resets if one.officer_id == officer.id), None),
        )
        for officer, person in people
    ]
