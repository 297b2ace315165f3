"""What bodies of oversight do: openings released to them by two people, the outcome of each lead, stamps of time."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint

from service.store.columns import Exempt, key, link, moment, number, octets, text
from service.store.tables.base import Passing, Row

RELEASE_STATES = ("asked", "granted", "refused", "released")
LEAD_OUTCOMES = ("explained", "data-mended", "referred", "confirmed", "no-answer")
STAMPED = Exempt("signed by an authority of time; believed only where its certificate verifies it")


class OpeningRelease(Row, table=True):
    """Openings of one institution's log given to an auditor: asked by one auditor, granted by another, handed out once.

    `sha256` is the digest of the file handed out, which holds its own random salts: it says nothing of anybody.
    """

    __tablename__ = "opening_release"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in RELEASE_STATES)})", name="state"),
        CheckConstraint("asked_by <> decided_by", name="two_people"),
        CheckConstraint("state = 'asked' OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint("state <> 'released' OR (sha256 IS NOT NULL AND released_at IS NOT NULL)", name="released"),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    ground: str = text(60)
    paper: str = text(80)
    state: str = text(10)
    asked_by: str = link("officer.id")
    asked_at: datetime = moment()
    decided_by: str | None = link("officer.id", optional=True)
    decided_at: datetime | None = moment(optional=True)
    released_at: datetime | None = moment(optional=True)
    events: int | None = number(optional=True)
    sha256: str | None = text(64, optional=True)


class LeadOutcome(Row, table=True):
    """What came of a question that the record put: one row for each answer, never changed, never removed.

    `lead` and `evidence` are keyed indexes (HMAC-SHA-256) of the persons and facts it was about: they can be compared
    by whoever has them, and name nobody.
    """

    __tablename__ = "lead_outcome"
    __table_args__ = (CheckConstraint(f"outcome IN ({', '.join(repr(one) for one in LEAD_OUTCOMES)})", name="outcome"),)

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    test: str = text(40)
    lead: str = text(64, index=True)
    evidence: str = text(64)
    outcome: str = text(20)
    paper: str = text(80)
    said_by: str = link("officer.id")
    said_at: datetime = moment()


class HeadStamp(Passing, table=True):
    """A time stamp of a published head (RFC 3161); never changed or deleted. `token` is the authority's answer, DER."""

    exempt: ClassVar[str] = "a stamp proves itself: each reader verifies it with the authority's certificate (0076)"
    __tablename__ = "head_stamp"
    __table_args__ = (
        PrimaryKeyConstraint("log_id", "size", "authority"),
        ForeignKeyConstraint(["log_id", "size"], ["checkpoint.log_id", "checkpoint.size"], name="fk_head_stamp_head"),
    )

    log_id: str = link("log.id", STAMPED)
    size: int = number(STAMPED)
    authority: str = text(200, STAMPED)
    stamped_at: datetime = moment(STAMPED)
    token: bytes = octets(STAMPED)
