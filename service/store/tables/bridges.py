"""What gate bridges prove and tell: their keys, their journals, what contradicts them, and the daily comparison."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from service.store.columns import Committed, Hashed, day, key, link, moment, number, octets, text
from service.store.tables.base import Row

OF_PERSON = Committed("person_id")


class BridgeKey(Row, table=True):
    """The keys of a bridge: it signs its journal with the one, and bundles are sealed to the other.

    The first key of a device holds at once. Any other waits until an officer approves it, and ends the one before.
    """

    __tablename__ = "bridge_key"
    __table_args__ = (
        Index("uq_bridge_key_signing_key", "signing_key", unique=True),
        Index(
            "uq_bridge_key_live",
            "device_id",
            unique=True,
            sqlite_where=sql("holds_from IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sql("holds_from IS NOT NULL AND ended_at IS NULL"),
        ),
        CheckConstraint("approved_by IS NULL OR holds_from IS NOT NULL", name="approved"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    device_id: str = link("device.id")
    journal: str = text(16)
    signing_key: str = text(64)
    sealing_key: str = text(64)
    asked_at: datetime = moment()
    holds_from: datetime | None = moment(optional=True)
    approved_by: str | None = link("officer.id", optional=True)
    ended_at: datetime | None = moment(optional=True)


class JournalEntry(Row, table=True):
    """One entry of a bridge's journal, as the bridge signed it. `at` is by the bridge's clock; never changed, deleted.

    The leaf holds the entry's SHA-256, and each entry that of the one before: a head of the log witnesses them all.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("key_id", "number", name="uq_journal_entry_number"),
        Index("ix_journal_entry_at", "institution_id", "at"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    device_id: str = link("device.id")
    key_id: str = link("bridge_key.id")
    number: int = number()
    kind: str = text(20)
    at: datetime = moment()
    digest: str = text(64)
    entry: bytes = octets(Hashed("digest"))
    received_at: datetime = moment()


class JournalFault(Row, table=True):
    """An entry that was refused, kept as evidence: another one stands at its place, one is missing before it, its
    link or signature is wrong. `expected` is the digest that stands there, or that it should name."""

    __tablename__ = "journal_fault"
    __table_args__ = (
        UniqueConstraint("device_id", "number", "digest", name="uq_journal_fault_entry"),
        Index("ix_journal_fault_at", "institution_id", "received_at"),
        CheckConstraint("kind IN ('fork','gap','link','signature','form')", name="kind"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    device_id: str = link("device.id")
    kind: str = text(10)
    number: int = number()
    expected: str | None = text(64, optional=True)
    digest: str = text(64)
    entry: bytes = octets(Hashed("digest"))
    received_at: datetime = moment()


class GatePin(Row, table=True):
    """The gate PIN of an officer: an Argon2id text that goes to bridges inside the sealed bundle."""

    __tablename__ = "gate_pin"
    log: ClassVar[str] = "national"
    __table_args__ = (
        Index(
            "uq_gate_pin_live",
            "officer_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    officer_id: str = link("officer.id")
    person_id: str = link("person.id", OF_PERSON)
    verifier: str = text(200, OF_PERSON)
    set_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)


class Reconciliation(Row, table=True):
    """Door openings of one day against appointments and scans; `note` is the result, signed (docs/reconcile.md).

    `matched` of `doors` is the headline. `verdict`: 'clean', 'findings', or 'incomplete' while bridges are unheard.
    A day may be compared again when more was heard: the newest row holds.
    """

    __table_args__ = (
        Index("ix_reconciliation_day", "institution_id", "day", "made_at"),
        CheckConstraint("verdict IN ('clean','findings','incomplete')", name="verdict"),
        CheckConstraint("matched >= 0 AND matched <= doors", name="matched"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    day: date = day()
    made_at: datetime = moment()
    verdict: str = text(12)
    doors: int = number()
    matched: int = number()
    manual_releases: int = number()
    heartbeat_gaps: int = number()
    counter_gaps: int = number()
    long_stays: int = number()
    at_two_gates: int = number()
    journal_faults: int = number()
    digest: str = text(64)
    note: bytes = octets(Hashed("digest"))
