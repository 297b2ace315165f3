"""Institutions with their rooms, gates and timetables."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index

from service.store.columns import day, key, link, moment, name_key, number, text
from service.store.tables.base import Row


class Institution(Row, table=True):
    """A colony, prison or remand centre, by the code people know it by (`la-155-8`)."""

    log: ClassVar[str] = "national"
    __table_args__ = (Index("uq_institution_number", "number", unique=True),)

    id: str = name_key()
    number: int = number()
    name_kk: str = text(120)
    name_ru: str = text(120)
    name_en: str = text(120)
    kind: str = text(40)
    time_zone: str = text(40)
    jurisdiction: str = text(20)
    opened_at: datetime = moment()


class Gate(Row, table=True):
    """A reader's place: checkpoint, hall, door of the long-visit block. `zone` is signed into each pass."""

    __table_args__ = (Index("uq_gate_zone", "institution_id", "zone", unique=True),)

    id: str = key()
    institution_id: str = link("institution.id")
    name: str = text(80)
    zone: int = number()
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(optional=True)


class Room(Row, table=True):
    """A room for one kind of appointment; entered through the gate of its zone."""

    __table_args__ = (CheckConstraint("kind IN ('short','long','video','call')", name="kind"),)

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    kind: str = text(10)
    name: str = text(80)
    gate_id: str = link("gate.id")
    opened_at: datetime = moment()
    closed_on: date | None = day(optional=True)


class Place(Row, table=True):
    """What one appointment takes: a long-visit room, a seat of the hall, a booth."""

    id: str = key()
    institution_id: str = link("institution.id")
    room_id: str = link("room.id", index=True)
    label: str = text(20)
    opened_at: datetime = moment()
    closed_on: date | None = day(optional=True)


class SessionTemplate(Row, table=True):
    """When a room opens for appointments: weekdays (1 Monday … 7 Sunday), local start, minutes, first and last day.

    `capacity` is how many appointments one session takes at most; None for as many as the room has places.
    """

    __tablename__ = "session_template"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    room_id: str = link("room.id", index=True)
    kind: str = text(10)
    weekdays: str = text(7)
    starts: str = text(5)
    minutes: int = number()
    valid_from: date = day()
    valid_to: date | None = day(optional=True)
    capacity: int | None = number(optional=True)


class BlockedDate(Row, table=True):
    """Days on which a room, or the whole institution, receives nobody, and why."""

    __tablename__ = "blocked_date"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="order"),)

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    room_id: str | None = link("room.id", optional=True)
    first_on: date = day()
    last_on: date = day()
    ground: str = text(200)
    set_by: str = link("officer.id")
    set_at: datetime = moment()
    lifted_at: datetime | None = moment(optional=True)
    lifted_by: str | None = link("officer.id", optional=True)


class LawVersion(Row, table=True):
    """Which law file decided from when: its name and SHA-256, so that an auditor recomputes with the same numbers."""

    __tablename__ = "law_version"
    log: ClassVar[str] = "national"

    id: str = key()
    jurisdiction: str = text(20)
    digest: str = text(64)
    adopted_at: datetime = moment()
