"""Somebody becomes known to the service: names, birth date, and what identifies them."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta

import sqlalchemy as sa

from service.domain.access import Target, require
from service.domain.identity import Identity, clean_identity, same_name
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import NATIONAL, Person, PersonMerge
from service.store.unit_of_work import UnitOfWork

__all__ = ["Identity", "add_person", "known_person", "register_person"]


def register_person(unit: UnitOfWork, identity: Identity) -> str:
    """Registers somebody; answers the person's id. Raises Refusal 'conflict' when the IIN or document is known."""
    require(unit.actor, "person.register", Target(institution=unit.actor.institution))
    if known_person(unit, identity) is not None:
        raise refuse("conflict", "identity-needs-desk")
    person = add_person(unit, identity)
    unit.tell("person.registered", NATIONAL)
    return person.id


def known_person(unit: UnitOfWork, identity: Identity, *, identified: bool = True) -> Person | None:
    """Whoever has this IIN or document. Raises Refusal 'conflict' when they have another name or birth date."""
    clean = clean_identity(identity, _latest_day(unit), identified=identified)
    vault, person = unit.environment.vault, of(Person)
    indexes = []
    if clean.iin is not None:
        indexes.append(person.iin_index.in_(vault.index("person.iin", clean.iin).every))
    if clean.document is not None:
        indexes.append(person.document_index.in_(vault.index("person.document", clean.document).every))
    if not indexes:
        return None
    rows = unit.session.scalars(sa.select(Person).where(sa.or_(*indexes))).all()
    found = _as_merged(unit, rows)
    if not found:
        return None
    if len(found) > 1 or not is_person(unit, found[0], clean):
        raise refuse("conflict", "identity-needs-desk")
    return found[0]


def _as_merged(unit: UnitOfWork, rows: Sequence[Person]) -> list[Person]:
    """The people whom the rows stand for today: one that was ended by a merge stands for the one that goes on."""
    merge = of(PersonMerge)
    ended = sa.select(merge.ended_id, merge.kept_id).where(merge.state == "granted")
    people = {row.id: row for row in rows}
    while people:
        rows_ended = unit.session.execute(ended.where(merge.ended_id.in_(people)))
        leads: dict[str, str] = {row.ended_id: row.kept_id for row in rows_ended}
        if not leads:
            break
        people = {leads.get(one, one): row for one, row in people.items()}
        people = {one: row if row.id == one else unit.get(Person, one) for one, row in people.items()}
    return list(people.values())


def is_person(unit: UnitOfWork, person: Person, identity: Identity) -> bool:
    """Whether a person in the database has the family name and birth date of an identity."""
    unit.meet(person)
    return (
        same_name(unit.open(person, "family_name") or "", identity.family_name)
        and unit.open(person, "birth_date") == identity.birth_date.isoformat()
    )


def add_person(unit: UnitOfWork, identity: Identity, *, identified: bool = True) -> Person:
    """The row of somebody new, under a key of their own. Part of a larger act, which tells the event."""
    clean = clean_identity(identity, _latest_day(unit), identified=identified)
    person_id = unit.environment.new_id()
    vault = unit.environment.vault
    wrapped, fingerprint = unit.new_person_key(person_id)
    cells = unit.sealed(
        Person,
        person_id,
        person_id,
        family_name=clean.family_name,
        given_name=clean.given_name,
        patronymic=clean.patronymic,
        birth_date=clean.birth_date.isoformat(),
        iin=clean.iin,
        document=clean.document,
    )
    person = Person(
        id=person_id,
        wrapped_key=wrapped,
        key_fingerprint=fingerprint,
        iin_index=clean.iin and vault.index("person.iin", clean.iin),
        document_index=clean.document and vault.index("person.document", clean.document),
        language=clean.language,
        created_at=unit.now,
        **cells,
    )
    unit.add(person)
    return person


def _latest_day(unit: UnitOfWork) -> date:
    # A child may be born on a day that has begun only east of Greenwich.
    return (unit.now.astimezone(UTC) + timedelta(hours=14)).date()
