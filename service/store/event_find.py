"""Finds events by the rows they speak of: the record is kept by number, and seldom asked otherwise."""

import sqlalchemy as sa
from sqlmodel import Session

from service.store.columns import of
from service.store.tables import Event

WINDOW = 4096
"""How many events are searched at a time, from the newest back: who asks for a receipt asks about something recent."""


def newest_event_naming(session: Session, log: str, row_id: str, size: int) -> Event | None:
    """The newest of the first `size` events of a log whose leaf names the row; None when there is none."""
    event = of(Event)
    wanted = sa.literal(row_id.encode(), sa.LargeBinary)
    sqlite = session.get_bind().dialect.name == "sqlite"
    names = (sa.func.instr(event.leaf, wanted) if sqlite else sa.func.position(wanted.op("IN")(event.leaf))) > 0
    for stop in range(size, 0, -WINDOW):
        within = sa.and_(event.log_id == log, event.number >= stop - WINDOW, event.number < stop)
        found = session.scalars(sa.select(Event).where(within, names).order_by(event.number.desc()).limit(1)).first()
        if found is not None:
            return found
    return None
