"""What the staff desk keeps beside the file: decisions of head and commission, contact persons, histories carried along
at a transfer, and the hours at which no visit begins."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from service.store.columns import Committed, Sealed, day, key, link, moment, octets, text
from service.store.tables.base import Row

OF_CONVICT = Committed("convict_id")
DECISION_OUTCOMES = ("adopted", "declined", "beside")


class CommissionDecision(Row, table=True):
    """What head (degree) or commission (condition) decided, on which facts, who sat, and the number of the minutes.

    `outcome`: adopted as computed, declined, or decided beside what was computed, with the reason in `words`.
    `reasoning` is the proposal as it stood, as JSON: what supports it and what was lacking.
    """

    __tablename__ = "commission_decision"
    __table_args__ = (
        CheckConstraint("what IN ('degree','condition')", name="what"),
        CheckConstraint(f"outcome IN ({', '.join(repr(one) for one in DECISION_OUTCOMES)})", name="outcome"),
        CheckConstraint("outcome = 'adopted' OR words IS NOT NULL", name="words"),
        CheckConstraint("(outcome = 'declined') = (entry_id IS NULL)", name="entry"),
        Index("uq_commission_decision_entry", "entry_id", unique=True),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    what: str = text(10)
    present: str = text(20)
    proposed: str = text(20)
    outcome: str = text(10)
    article: str = text(60)
    not_before: date | None = day(optional=True)
    reasoning: bytes = octets(Sealed("convict_id"))
    members: bytes = octets(Sealed("convict_id"))
    minutes: str = text(80)
    held_on: date = day()
    words: bytes | None = octets(Sealed("convict_id"), optional=True)
    entry_id: str | None = link("file_entry.id", optional=True)
    decided_by: str = link("officer.id")
    decided_at: datetime = moment()


class ContactPerson(Row, table=True):
    """Whom the convict wants told of transfer, illness and release (Mandela Rules 68-70): one of the relationships."""

    __tablename__ = "contact_person"
    __table_args__ = (
        CheckConstraint("how IN ('kiosk','paper')", name="how"),
        CheckConstraint("how <> 'paper' OR paper IS NOT NULL", name="paper"),
        Index(
            "uq_contact_person_open",
            "convict_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT)
    relationship_id: str = link("relationship.id", OF_CONVICT)
    how: str = text(10)
    paper: str | None = text(80, optional=True)
    named_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)


class CarriedHistory(Row, table=True):
    """The entitlement history that goes with a convict into the log of the new institution: the facts as JSON.

    The event that holds it names the event of the old institution's log, and is named by it.
    """

    __tablename__ = "carried_history"

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    from_institution: str = link("institution.id")
    placement_id: str = link("placement.id")
    as_of: date = day()
    history: bytes = octets(Sealed("convict_id"))


class DailyPause(Row, table=True):
    """Hours at which no appointment begins: a change of shift, meals, night (SIZO-R 136). Local "HH:MM"."""

    __tablename__ = "daily_pause"
    __table_args__ = (
        CheckConstraint("ends > starts", name="order"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    name: str = text(80)
    weekdays: str = text(7)
    starts: str = text(5)
    ends: str = text(5)
    valid_from: date = day()
    valid_to: date | None = day(optional=True)
    set_by: str = link("officer.id")
    set_at: datetime = moment()
