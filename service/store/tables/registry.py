"""What the registry desk keeps: questions to the civil registry, and people who turned out to be one."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from service.store.columns import Committed, Exempt, Sealed, key, link, moment, number, octets, text
from service.store.tables.base import Row

OF_PERSON = Committed("person_id")
TRIES = Exempt("the worker's bookkeeping of tries; what the registry answered is an event")
ANSWERS = ("matches", "differs", "unavailable")


class RegistryQuestion(Row, table=True):
    """An officer had the civil registry asked about a claimed kinship; what it answered, and in what it differs.

    `found` holds the codes of what differs, in words separated by spaces.
    """

    __tablename__ = "registry_question"
    __table_args__ = (
        CheckConstraint("state IN ('asked','matches','differs','unavailable')", name="state"),
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_registry_question_open",
            "relationship_id",
            unique=True,
            sqlite_where=sql("state = 'asked'"),
            postgresql_where=sql("state = 'asked'"),
        ),
        Index("ix_registry_question_due", "state", "next_try_at"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    relationship_id: str = link("relationship.id", OF_PERSON, index=True)
    person_id: str = link("person.id", OF_PERSON)
    state: str = text(12)
    asked_by: str = link("officer.id")
    asked_at: datetime = moment()
    answered_at: datetime | None = moment(optional=True)
    found: bytes | None = octets(Sealed("person_id"), optional=True)
    tries: int = number(TRIES, default=0)
    next_try_at: datetime | None = moment(TRIES, optional=True)


class PersonMerge(Row, table=True):
    """Two rows that are one human being: asked by one officer, approved by another in another role.

    Granted, the person `ended_id` is over and points to `kept_id`; nothing of either is changed or deleted.
    """

    __tablename__ = "person_merge"
    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint("state IN ('asked','granted','refused')", name="state"),
        CheckConstraint("kept_id <> ended_id", name="two_rows"),
        CheckConstraint("asked_by <> decided_by", name="two_people"),
        CheckConstraint("asked_role <> decided_role", name="two_roles"),
        CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(decided_by IS NULL) = (decided_role IS NULL)", name="decided_role"),
        Index(
            "uq_person_merge_ended",
            "ended_id",
            unique=True,
            sqlite_where=sql("state <> 'refused'"),
            postgresql_where=sql("state <> 'refused'"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    kept_id: str = link("person.id", Committed("kept_id"), index=True)
    ended_id: str = link("person.id", Committed("ended_id"))
    ground: str = text(40)
    words: bytes = octets(Sealed("kept_id"))
    state: str = text(10)
    asked_by: str = link("officer.id")
    asked_role: str = text(40)
    asked_at: datetime = moment()
    decided_by: str | None = link("officer.id", optional=True)
    decided_role: str | None = text(40, optional=True)
    decided_at: datetime | None = moment(optional=True)
