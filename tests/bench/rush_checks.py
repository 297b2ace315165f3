"""What must hold after a rush: nothing is given twice, and every family told "asked for" has asked."""

from collections.abc import Sequence

import sqlalchemy as sa

from service.store.columns import of
from service.store.engine import Database
from service.store.tables import Appointment, AppointmentVisitor


def oversold(database: Database) -> int:
    """Live appointments that begin before the one before them has ended: in a place, of a convict, of a visitor."""
    row, seat = of(Appointment), of(AppointmentVisitor)
    several = (
        sa.select(row.place_id.label("whose"), row.starts_at, row.ends_at).where(row.live, row.place_id.is_not(None)),
        sa.select(row.convict_id.label("whose"), row.starts_at, row.ends_at).where(row.live),
        sa.select(seat.person_id.label("whose"), seat.starts_at, seat.ends_at).where(seat.live),
    )
    found = 0
    with database.reading() as session:
        for taken in several:
            each = taken.subquery()
            before = sa.func.max(each.c.ends_at).over(
                partition_by=each.c.whose, order_by=(each.c.starts_at, each.c.ends_at), rows=(None, -1)
            )
            marked = sa.select(each.c.starts_at, before.label("before")).subquery()
            found += session.scalar(
                sa.select(sa.func.count()).select_from(marked).where(marked.c.before > marked.c.starts_at)
            ) or 0  # fmt: skip
    return found


def lost(database: Database, booked: Sequence[str]) -> int:
    """How many of the appointments that families were told of are not asked for."""
    row, there = of(Appointment), set[str]()
    with database.reading() as session:
        for first in range(0, len(booked), 1000):
            some = booked[first : first + 1000]
            there |= set(session.scalars(sa.select(row.id).where(row.id.in_(some), row.state == "requested")))
    return len(set(booked) - there)
