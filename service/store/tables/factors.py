"""What somebody signs in with beside a number or a password, the face the gate compares, and looks at sealed data."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from service.store.columns import Committed, Exempt, Sealed, key, link, moment, number, octets, text, truth
from service.store.tables.base import Passing, Row

OF_PERSON = Committed("person_id")
SEALED = Sealed("person_id")
WORKING = Exempt("the table is outside the record")


class Photo(Row, table=True):
    """The face of a relative, as a small JPEG in base64: replaced by a new row, never edited."""

    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended"),
        Index(
            "uq_photo_person_id",
            "person_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    person_id: str = link("person.id", OF_PERSON)
    image: bytes = octets(SEALED)
    added_by: str | None = link("officer.id", optional=True)
    added_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
    ended_reason: str | None = text(40, optional=True)


class Passkey(Row, table=True):
    """A WebAuthn credential of a person, as a relative or as an officer. The key is public; its use is an event."""

    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint("holder IN ('relative','officer')", name="holder"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended"),
        Index("uq_passkey_credential_id", "credential_id", unique=True),
        Index("ix_passkey_person", "person_id", "holder"),
    )

    id: str = key()
    person_id: str = link("person.id", OF_PERSON)
    holder: str = text(10)
    name: bytes = octets(SEALED)
    credential_id: str = text(1400, OF_PERSON)
    public_key: str = text(2000, OF_PERSON)
    sign_count: int = number()
    backed_up: bool = truth()
    added_at: datetime = moment()
    used_at: datetime | None = moment(optional=True)
    ended_at: datetime | None = moment(optional=True)
    ended_reason: str | None = text(40, optional=True)


class TimeCode(Row, table=True):
    """An officer's secret for codes by time (RFC 6238); good once a first code has shown that it arrived."""

    __tablename__ = "time_code"
    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended"),
        CheckConstraint("started_at IS NULL OR last_step IS NOT NULL", name="proved"),
        Index(
            "uq_time_code_officer_id",
            "officer_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    officer_id: str = link("officer.id")
    person_id: str = link("person.id", OF_PERSON)
    secret: bytes = octets(SEALED)
    added_at: datetime = moment()
    started_at: datetime | None = moment(optional=True)
    last_step: int | None = number(optional=True)
    ended_at: datetime | None = moment(optional=True)
    ended_reason: str | None = text(40, optional=True)


class FactorReset(Row, table=True):
    """An officer lost what they sign in with: asked by one officer, done by another, in person and never by mail."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        CheckConstraint("state IN ('asked','done','refused')", name="state"),
        CheckConstraint("state = 'asked' OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint("asked_by <> decided_by", name="two_people"),
        CheckConstraint("officer_id <> asked_by", name="not_own"),
        CheckConstraint("officer_id <> decided_by", name="not_own_either"),
        Index(
            "uq_factor_reset_open",
            "officer_id",
            unique=True,
            sqlite_where=sql("state = 'asked'"),
            postgresql_where=sql("state = 'asked'"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    officer_id: str = link("officer.id")
    state: str = text(10)
    asked_by: str = link("officer.id")
    asked_at: datetime = moment()
    decided_by: str | None = link("officer.id", optional=True)
    decided_at: datetime | None = moment(optional=True)


class PhoneChange(Row, table=True):
    """A relative's new number, which answered a code; in force only once both numbers have had time to object."""

    __tablename__ = "phone_change"
    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','done','cancelled')", name="state"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_phone_change_waiting",
            "person_id",
            unique=True,
            sqlite_where=sql("state = 'waiting'"),
            postgresql_where=sql("state = 'waiting'"),
        ),
        Index("ix_phone_change_due", "state", "effective_at"),
    )

    id: str = key()
    person_id: str = link("person.id", OF_PERSON)
    phone: bytes = octets(SEALED)
    before: bytes = octets(SEALED)
    state: str = text(10)
    asked_at: datetime = moment()
    effective_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
    ended_code: str | None = text(40, optional=True)


class IdentityLook(Row, table=True):
    """An officer read a number that is otherwise shown as •••• 1234, and why."""

    __tablename__ = "identity_look"
    __table_args__ = (CheckConstraint("field IN ('iin','document')", name="field"),)

    id: str = key()
    institution_id: str = link("institution.id")
    person_id: str = link("person.id", OF_PERSON)
    field: str = text(10)
    officer_id: str = link("officer.id")
    reason: bytes = octets(SEALED)
    looked_at: datetime = moment()


class PasskeyChallenge(Passing, table=True):
    """What an authenticator has to sign: 32 random octets for one session and one purpose, used once."""

    exempt: ClassVar[str] = "lives five minutes; that a passkey was added or used is an event"
    __tablename__ = "passkey_challenge"
    __table_args__ = (Index("ix_passkey_challenge_session", "session_hash"),)

    id: str = key(WORKING)
    session_hash: str = text(64, WORKING)
    purpose: str = text(10, WORKING)
    challenge: bytes = octets(WORKING)
    asked_at: datetime = moment(WORKING)
    used_at: datetime | None = moment(WORKING, optional=True)


class ProviderSignIn(Passing, table=True):
    """One way to a state identity provider and back: what its answer must fit, and who it said came."""

    exempt: ClassVar[str] = "lives half an hour; the account it opens or enters is an event or a session"
    __tablename__ = "provider_sign_in"
    __table_args__ = (Index("uq_provider_sign_in_state", "state_hash", unique=True),)

    id: str = key(WORKING)
    state_hash: str = text(64, WORKING)
    browser_hash: str = text(64, WORKING)
    sealed: bytes = octets(WORKING)
    asked_at: datetime = moment(WORKING)
    answered_at: datetime | None = moment(WORKING, optional=True)
    used_at: datetime | None = moment(WORKING, optional=True)
