"""Convicts, where they serve, their file, and their relationships."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from service.store.columns import Committed, Lookup, Sealed, day, key, link, moment, octets, text, truth
from service.store.tables.base import Row

OF_CONVICT = Committed("convict_id")

FILE_ENTRY_KINDS = (
    "condition",
    "degree",
    "suspension",
    "ban",
    "illness",
    "incentive",
    "penalty",
    "credit",
    "first_visit",
    "permission",
    "diligence",
    "chapter",
    "vulnerable",
    "release_day",
    "term",
    "past_visit",
    "end",
)
RELATIONSHIP_STATES = (
    "claimed",
    "accepted",
    "declined",
    "verified",
    "confirmed",
    "refused",
    "revoked",
    "withdrawn",
)


class Convict(Row, table=True):
    """A person who serves or awaits a sentence. The id is the person's."""

    log: ClassVar[str] = "national"
    __table_args__ = (Index("uq_convict_file_number_index", "file_number_index", unique=True),)

    id: str = key(foreign_key="person.id")
    file_number: bytes = octets(Sealed("id"))
    file_number_index: str = text(64, Lookup("file_number"))
    lifer: bool = truth(Committed("id"), default=False)
    quarantine_left_on: date | None = day(Committed("id"), optional=True)
    admitted_at: datetime = moment()
    released_on: date | None = day(optional=True)


class Placement(Row, table=True):
    """Where a convict is, from `since` until before `until`. A transfer ends one placement and opens another."""

    __table_args__ = (
        Index(
            "uq_placement_open",
            "convict_id",
            unique=True,
            sqlite_where=sql("until IS NULL"),
            postgresql_where=sql("until IS NULL"),
        ),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    institution_type: str = text(40)
    basis: str = text(20)
    court_type: str | None = text(40, optional=True)
    since: date = day()
    until: date | None = day(optional=True)
    paper: str = text(80)
    set_by: str | None = link("officer.id", optional=True)


class FileEntry(Row, table=True):
    """A dated entry of the personal file with its paper's number: condition, degree, suspension, ban, credit …

    In force from `since` until before `until`; what `value` may be follows from `kind` (`service.store.facts`).
    """

    __tablename__ = "file_entry"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in FILE_ENTRY_KINDS)})", name="kind"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index(
            "uq_file_entry_open",
            "convict_id",
            "kind",
            unique=True,
            sqlite_where=sql("until IS NULL AND kind IN ('condition','degree')"),
            postgresql_where=sql("until IS NULL AND kind IN ('condition','degree')"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    kind: str = text(20)
    value: str = text(60)
    since: date = day()
    until: date | None = day(optional=True)
    paper: str = text(80)
    set_by: str | None = link("officer.id", optional=True)
    set_at: datetime = moment()


class Relationship(Row, table=True):
    """A person's tie to a convict: claimed, accepted by the convict, verified by one officer, confirmed by another.

    In force from `since` until before `until`. For a minor, `represented_by` is the legal representative who claimed.
    """

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in RELATIONSHIP_STATES)})", name="state"),
        CheckConstraint("verified_by <> confirmed_by", name="two_people"),
        CheckConstraint(
            "state <> 'confirmed' OR (accepted_at IS NOT NULL AND verified_by IS NOT NULL"
            " AND confirmed_by IS NOT NULL AND since IS NOT NULL)",
            name="confirmed_by_two",
        ),
        CheckConstraint("person_id <> convict_id", name="not_oneself"),
        Index(
            "uq_relationship_live",
            "person_id",
            "convict_id",
            unique=True,
            sqlite_where=sql("state IN ('claimed','accepted','verified','confirmed')"),
            postgresql_where=sql("state IN ('claimed','accepted','verified','confirmed')"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    person_id: str = link("person.id", Committed("person_id"), index=True)
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    kind: str = text(30)
    represented_by: str | None = link("person.id", Committed("person_id"), optional=True, index=True)
    listed_in_file: bool = truth(default=False)
    permitted_by: str | None = link("officer.id", optional=True)
    permitted_at: datetime | None = moment(optional=True)
    basis: bytes | None = octets(Sealed("person_id"), optional=True)
    state: str = text(12)
    claimed_at: datetime = moment()
    accepted_at: datetime | None = moment(optional=True)
    accepted_how: str | None = text(12, optional=True)
    verified_at: datetime | None = moment(optional=True)
    verified_by: str | None = link("officer.id", optional=True)
    confirmed_at: datetime | None = moment(optional=True)
    confirmed_by: str | None = link("officer.id", optional=True)
    since: date | None = day(optional=True)
    until: date | None = day(optional=True)
    ended_at: datetime | None = moment(optional=True)
    ended_ground: str | None = text(60, optional=True)


class VisitorBan(Row, table=True):
    """A bar of a visitor after an offence (PEC 98(4)), from `since` until before `until`."""

    __tablename__ = "visitor_ban"

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    person_id: str = link("person.id", Committed("person_id"), index=True)
    ground: str = text(60)
    since: date = day()
    until: date | None = day(optional=True)
    paper: str = text(80)
    set_by: str = link("officer.id")
    set_at: datetime = moment()
