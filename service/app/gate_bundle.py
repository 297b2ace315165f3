"""What a gate must know to go on alone: keys, revocations, who is expected today, and when this was true."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.domain.timetable import local_day, local_moment
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import EntryPass, Gate, Institution, Log, PassKey

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bundle:
    """For one gate at one moment. `revoked` are passes whose window is not yet over; `expected` those valid today.

    `number` is the size of the institution's log: a bundle with a lower one than the last is an old one.
    """

    at: datetime
    number: int
    institution: int
    gate: Gate
    keys: tuple[PassKey, ...]
    revoked: tuple[str, ...]
    expected: tuple[EntryPass, ...]


def gate_bundle(environment: Environment, actor: Actor, gate: str) -> Bundle:
    """The bundle for a gate of the bridge's institution. No name is in it."""
    with Reading(environment, actor) as reading:
        found = reading.session.execute(
            sa.select(Gate, Institution, of(Log).size)
            .join(Institution, of(Institution).id == of(Gate).institution_id)
            .join(Log, of(Log).id == of(Gate).institution_id)
            .where(of(Gate).id == gate)
        ).first()
        if found is None:
            raise Refusal("not-found")
        row, institution, size = found
        require(actor, "gate.bundle", Target(institution.id))
        zone = ZoneInfo(institution.time_zone)
        today = local_day(reading.now, zone)
        begins, ends = (local_moment(day, "00:00", zone) for day in (today, today + ONE_DAY))
        entry = of(EntryPass)
        revoked = reading.session.scalars(
            sa.select(entry.id)
            .where(
                entry.institution_id == institution.id, entry.revoked_at.is_not(None), entry.not_after >= reading.now
            )
            .order_by(entry.id)
        )
        expected = reading.session.scalars(
            sa.select(EntryPass)
            .where(
                entry.institution_id == institution.id,
                entry.gate_zone == row.zone,
                entry.revoked_at.is_(None),
                entry.not_before < ends,
                entry.not_after >= begins,
            )
            .order_by(entry.not_before, entry.id)
        )
        keys = reading.session.scalars(sa.select(PassKey).order_by(of(PassKey).number))
        return Bundle(
            reading.now,
            size,
            institution.number,
            row,
            tuple(one for one in keys if one.trusted_until is None or one.trusted_until > reading.now),
            tuple(revoked),
            tuple(expected),
        )
