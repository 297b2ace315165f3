"""What identifies whoever asks, as shown on their own page: by its last four signs."""

from dataclasses import dataclass

from service.app.identity_open import masked
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.store.environment import Environment
from service.store.tables import Person


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """`iin` and `document` are masked; `language` is that of notices."""

    name: str
    iin: str | None
    document: str | None
    language: str


def own_document(environment: Environment, actor: Actor) -> OwnDocument:
    """Name, masked numbers and language of a relative."""
    person = actor.person or ""
    require(actor, "session.see", Target(persons=frozenset({person})))
    with Reading(environment, actor) as reading:
        row = reading.get(Person, person)
        return OwnDocument(
            reading.name_of(row) or "",
            masked(reading.open(row, "iin")),
            masked(reading.open(row, "document")),
            row.language,
        )
