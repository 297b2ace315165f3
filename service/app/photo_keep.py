"""The photograph by which the gate knows a relative: put in, replaced, taken out."""

import base64
from collections.abc import Iterator

import sqlalchemy as sa

from service.app.photo_image import clean_photo
from service.domain.access import Target, require
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import NATIONAL, Person, Photo
from service.store.unit_of_work import UnitOfWork

REASONS = ("replaced", "asked", "not-alike", "erased")


def add_photo(unit: UnitOfWork, *, person: str, octets: bytes) -> str:
    """Keeps a photograph of somebody, uploaded by themselves or taken at the desk; the one before ends.

    Answers its id. Raises Refusal: 'not-found', or what `clean_photo` raises.
    """
    require(unit.actor, "photo.add", Target(unit.actor.institution, frozenset({person})))
    jpeg = clean_photo(octets)
    who = unit.get(Person, person, lock=True)
    unit.meet(who)
    end_photos(unit, person, "replaced")
    photo = unit.environment.new_id()
    unit.add(
        Photo(
            id=photo,
            person_id=person,
            added_by=unit.actor.id if unit.actor.principal == "officer" else None,
            added_at=unit.now,
            **unit.sealed(Photo, photo, person, image=base64.b64encode(jpeg).decode()),
        )
    )
    unit.tell("photo.added", NATIONAL)
    return photo


def end_photo(unit: UnitOfWork, *, person: str, reason: str = "asked") -> None:
    """Takes the photograph out: from now on nobody is shown it. Raises Refusal 'not-found' where there is none."""
    require(unit.actor, "photo.end", Target(unit.actor.institution, frozenset({person})))
    if reason not in REASONS[1:3]:
        raise refuse("not-possible", "choice-unknown")
    if end_photos(unit, person, reason) == 0:
        raise Refusal("not-found")
    unit.tell("photo.ended", NATIONAL)


def end_photos(unit: UnitOfWork, person: str, reason: str) -> int:
    """Ends what photograph there is, as part of a larger act; answers how many that were."""
    ended = 0
    for row in _live(unit, person):
        unit.change(row, ended_at=unit.now, ended_reason=reason)
        ended += 1
    return ended


def _live(unit: UnitOfWork, person: str) -> Iterator[Photo]:
    row = of(Photo)
    statement = sa.select(Photo).where(row.person_id == person, row.ended_at.is_(None)).with_for_update()
    yield from unit.session.scalars(statement).all()
