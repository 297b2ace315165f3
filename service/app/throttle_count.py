"""Counting tries for all processes together, in the database that they share."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import Throttle
from service.store.types import UtcMoment
from service.store.unit_of_work import UnitOfWork

SLICES = 6
"""A window is counted in so many slices, so that it slides instead of starting anew each hour."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_COUNT = sa.text(
    "INSERT INTO throttle (subject, window_start, count) VALUES (:subject, :slice, 1)"
    " ON CONFLICT (subject, window_start) DO UPDATE SET count = throttle.count + 1"
).bindparams(sa.bindparam("slice", type_=UtcMoment()))


def count_try(unit: UnitOfWork, subject: str, *, limit: int, window: timedelta) -> None:
    """Counts one more try of `subject` (at most 120 characters, nothing personal in it).

    Raises Refusal 'too-many-tries', with the minutes to wait at most, when it is more than `limit` within `window`.
    """
    slice_ = note_try(unit, subject, window=window)
    row = of(Throttle)
    tries = unit.session.execute(
        sa.select(sa.func.sum(row["count"])).where(row.subject == subject, row.window_start > slice_ - window)
    ).scalar_one()
    if tries > limit:
        raise refuse("not-allowed", "too-many-tries", count=int(window.total_seconds() // 60))


def note_try(unit: UnitOfWork, subject: str, *, window: timedelta) -> datetime:
    """Counts a try without a limit; answers the beginning of the slice it was counted in."""
    length = window / SLICES
    slice_ = EPOCH + (unit.now - EPOCH) // length * length
    # The row of the slice is locked from here on, so that two tries at once are counted one after the other.
    unit.session.execute(_COUNT, {"subject": subject, "slice": slice_})
    return slice_


def forget_tries(unit: UnitOfWork, subject: str) -> None:
    """The tries of a subject that has proved itself count no more."""
    unit.session.execute(sa.delete(Throttle).where(of(Throttle).subject == subject))
