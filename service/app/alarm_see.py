"""Alarms of kiosks: listed quietly for officers, and marked by whoever has looked into one."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Device, KioskAlarm, Officer, Person
from service.store.unit_of_work import UnitOfWork

SEE = "kiosk_alarm.see"


@dataclass(frozen=True, slots=True)
class Alarm:
    """What happened at which kiosk to whom, and which officer has seen to it."""

    row: KioskAlarm
    kiosk: str
    convict: str | None
    seen_by: str | None


def list_alarms(environment: Environment, actor: Actor) -> list[Alarm]:
    """The alarms of the officer's institution: those nobody has seen first, then the newest."""
    row, device = of(KioskAlarm), of(Device)
    with Reading(environment, actor) as reading:
        require(actor, SEE, Target(actor.institution))
        found = reading.session.execute(
            sa.select(KioskAlarm, Person, device.name)
            .join(Person, of(Person).id == row.convict_id)
            .join(Device, device.id == row.device_id)
            .where(row.institution_id == actor.institution)
            .order_by(row.seen_at.is_not(None), row.raised_at.desc(), row.id)
            .limit(MOST)
        ).all()
        return [Alarm(one, name, reading.name_of(who), _officer(reading, one.seen_by)) for one, who, name in found]


def see_alarm(unit: UnitOfWork, *, alarm: str) -> None:
    """The officer has looked into it. Raises Refusal 'conflict' where somebody has already."""
    row = unit.get(KioskAlarm, alarm, lock=True)
    require(unit.actor, SEE, Target(row.institution_id))
    if row.seen_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, seen_at=unit.now, seen_by=unit.actor.id)
    unit.tell("kiosk.alarm_seen", row.institution_id)


def _officer(reading: Reading, officer: str | None) -> str | None:
    if officer is None:
        return None
    return reading.name_of(reading.get(Person, reading.get(Officer, officer).person_id))
