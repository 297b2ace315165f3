"""What keeps the demonstration alive on any day and hour: visits that begin soon, and a family that comes to one."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.convict_admit import Arrival, admit_convict
from service.app.pass_issue import pass_token
from service.app.relationship_claim import Sought
from service.app.timetable_change import open_sessions
from service.demo.cast import CODE, ZONE, Somebody
from service.demo.house import LONG_ROOM
from service.demo.names import family_name, iin, name, phone
from service.demo.stage import Stage
from service.domain import access
from service.domain.access import Actor
from service.domain.appointment import GATE_OPENS_BEFORE
from service.domain.identity import Identity
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Admission, Appointment, Device, EntryPass, Room, SessionTemplate

HOURS = 12
"""For how many hours to come there is a long visit beginning at each full hour: so that a pass can be tried at once."""
LONG = 2880


@dataclass(frozen=True, slots=True)
class Scannable:
    """A pass that the gate would take now, in the direction asked for."""

    entry_pass: str
    appointment: str
    token: str


def stage_now(environment: Environment) -> Stage:
    """The stage at this moment, with its officers and its kiosk."""
    stage = Stage(environment, environment.clock(), ZoneInfo(ZONE), step=timedelta())
    stage.know_officers()
    row = of(Device)
    with environment.database.reading() as session:
        kiosk = session.scalar(sa.select(row.id).where(row.kind == "kiosk", row.revoked_at.is_(None)))
    stage.kiosk = Actor("kiosk", str(kiosk), None, CODE, device=kiosk)
    return stage


def open_hours(environment: Environment) -> int:
    """Opens the long-visit block at each full hour to come, for one day each; answers how many were new."""
    stage = stage_now(environment)
    room, there = _long_room(environment)
    hour = stage.now.astimezone(stage.zone).replace(minute=0, second=0, microsecond=0)
    opened = 0
    for ahead in range(1, HOURS + 1):
        start = hour + timedelta(hours=ahead)
        if (start.date(), f"{start:%H:%M}") in there or f"{start:%H:%M}" == "10:00":
            continue
        stage.act(
            stage.officer(access.DUTY),
            open_sessions,
            room=room,
            weekdays=str(start.isoweekday()),
            starts=f"{start:%H:%M}",
            minutes=LONG,
            valid_from=start.date(),
            valid_to=start.date(),
        )
        opened += 1
    return opened


def scannable(environment: Environment, direction: str = "entry") -> Scannable | None:
    """The newest pass that opens the gate now: for an entry of somebody outside, for an exit of somebody inside."""
    now, row, admission = environment.clock(), of(EntryPass), of(Admission)
    inside = sa.select(admission.id).where(admission.pass_id == row.id, admission.left_at.is_(None)).exists()
    with environment.database.reading() as session:
        found = session.scalars(
            sa.select(EntryPass)
            .join(Appointment, of(Appointment).id == row.appointment_id)
            .where(
                row.not_before <= now,
                row.not_after > now,
                row.revoked_at.is_(None),
                of(Appointment).state.in_(("granted", "underway")),
                inside if direction == "exit" else ~inside,
            )
            .order_by(row.issued_at.desc())
        ).first()
        if found is None:
            return None
        return Scannable(found.id, found.appointment_id, pass_token(environment, session, found))


def arrive(environment: Environment, chance: random.Random) -> str:
    """A wife comes to her husband today: both new, papers seen, a long visit at the next full hour; its appointment."""
    open_hours(environment)
    stage = stage_now(environment)
    family, people = family_name(chance)
    his, her = (name(chance, sex, family, people) for sex in ("m", "f"))
    today = stage.now.astimezone(stage.zone).date()
    since, number = today - timedelta(days=chance.randrange(300, 900)), f"8/{today:%y}-{chance.randrange(1000, 9999)}"
    born = date(1985 + chance.randrange(0, 15), chance.randrange(1, 13), chance.randrange(1, 29))
    serial = chance.randrange(0, 9000)
    husband = Identity(his.family, his.given, born, his.patronymic, iin(born, "m", serial), None, people)
    convict = stage.act(
        stage.officer(access.REGISTRY),
        admit_convict,
        identity=husband,
        file_number=number,
        arrival=Arrival(CODE, since, "үкім · приговор", "light"),
        quarantine_left_on=since + timedelta(days=12),
    )
    born = born + timedelta(days=chance.randrange(100, 1500))
    wife = Identity(her.family, her.given, born, her.patronymic, _her_number(born, serial), None, people)
    relative = stage.register(Somebody(wife, "spouse", phone(chance.randrange(10_000_000, 79_000_000))))
    tie = stage.claim(relative, convict, Sought(number, husband.family_name, husband.birth_date), "spouse")
    stage.accept(tie, convict)
    stage.verify(tie)
    stage.confirm(tie)
    template, day = _next_hour(environment, stage.now)
    held = stage.act(
        relative, hold_place, convict=convict, relationships=[tie], template=template, day=day, wish=Wish("long")
    )
    stage.act(relative, request_appointment, appointment=held.appointment)
    stage.act(stage.officer(access.HEAD), grant_appointment, appointment=held.appointment)
    return held.appointment


def _her_number(born: date, serial: int) -> str:
    return next(number for ahead in range(9) if (number := iin(born, "f", serial + ahead)))


def _long_room(environment: Environment) -> tuple[str, set[tuple[date, str]]]:
    row, template = of(Room), of(SessionTemplate)
    with environment.database.reading() as session:
        room = session.scalars(sa.select(row.id).where(row.institution_id == CODE, row.name == LONG_ROOM)).one()
        there = session.execute(
            sa.select(template.valid_from, template.starts).where(
                template.room_id == room, template.valid_to.is_not(None)
            )
        ).all()
    return room, {(one.valid_from, one.starts) for one in there}


def _next_hour(environment: Environment, now: datetime) -> tuple[str, date]:
    """The next beginning of a long visit, which the gate already opens for."""
    zone, row = ZoneInfo(ZONE), of(SessionTemplate)
    start = now.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    assert start - now <= GATE_OPENS_BEFORE
    room, _ = _long_room(environment)
    day = start.date()
    with environment.database.reading() as session:
        template = session.scalars(
            sa.select(row.id).where(
                row.room_id == room,
                row.starts == f"{start:%H:%M}",
                row.valid_from <= day,
                sa.or_(row.valid_to.is_(None), row.valid_to >= day),
            )
        ).first()
    assert template is not None
    return template, day
