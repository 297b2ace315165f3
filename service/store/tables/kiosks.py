"""What convicts do at the kiosk: their card, their numbered requests, sealed letters to oversight, alarms."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from service.store.columns import CLEAR, Committed, Lookup, Sealed, day, key, link, moment, number, octets, text, truth
from service.store.tables.base import Row

OF_CONVICT = Committed("convict_id")
REQUEST_KINDS = ("visit", "call", "video_call", "first_visit", "keep_for", "long_to_short", "record_copy")
REQUEST_STATES = ("asked", "granted", "refused", "withdrawn", "done")
OPEN = "state = 'asked'"
COMPLAINT_BODIES = ("prosecutor", "ombudsman")


class ConvictCard(Row, table=True):
    """The card a convict shows the kiosk, with the Argon2id hashes of his PIN and of what he says under duress.

    In `duress_hash` are two, from his first choice on, be it of nothing anybody could type; after the hashes of either
    cell stands a mark that is another after each change.
    """

    __tablename__ = "convict_card"
    __table_args__ = (
        Index(
            "uq_convict_card_number",
            "number_index",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index(
            "uq_convict_card_live",
            "convict_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT)
    number: bytes = octets(Sealed("convict_id"))
    number_index: str = text(64, Lookup("number"))
    pin_hash: str = text(200, OF_CONVICT)
    first_pin: bool = truth(CLEAR, default=True)
    duress_hash: str | None = text(200, OF_CONVICT, optional=True)
    issued_at: datetime = moment()
    issued_by: str | None = link("officer.id", optional=True)
    pin_set_at: datetime | None = moment(optional=True)
    ended_at: datetime | None = moment(optional=True)
    ended_code: str | None = text(40, optional=True)


class ConvictRequest(Row, table=True):
    """What a convict asked for at a kiosk: numbered, with the kiosk's own time and ours, answered by a deadline.

    What he alone decides ('first_visit', 'keep_for') is done at once and stands here as said; the rest is decided by
    an officer. `queued`: it waited on the kiosk for the line, sealed.
    """

    __tablename__ = "convict_request"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in REQUEST_KINDS)})", name="kind"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in REQUEST_STATES)})", name="state"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="window"),
        CheckConstraint("state NOT IN ('granted','refused') OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint("state <> 'refused' OR ended_ground IS NOT NULL", name="ground"),
        CheckConstraint("state <> 'asked' OR decide_by IS NOT NULL", name="deadline"),
        UniqueConstraint("institution_id", "number", name="uq_convict_request_number"),
        UniqueConstraint("device_id", "sequence", name="uq_convict_request_sequence"),
        Index("ix_convict_request_due", "institution_id", "state", "decide_by"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    device_id: str = link("device.id")
    sequence: int = number()
    number: int = number()
    kind: str = text(20)
    appointment_kind: str | None = text(24, optional=True)
    purpose: str = text(16)
    relationship_id: str | None = link("relationship.id", OF_CONVICT, optional=True)
    appointment_id: str | None = link("appointment.id", optional=True)
    first_day: date | None = day(optional=True)
    last_day: date | None = day(optional=True)
    words: bytes | None = octets(Sealed("convict_id"), optional=True)
    asked_at: datetime = moment()
    received_at: datetime = moment()
    queued: bool = truth(CLEAR, default=False)
    decide_by: datetime | None = moment(optional=True)
    state: str = text(12)
    decided_at: datetime | None = moment(optional=True)
    decided_by: str | None = link("officer.id", optional=True)
    ended_ground: str | None = text(60, optional=True)
    ended_words: bytes | None = octets(Sealed("convict_id"), optional=True)


class QueuedFailure(Row, table=True):
    """A queued request that could not be carried out when the line came back: kept, with why; never dropped."""

    __tablename__ = "queued_failure"
    __table_args__ = (UniqueConstraint("device_id", "sequence", name="uq_queued_failure_sequence"),)

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    device_id: str = link("device.id")
    sequence: int = number()
    code: str = text(60)
    asked_at: datetime = moment()
    received_at: datetime = moment()


class OversightKey(Row, table=True):
    """The public key (X25519, hexadecimal) of a body of oversight: what is sealed to it only that body opens."""

    __tablename__ = "oversight_key"
    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint(f"body IN ({', '.join(repr(body) for body in COMPLAINT_BODIES)})", name="body"),
        Index(
            "uq_oversight_key_live",
            "body",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    body: str = text(40)
    public_key: str = text(64)
    added_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)


class SealedLetter(Row, table=True):
    """A letter to a body of oversight, sealed to its key on the kiosk: staff can neither read nor remove it."""

    __tablename__ = "sealed_letter"
    __table_args__ = (
        UniqueConstraint("institution_id", "number", name="uq_sealed_letter_number"),
        UniqueConstraint("device_id", "sequence", name="uq_sealed_letter_sequence"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    device_id: str = link("device.id")
    sequence: int = number()
    number: int = number()
    key_id: str = link("oversight_key.id")
    sealed: str = text(16_000, OF_CONVICT)
    asked_at: datetime = moment()
    received_at: datetime = moment()
    fetched_at: datetime | None = moment(optional=True)
    fetched_by: str | None = link("officer.id", optional=True)


class KioskAlarm(Row, table=True):
    """Something at a kiosk that an officer must look into quietly: a PIN said under duress, a card locked by tries."""

    __tablename__ = "kiosk_alarm"
    __table_args__ = (CheckConstraint("code IN ('duress','locked')", name="code"),)

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT)
    device_id: str = link("device.id")
    code: str = text(20)
    raised_at: datetime = moment()
    seen_at: datetime | None = moment(optional=True)
    seen_by: str | None = link("officer.id", optional=True)
