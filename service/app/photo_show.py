"""The photograph of a relative, opened: for the relative, the desk, and the gate's bundle."""

import base64
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlmodel import Session

from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Person, Photo, Placement, Relationship


def show_photo(environment: Environment, actor: Actor, *, person: str) -> bytes:
    """The JPEG of somebody's face. Raises Refusal 'not-found' where there is none, or for whoever it does not concern.

    The gate and the desk see it as part of comparing a face, which is an event of its own; a look is not.
    """
    require(actor, "photo.see", Target(actor.institution, frozenset({person})))
    with Reading(environment, actor) as reading:
        if actor.principal != "relative" and not known_here(reading.session, person, actor.institution):
            raise Refusal("not-found")
        found = photos_of(environment, reading.session, {person}).get(person)
    if found is None:
        raise Refusal("not-found")
    return found


def known_here(session: Session, person: str, institution: str | None) -> bool:
    """Whether somebody has a tie, of whatever state, to a convict who serves at the institution now."""
    row, placement = of(Relationship), of(Placement)
    statement = (
        sa.select(row.id)
        .join(Placement, sa.and_(placement.convict_id == row.convict_id, placement.until.is_(None)))
        .where(row.person_id == person, placement.institution_id == institution)
    )
    return session.execute(statement.limit(1)).first() is not None


def has_photo(environment: Environment, *, person: str) -> bool:
    """Whether somebody has put in a photograph."""
    row = of(Photo)
    with environment.database.reading() as session:
        return (
            session.execute(sa.select(row.id).where(row.person_id == person, row.ended_at.is_(None))).first()
            is not None
        )


def photos_of(environment: Environment, session: Session, people: Iterable[str]) -> Mapping[str, bytes]:
    """The JPEGs of those among `people` who have one, by person, with one statement; for use cases that may see them,
    the gate's bundle above all. Whoever was erased has none."""
    wanted = sorted(set(people))
    row, person = of(Photo), of(Person)
    found = session.execute(
        sa.select(row.id, row.person_id, row.image, person.wrapped_key)
        .join(Person, person.id == row.person_id)
        .where(row.person_id.in_(wanted), row.ended_at.is_(None), person.wrapped_key.is_not(None))
    ).all()
    return {
        one.person_id: base64.b64decode(
            environment.vault.unwrap(one.person_id, one.wrapped_key).open(f"photo/image/{one.id}", one.image)
        )
        for one in found
    }
