"""Who watches when, and what is kept of a call: the rota, the rule of recording, recordings and who opened them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from service.store.columns import Committed, Sealed, key, link, moment, number, octets, text
from service.store.tables.base import Row


class SupervisorShift(Row, table=True):
    """An officer who watches calls from `starts_at` to `ends_at`; one that was taken back stays to be seen."""

    __tablename__ = "supervisor_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        Index("ix_supervisor_shift_day", "institution_id", "starts_at"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    officer_id: str = link("officer.id")
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    set_by: str = link("officer.id")
    set_at: datetime = moment()
    withdrawn_at: datetime | None = moment(optional=True)
    withdrawn_by: str | None = link("officer.id", optional=True)


class RecordingRule(Row, table=True):
    """An institution's decision that calls may be recorded, and for how many days they are kept; without it none is."""

    __tablename__ = "recording_rule"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 365", name="days"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index(
            "uq_recording_rule_one",
            "institution_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    days: int = number()
    set_by: str = link("officer.id")
    set_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
    ended_by: str | None = link("officer.id", optional=True)


class CallRecording(Row, table=True):
    """One side of a call for as long as recording was on: a sealed file, its key, until when it is kept.

    `file_key`: the file's own key, under the convict's. `sha256` is of the sealed file, so that another in its place
    is found. A file under a legal hold (`held_at`) is kept past `keep_until`.
    """

    __tablename__ = "call_recording"
    __table_args__ = (
        CheckConstraint("party IN ('convict', 'relative')", name="party"),
        CheckConstraint("purged_at IS NULL OR held_at IS NULL", name="held"),
        CheckConstraint("(held_at IS NULL) = (held_by IS NULL)", name="held_by"),
        CheckConstraint("(kept_at IS NULL) = (sha256 IS NULL)", name="kept"),
        Index("ix_call_recording_call", "call_id"),
        Index(
            "ix_call_recording_due",
            "keep_until",
            sqlite_where=sql("purged_at IS NULL"),
            postgresql_where=sql("purged_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    call_id: str = link("call.id")
    convict_id: str = link("convict.id", Committed("convict_id"))
    party: str = text(12)
    file_key: bytes = octets(Sealed("convict_id"))
    kept_at: datetime | None = moment(optional=True)
    keep_until: datetime = moment()
    sha256: str | None = text(64, optional=True)
    held_at: datetime | None = moment(optional=True)
    held_by: str | None = link("officer.id", optional=True)
    hold_ground: bytes | None = octets(Sealed("convict_id"), optional=True)
    purged_at: datetime | None = moment(optional=True)


class RecordingLook(Row, table=True):
    """An officer opened the recording of a call, and why."""

    __tablename__ = "recording_look"

    id: str = key()
    institution_id: str = link("institution.id")
    call_id: str = link("call.id", index=True)
    convict_id: str = link("convict.id", Committed("convict_id"))
    officer_id: str = link("officer.id")
    looked_at: datetime = moment()
    reason: bytes = octets(Sealed("convict_id"))
