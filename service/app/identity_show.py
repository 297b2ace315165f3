"""Who somebody is, as the desk may see it without opening anything: the name, and the last four signs of numbers."""

from dataclasses import dataclass

from service.app.identity_open import masked
from service.app.photo_show import known_here
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.store.tables import Person


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """Numbers as •••• 1234; None for those there are not."""

    name: str
    iin: str | None
    document: str | None


def shown_identity(environment: Environment, actor: Actor, *, person: str) -> ShownIdentity:
    """Somebody with a tie to the officer's institution. Raises Refusal 'not-found' for anybody else."""
    require(actor, "identity.open", Target(actor.institution))
    with Reading(environment, actor) as reading:
        if not known_here(reading.session, person, actor.institution):
            raise Refusal("not-found")
        row = reading.get(Person, person)
        return ShownIdentity(
            reading.name_of(row) or "", masked(reading.words_in(row, "iin")), masked(reading.words_in(row, "document"))
        )
