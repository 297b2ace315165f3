"""Passes, their keys, devices, scans and admissions."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from service.store.columns import key, link, moment, number, text, truth
from service.store.tables.base import Row


class PassKey(Row, table=True):
    """A public key that signs passes: its small number stands in the pass, the private half in a key file."""

    __tablename__ = "pass_key"
    log: ClassVar[str] = "national"
    __table_args__ = (Index("uq_pass_key_number", "number", unique=True),)

    id: str = key()
    number: int = number()
    public_key: str = text(64)
    signs_from: datetime = moment()
    signs_until: datetime | None = moment(optional=True)
    trusted_until: datetime | None = moment(optional=True)


class EntryPass(Row, table=True):
    """The pass of one adult for one appointment, one gate zone, one window. The token is recomputed, never stored."""

    __tablename__ = "pass"
    __table_args__ = (
        CheckConstraint("not_after > not_before", name="window"),
        Index("ix_pass_appointment", "appointment_id"),
        Index(
            "uq_pass_live",
            "visitor_id",
            unique=True,
            sqlite_where=sql("revoked_at IS NULL"),
            postgresql_where=sql("revoked_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    appointment_id: str = link("appointment.id")
    visitor_id: str = link("appointment_visitor.id")
    key_number: int = number()
    gate_zone: int = number()
    children: int = number()
    visitor_tag: str = text(8)
    not_before: datetime = moment()
    not_after: datetime = moment()
    issued_at: datetime = moment()
    revoked_at: datetime | None = moment(optional=True)
    revoked_code: str | None = text(40, optional=True)


class Device(Row, table=True):
    """A bridge or a kiosk: known by the SHA-256 of its key, dead at once when revoked."""

    __table_args__ = (
        CheckConstraint("kind IN ('bridge','kiosk')", name="kind"),
        Index("uq_device_key_hash", "key_hash", unique=True),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    kind: str = text(10)
    name: str = text(80)
    gate_id: str | None = link("gate.id", optional=True)
    key_hash: str = text(64)
    added_at: datetime = moment()
    added_by: str | None = link("officer.id", optional=True)
    revoked_at: datetime | None = moment(optional=True)
    revoked_by: str | None = link("officer.id", optional=True)
    revoked_code: str | None = text(40, optional=True)


class Scan(Row, table=True):
    """What a reader read and what it was answered. A late upload is labelled, never discarded."""

    __table_args__ = (
        UniqueConstraint("device_id", "sequence", name="uq_scan_sequence"),
        Index("ix_scan_pass", "pass_id"),
        Index("ix_scan_gate", "gate_id", "received_at"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    gate_id: str = link("gate.id")
    device_id: str = link("device.id")
    sequence: int = number()
    direction: str = text(5)
    pass_id: str | None = link("pass.id", optional=True)
    token_digest: str = text(64)
    scanned_at: datetime = moment()
    received_at: datetime = moment()
    offline_verdict: str | None = text(20, optional=True)
    verdict: str = text(10)
    refusal: str | None = text(30, optional=True)


class Admission(Row, table=True):
    """One stay behind the gate: admitted by a scan, matched by an officer, ended by the exit scan or with a reason."""

    __table_args__ = (
        Index(
            "uq_admission_inside",
            "pass_id",
            unique=True,
            sqlite_where=sql("left_at IS NULL"),
            postgresql_where=sql("left_at IS NULL"),
        ),
        CheckConstraint("matched IS NULL OR matched_by IS NOT NULL", name="matched"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    pass_id: str = link("pass.id")
    entry_scan_id: str = link("scan.id")
    admitted_at: datetime = moment()
    matched: bool | None = truth(optional=True)
    matched_by: str | None = link("officer.id", optional=True)
    matched_at: datetime | None = moment(optional=True)
    exit_scan_id: str | None = link("scan.id", optional=True)
    left_at: datetime | None = moment(optional=True)
    ended_code: str | None = text(40, optional=True)
