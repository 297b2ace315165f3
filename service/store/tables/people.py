"""People, their accounts, and the officers."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from service.store.columns import (
    CLEAR,
    Committed,
    Lookup,
    Sealed,
    WrappedKey,
    key,
    link,
    moment,
    octets,
    text,
    truth,
)
from service.store.tables.base import Row

OF_SELF = Sealed("id")
OF_PERSON = Committed("person_id")


class Person(Row, table=True):
    """One human being: relative, convict or officer. Everything that names them is sealed under their own key."""

    log: ClassVar[str] = "national"
    __table_args__ = (
        Index("uq_person_iin_index", "iin_index", unique=True),
        Index("uq_person_document_index", "document_index", unique=True),
    )

    id: str = key()
    wrapped_key: bytes | None = octets(WrappedKey(), optional=True)
    key_fingerprint: str = text(64)
    family_name: bytes = octets(OF_SELF)
    given_name: bytes = octets(OF_SELF)
    patronymic: bytes | None = octets(OF_SELF, optional=True)
    birth_date: bytes = octets(OF_SELF)
    iin: bytes | None = octets(OF_SELF, optional=True)
    iin_index: str | None = text(64, Lookup("iin"), optional=True)
    document: bytes | None = octets(OF_SELF, optional=True)
    document_index: str | None = text(64, Lookup("document"), optional=True)
    language: str = text(2)
    created_at: datetime = moment()
    erased_at: datetime | None = moment(optional=True)


class Account(Row, table=True):
    """A relative's way in: a phone number that answered a one-time code."""

    log: ClassVar[str] = "national"
    __table_args__ = (
        Index(
            "uq_account_phone_index",
            "phone_index",
            unique=True,
            sqlite_where=sql("closed_at IS NULL"),
            postgresql_where=sql("closed_at IS NULL"),
        ),
        Index(
            "uq_account_person_id",
            "person_id",
            unique=True,
            sqlite_where=sql("closed_at IS NULL"),
            postgresql_where=sql("closed_at IS NULL"),
        ),
    )

    id: str = key()
    person_id: str = link("person.id", OF_PERSON)
    phone: bytes = octets(Sealed("person_id"))
    phone_index: str = text(64, Lookup("phone"))
    email: bytes | None = octets(Sealed("person_id"), optional=True)
    consent_version: str = text(20)
    consented_at: datetime = moment()
    created_at: datetime = moment()
    closed_at: datetime | None = moment(optional=True)
    closed_reason: str | None = text(40, optional=True)


class Officer(Row, table=True):
    """Somebody with a staff or oversight account. One employee number, one account."""

    log: ClassVar[str] = "national"
    __table_args__ = (
        Index("uq_officer_employee_number", "employee_number", unique=True),
        Index("uq_officer_login", "login", unique=True),
        Index("uq_officer_person_id", "person_id", unique=True),
    )

    id: str = key()
    person_id: str = link("person.id", OF_PERSON)
    employee_number: str = text(40, OF_PERSON)
    login: str = text(60, OF_PERSON)
    password_hash: str = text(200, OF_PERSON)
    body: str = text(40)
    created_at: datetime = moment()
    closed_at: datetime | None = moment(optional=True)
    closed_reason: str | None = text(40, optional=True)


class OfficerRole(Row, table=True):
    """A role of an officer at an institution, asked by one and approved by another; held once `started_at` is set."""

    __tablename__ = "officer_role"
    __table_args__ = (
        CheckConstraint(
            "founding OR started_at IS NULL OR (asked_by IS NOT NULL AND approved_by IS NOT NULL)", name="two_named"
        ),
        CheckConstraint("asked_by <> approved_by", name="two_people"),
        CheckConstraint("officer_id <> approved_by", name="not_own"),
        Index(
            "uq_officer_role_live",
            "institution_id",
            "officer_id",
            "role",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    officer_id: str = link("officer.id", index=True)
    role: str = text(40)
    founding: bool = truth(CLEAR, default=False)
    asked_by: str | None = link("officer.id", optional=True)
    asked_at: datetime = moment()
    approved_by: str | None = link("officer.id", optional=True)
    started_at: datetime | None = moment(optional=True)
    ended_at: datetime | None = moment(optional=True)
    ended_reason: str | None = text(40, optional=True)


class ErasureRequest(Row, table=True):
    """A person's key is to be destroyed: asked by the person (`asked_by` empty) or an officer, done by another."""

    __tablename__ = "erasure_request"
    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint("state IN ('asked','done','refused')", name="state"),
        CheckConstraint("state = 'asked' OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint("asked_by <> decided_by", name="two_people"),
        Index(
            "uq_erasure_request_open",
            "person_id",
            unique=True,
            sqlite_where=sql("state = 'asked'"),
            postgresql_where=sql("state = 'asked'"),
        ),
    )

    id: str = key()
    person_id: str = link("person.id", OF_PERSON)
    state: str = text(10)
    asked_by: str | None = link("officer.id", optional=True)
    asked_at: datetime = moment()
    decided_by: str | None = link("officer.id", optional=True)
    decided_at: datetime | None = moment(optional=True)
