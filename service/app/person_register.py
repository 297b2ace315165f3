"""Somebody becomes known to the service: names, birth date, and what identifies them."""

from dataclasses import dataclass
from datetime import date

from service.domain.access import Target, require
from service.store.tables import NATIONAL, Person
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is. Names as in the document; an IIN, or a foreign document without one (`KZ passport N1234567`)."""

    family_name: str
    given_name: str
    birth_date: date
    patronymic: str | None = None
    iin: str | None = None
    document: str | None = None
    language: str = "kk"


def add_person(unit: UnitOfWork, identity: Identity) -> Person:
    """The row of somebody new, under a key of their own. Part of a larger act, which tells the event."""
    person_id = unit.environment.new_id()
    vault = unit.environment.vault
    wrapped, fingerprint = unit.new_person_key(person_id)
    cells = unit.sealed(
        Person,
        person_id,
        person_id,
        family_name=identity.family_name,
        given_name=identity.given_name,
        patronymic=identity.patronymic,
        birth_date=identity.birth_date.isoformat(),
        iin=identity.iin,
        document=identity.document,
    )
    person = Person(
        id=person_id,
        wrapped_key=wrapped,
        key_fingerprint=fingerprint,
        iin_index=identity.iin and vault.index("person.iin", identity.iin),
        document_index=identity.document and vault.index("person.document", identity.document),
        language=identity.language,
        created_at=unit.now,
        **cells,
    )
    unit.add(person)
    return person


def register_person(unit: UnitOfWork, identity: Identity) -> str:
    """Registers somebody; answers the person's id. Raises Refusal 'conflict' when the IIN or document is known."""
    require(unit.actor, "person.register", Target(institution=unit.actor.institution))
    person = add_person(unit, identity)
    unit.tell("person.registered", NATIONAL)
    return person.id
