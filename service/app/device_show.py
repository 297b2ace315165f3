"""Kiosks and bridges of an institution, those that still open something first."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Device

SEE = "device.see"


@dataclass(frozen=True, slots=True)
class Devices:
    """Those in force, and those whose key was revoked, each by name."""

    in_force: tuple[Device, ...]
    revoked: tuple[Device, ...]


def list_devices(environment: Environment, actor: Actor) -> Devices:
    """The devices of the officer's institution."""
    row = of(Device)
    with Reading(environment, actor) as reading:
        require(actor, SEE, Target(actor.institution))
        found = reading.session.scalars(
            sa.select(Device)
            .where(row.institution_id == actor.institution)
            .order_by(row.revoked_at.is_not(None), row.kind, row.name, row.id)
            .limit(MOST)
        ).all()
        return Devices(
            tuple(one for one in found if one.revoked_at is None), tuple(one for one in found if one.revoked_at)
        )
