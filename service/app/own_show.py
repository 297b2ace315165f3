"""Who the caller is, as the service knows them."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.reading import Reading
from service.domain.access import Actor
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Person


@dataclass(frozen=True, slots=True)
class Own:
    """`name` and `language` are None for devices, for auditors, and before a newcomer has said who they are."""

    actor: Actor
    name: str | None
    language: str | None


def show_own(environment: Environment, actor: Actor) -> Own:
    """The caller, by the credential and nothing else."""
    if actor.person is None:
        return Own(actor, None, None)
    with Reading(environment, actor) as reading:
        person = reading.session.scalars(sa.select(Person).where(of(Person).id == actor.person)).one()
        return Own(actor, reading.name_of(person), person.language)
