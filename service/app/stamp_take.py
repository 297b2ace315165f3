"""Once a day the newest head of each log is stamped by an authority of time, and the stamp kept beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.x509 import Certificate

from service.domain.access import Target, require
from service.record import notes
from service.record.stamp import read_stamp
from service.store.columns import of
from service.store.log_read import newest_head
from service.store.tables import HeadStamp, Log
from service.store.unit_of_work import UnitOfWork

EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unstamped:
    """A head that is to be stamped: `text` is what the authority sees the SHA-256 of."""

    log: str
    size: int
    text: str


def due_stamps(unit: UnitOfWork, authority: str) -> list[Unstamped]:
    """The newest head of every log that this authority has not stamped for a day and that is new since."""
    stamp, found = of(HeadStamp), []
    newest = {
        row.log_id: row
        for row in unit.session.execute(
            sa.select(stamp.log_id, sa.func.max(stamp.size).label("size"), sa.func.max(stamp.stamped_at).label("at"))
            .where(stamp.authority == authority)
            .group_by(stamp.log_id)
        )
    }
    for log in unit.session.scalars(sa.select(of(Log).id).order_by(of(Log).id)).all():
        head, last = newest_head(unit.session, log), newest.get(log)
        if head is None or (last is not None and (last.size >= head.size or unit.now - last.at < EVERY)):
            continue
        found.append(Unstamped(log, head.size, notes.parse(head.note).text))
    return found


def keep_stamp(
    unit: UnitOfWork, *, head: Unstamped, authority: str, token: bytes, nonce: int, roots: Sequence[Certificate]
) -> datetime:
    """Keeps a stamp that holds; answers the authority's time. Raises RecordRefused for every other answer."""
    require(unit.actor, "record.publish", Target())
    at = read_stamp(token, head.text, roots, nonce)
    cells = {"log_id": head.log, "size": head.size, "authority": authority, "stamped_at": at, "token": token}
    unit.session.execute(sa.insert(HeadStamp).values(cells))
    return at


def stamps_of(unit: UnitOfWork, log: str) -> list[HeadStamp]:
    """Every stamp of a log, by size."""
    stamp = of(HeadStamp)
    rows = unit.session.scalars(sa.select(HeadStamp).where(stamp.log_id == log).order_by(stamp.size, stamp.authority))
    return list(rows)
