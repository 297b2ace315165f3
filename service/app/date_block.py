"""Days on which a room, or the whole institution, receives nobody."""

from datetime import date, timedelta

import sqlalchemy as sa

from service.app.convict_find import local_today
from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import BlockedDate, Institution, Room
from service.store.unit_of_work import UnitOfWork

MOST_DAYS = 90
"""A longer closure is decided anew, so that nobody closes visits for good with one click."""


def block_dates(
    unit: UnitOfWork, *, institution: str, first: date, last: date, ground: str, room: str | None = None
) -> str:
    """Blocks both days and those between, with the ground in words that families may read.

    Appointments already granted on these days stay, are flagged by the nightly re-check, and are decided one by one.
    """
    require(unit.actor, "dates.block", Target(institution))
    if room is not None and unit.get(Room, room, lock=True).institution_id != institution:
        raise Refusal("not-found")
    if room is None:
        # A booking of the same moment waits for this in its room, or this for it.
        rows = of(Room)
        unit.session.execute(
            sa.select(rows.id).where(rows.institution_id == institution).order_by(rows.id).with_for_update()
        )
    today = local_today(unit, unit.get(Institution, institution))
    if not today <= first <= last:
        raise refuse("not-possible", "date-impossible", day=first)
    if last - first >= timedelta(days=MOST_DAYS):
        raise refuse("not-possible", "date-impossible", day=last)
    block = unit.environment.new_id()
    unit.add(
        BlockedDate(
            id=block,
            institution_id=institution,
            room_id=room,
            first_on=first,
            last_on=last,
            ground=clean_line(ground, 200),
            set_by=unit.actor.id,
            set_at=unit.now,
        )
    )
    unit.tell("dates.blocked", institution)
    return block


def lift_block(unit: UnitOfWork, *, block: str) -> None:
    """The days are open again."""
    row = unit.get(BlockedDate, block, lock=True)
    require(unit.actor, "dates.block", Target(row.institution_id))
    if row.lifted_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, lifted_at=unit.now, lifted_by=unit.actor.id)
    unit.tell("dates.unblocked", row.institution_id)
