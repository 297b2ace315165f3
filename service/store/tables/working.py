"""The day's working rows that are outside the record."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint

from service.store.columns import Exempt, key, moment, number, octets, text
from service.store.tables.base import Passing

WORKING = Exempt("the table is outside the record")


class Session(Passing, table=True):
    """Somebody signed in: the SHA-256 of a 256-bit token, who, until when."""

    exempt: ClassVar[str] = "who acted stands in each event; a session only saves signing in again"
    __tablename__ = "session"
    __table_args__ = (Index("ix_session_who", "principal_id"),)

    token_hash: str = text(64, WORKING, primary_key=True)
    principal: str = text(12, WORKING)
    principal_id: str = text(32, WORKING)
    workstation: str | None = text(60, WORKING, optional=True)
    device: str | None = text(40, WORKING, optional=True)
    factor: str | None = text(12, WORKING, optional=True)
    started_at: datetime = moment(WORKING)
    seen_at: datetime = moment(WORKING)
    ends_at: datetime = moment(WORKING)
    ended_at: datetime | None = moment(WORKING, optional=True)


class OneTimeCode(Passing, table=True):
    """A code sent to a phone: keyed hash, five tries, ten minutes, bound to the browser that asked."""

    exempt: ClassVar[str] = "lives ten minutes and proves nothing afterwards"
    __tablename__ = "one_time_code"
    __table_args__ = (Index("ix_one_time_code_phone", "phone_index", "asked_at"),)

    id: str = key(WORKING)
    phone_index: str = text(64, WORKING)
    code_hash: str = text(64, WORKING)
    browser_hash: str = text(64, WORKING)
    sealed_message: bytes = octets(WORKING)
    language: str = text(2, WORKING)
    asked_at: datetime = moment(WORKING)
    tries_left: int = number(WORKING)
    used_at: datetime | None = moment(WORKING, optional=True)


class Throttle(Passing, table=True):
    """How often something was tried in a window, counted for all processes together."""

    exempt: ClassVar[str] = "counts of tries within minutes; losing them only forgets a wait"
    __table_args__ = (PrimaryKeyConstraint("subject", "window_start"),)

    subject: str = text(120, WORKING)
    window_start: datetime = moment(WORKING)
    count: int = number(WORKING)


class IdempotentAnswer(Passing, table=True):
    """The answer once given to a request with this key, given again to its repetition."""

    exempt: ClassVar[str] = "a copy of an answer; the act itself is an event"
    __tablename__ = "idempotent_answer"
    __table_args__ = (UniqueConstraint("principal", "idempotency_key", name="uq_idempotent_answer"),)

    id: str = key(WORKING)
    principal: str = text(60, WORKING)
    idempotency_key: str = text(80, WORKING)
    request_hash: str = text(64, WORKING)
    status: int = number(WORKING)
    answer: bytes = octets(WORKING)
    answered_at: datetime = moment(WORKING)


class JobLease(Passing, table=True):
    """Which worker runs the fixed jobs, until when."""

    exempt: ClassVar[str] = "jobs are idempotent; a lost lease only lets another worker take over"
    __tablename__ = "job_lease"

    name: str = text(40, WORKING, primary_key=True)
    holder: str = text(64, WORKING)
    until: datetime = moment(WORKING)
