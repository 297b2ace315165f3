"""Reads whole logs: which there are, the newest signed head of each, and the entries below it."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from service.store.columns import of
from service.store.tables import NATIONAL, Checkpoint, Event, Log

AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Head:
    """The newest published head of a log: its size, and the signed note as it was published."""

    size: int
    note: bytes


def known_logs(session: Session, wanted: str | None = None) -> list[Log]:
    """The logs, the national one first; only the one with that origin or id where one is wanted."""
    log = of(Log)
    order = (log.id != NATIONAL, log.id)
    statement = sa.select(Log).order_by(*order)
    if wanted is not None:
        statement = statement.where(sa.or_(log.origin == wanted, log.id == wanted))
    return list(session.scalars(statement))


def newest_head(session: Session, log: str) -> Head | None:
    """The newest published head; None before the first."""
    row = of(Checkpoint)
    found = session.execute(
        sa.select(row.size, row.note).where(row.log_id == log).order_by(row.size.desc()).limit(1)
    ).first()
    return Head(found.size, bytes(found.note)) if found else None


def entries(session: Session, log: str, size: int) -> Iterator[bytes]:
    """The first `size` entries of a log, in their order."""
    event = of(Event)
    rows = session.scalars(
        sa.select(event.leaf)
        .where(event.log_id == log, event.number < size)
        .order_by(event.number)
        .execution_options(yield_per=AT_ONCE)
    )
    for leaf in rows:
        yield bytes(leaf)
