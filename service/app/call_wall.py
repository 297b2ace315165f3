"""The wall of an officer: the calls they watch now, side by side, and the face each relative is compared with."""

import sqlalchemy as sa

from service.app.call_show import ShownCall, read_call
from service.app.photo_show import photos_of
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.call_states import ROOM
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, AppointmentVisitor, Call, CallParty, Photo

TILES = (1, 2, 4, 6)


def show_wall(environment: Environment, actor: Actor, tiles: int) -> list[ShownCall]:
    """At most `tiles` calls whose rooms are open: first those in which the officer sits, then those they are named
    for, then those without an officer, each in the order of their slots."""
    require(actor, "call.supervise", Target(actor.institution))
    row, slot, stay = of(Call), of(Appointment), of(CallParty)
    seated = sa.select(stay.officer_id).where(
        stay.call_id == row.id, stay.party == "supervisor", stay.left_at.is_(None)
    )
    own = sa.case(
        (seated.correlate(Call).scalar_subquery() == actor.id, 0), (row.supervisor_id == actor.id, 1), else_=2
    )
    with Reading(environment, actor) as reading:
        found = reading.session.scalars(
            sa.select(row.id)
            .join(Appointment, slot.id == row.appointment_id)
            .where(row.institution_id == actor.institution, row.state.in_(ROOM))
            .where(sa.or_(own < 2, ~seated.correlate(Call).exists()))
            .order_by(own, slot.starts_at, row.id)
            .limit(min(tiles, max(TILES)))
        ).all()
        return [read_call(reading, one) for one in found]


def show_call_photo(environment: Environment, actor: Actor, call: str) -> bytes:
    """The photograph of the relative of a call, for whoever compares it with the picture.

    Raises Refusal 'not-found' where there is none, or for whoever does not watch calls there.
    """
    with Reading(environment, actor) as reading:
        row = reading.session.get(Call, call)
        if row is None:
            raise Refusal("not-found")
        require(actor, "call.supervise", Target(row.institution_id))
        person = relative_of(reading, row.appointment_id)
        found = photos_of(environment, reading.session, {person} if person else set())
    if not found:
        raise Refusal("not-found")
    return next(iter(found.values()))


def relative_of(reading: Reading, appointment: str) -> str | None:
    """The adult relative to whom a call goes; None for calls that go to nobody of the file."""
    visitor = of(AppointmentVisitor)
    query = sa.select(visitor.person_id).where(visitor.appointment_id == appointment, visitor.adult)
    return reading.session.execute(query.order_by(visitor.person_id)).scalars().first()


def has_call_photo(environment: Environment, appointment: str) -> bool:
    """Whether the relative of a call has put in a photograph."""
    visitor, photo = of(AppointmentVisitor), of(Photo)
    query = (
        sa.select(photo.id)
        .join(AppointmentVisitor, sa.and_(visitor.person_id == photo.person_id, visitor.adult))
        .where(visitor.appointment_id == appointment, photo.ended_at.is_(None))
    )
    with environment.database.reading() as session:
        return session.execute(query.limit(1)).first() is not None
