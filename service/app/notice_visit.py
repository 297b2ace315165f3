"""The visit that a notice is about, as the calendar of whoever receives it has to show it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from service.store.columns import of
from service.store.environment import Environment
from service.store.event_find import newest_event_naming
from service.store.tables import Appointment, Institution, Log, Message, Room


@dataclass(frozen=True, slots=True)
class NoticedVisit:
    """As it stands now, which may be later than the notice. `sequence` grows with every change (RFC 5545, 3.8.7.4);
    `institution` is its name by language."""

    id: str
    state: str
    kind: str
    by_video: bool
    starts_at: datetime
    ends_at: datetime
    institution: dict[str, str]
    room: str
    sequence: int


def visit_of_notice(environment: Environment, message: str) -> NoticedVisit | None:
    """The visit; None for a notice about something else."""
    note, visit, house = of(Message), of(Appointment), of(Institution)
    with environment.database.reading() as session:
        found = session.execute(
            sa.select(
                visit.id, visit.state, visit.kind, visit.by_video, visit.starts_at, visit.ends_at,
                house.id.label("institution"), house.name_kk, house.name_ru, house.name_en, of(Room).name.label("room"),
                of(Log).size,
            )
            .join(Message, note.appointment_id == visit.id)
            .join(Institution, house.id == visit.institution_id)
            .join(Room, of(Room).id == visit.room_id)
            .join(Log, of(Log).id == visit.institution_id)
            .where(note.id == message)
        ).first()  # fmt: skip
        if found is None:
            return None
        newest = newest_event_naming(session, found.institution, found.id, found.size)
    return NoticedVisit(
        str(UUID(found.id)),
        found.state,
        found.kind,
        found.by_video,
        found.starts_at,
        found.ends_at,
        {"kk": found.name_kk, "ru": found.name_ru, "en": found.name_en},
        found.room,
        0 if newest is None else newest.number,
    )
