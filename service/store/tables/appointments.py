"""Appointments, who comes, exceptions, flags and disputes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from service.store.columns import (
    CLEAR,
    Committed,
    Derived,
    Sealed,
    day,
    key,
    link,
    moment,
    number,
    octets,
    text,
    truth,
)
from service.store.tables.base import Row

APPOINTMENT_KINDS = ("short", "long", "call", "video_call", "lawyer", "marriage_registration")
APPOINTMENT_STATES = (
    "held",
    "requested",
    "granted",
    "underway",
    "completed",
    "no_show",
    "refused",
    "cancelled",
    "lapsed",
)
ENDED_WITHOUT_USE = ("refused", "cancelled", "lapsed")
OF_CONVICT = Committed("convict_id")
OF_PERSON = Committed("person_id")
IS_LIVE = f"state NOT IN ({', '.join(repr(state) for state in ENDED_WITHOUT_USE)})"


class ExceptionRequest(Row, table=True):
    """A surplus asked by one officer and approved by another in another role, with its legal ground; used once."""

    __tablename__ = "exception_request"
    __table_args__ = (
        CheckConstraint("state IN ('asked','granted','refused','lapsed')", name="state"),
        CheckConstraint("asked_by <> decided_by", name="two_people"),
        CheckConstraint("asked_role <> decided_role", name="two_roles"),
        CheckConstraint("state <> 'granted' OR decided_by IS NOT NULL", name="granted_by"),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    convict_id: str = link("convict.id", OF_CONVICT, index=True)
    kind: str = text(30)
    appointment_kind: str = text(24)
    ground: str = text(60)
    article: str = text(60)
    words: bytes = octets(Sealed("convict_id"))
    state: str = text(10)
    asked_by: str = link("officer.id")
    asked_role: str = text(40)
    asked_at: datetime = moment()
    decided_by: str | None = link("officer.id", optional=True)
    decided_role: str | None = text(40, optional=True)
    decided_at: datetime | None = moment(optional=True)
    usable_until: date = day()
    relationship_id: str | None = text(32, OF_CONVICT, optional=True)


class Appointment(Row, table=True):
    """One visit or call, from the hold to its end. Convict and kind never change; `live`: it takes its place.

    The charge columns say what it draws from the entitlement: for the interval rule, no other live charge of this
    convict and kind may lie in the half-open days (charge_after, charge_day] (Internal Rules 83).
    """

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in APPOINTMENT_KINDS)})", name="kind"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in APPOINTMENT_STATES)})", name="state"),
        CheckConstraint(f"live = ({IS_LIVE})", name="live"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("state <> 'held' OR held_until IS NOT NULL", name="held"),
        CheckConstraint("state NOT IN ('granted','refused') OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint(
            "charge_rule IN ('interval','calendar_month','period','credit','unlimited','uncounted','exception')",
            name="charge_rule",
        ),
        CheckConstraint("charge_rule <> 'interval' OR charge_after < charge_day", name="charge_interval"),
        CheckConstraint(
            "charge_rule NOT IN ('calendar_month','period')"
            " OR (charge_month IS NOT NULL AND charge_ordinal IS NOT NULL)",
            name="charge_month",
        ),
        CheckConstraint("charge_rule <> 'credit' OR credit_id IS NOT NULL", name="charge_credit"),
        CheckConstraint("charge_rule <> 'exception' OR exception_id IS NOT NULL", name="charge_exception"),
        UniqueConstraint("id", "starts_at", "ends_at", "live", name="uq_appointment_period"),
        Index(
            "uq_appointment_charge_month",
            "convict_id",
            "charge_kind",
            "charge_month",
            "charge_ordinal",
            unique=True,
            sqlite_where=sql("live AND charge_rule IN ('calendar_month','period')"),
            postgresql_where=sql("live AND charge_rule IN ('calendar_month','period')"),
        ),
        Index(
            "uq_appointment_credit",
            "credit_id",
            unique=True,
            sqlite_where=sql("live AND credit_id IS NOT NULL"),
            postgresql_where=sql("live AND credit_id IS NOT NULL"),
        ),
        Index(
            "uq_appointment_exception",
            "exception_id",
            unique=True,
            sqlite_where=sql("live AND exception_id IS NOT NULL"),
            postgresql_where=sql("live AND exception_id IS NOT NULL"),
        ),
        Index("ix_appointment_place_time", "place_id", "starts_at"),
        Index("ix_appointment_convict", "convict_id", "charge_day"),
        Index("ix_appointment_due", "institution_id", "state", "decide_by"),
        Index("ix_appointment_room_time", "room_id", "starts_at"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    convict_id: str = link("convict.id", OF_CONVICT)
    kind: str = text(24)
    by_video: bool = truth(CLEAR, default=False)
    room_id: str = link("room.id")
    place_id: str = link("place.id")
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    state: str = text(12)
    live: bool = truth()
    charge_rule: str = text(16)
    charge_kind: str | None = text(8, optional=True)
    charge_day: date = day()
    charge_after: date | None = day(optional=True)
    charge_month: str | None = text(24, optional=True)
    charge_ordinal: int | None = number(optional=True)
    credit_id: str | None = link("file_entry.id", optional=True)
    exception_id: str | None = link("exception_request.id", optional=True)
    from_long: bool = truth(CLEAR, default=False)
    purpose: str = text(16)
    asked_by: str = link("person.id", Committed("asked_by"))
    asked_at: datetime = moment()
    held_until: datetime | None = moment(optional=True)
    requested_at: datetime | None = moment(optional=True)
    decide_by: datetime | None = moment(optional=True)
    decided_at: datetime | None = moment(optional=True)
    decided_by: str | None = link("officer.id", optional=True)
    ended_at: datetime | None = moment(optional=True)
    ended_code: str | None = text(40, optional=True)
    ended_article: str | None = text(60, optional=True)
    ended_words: bytes | None = octets(Sealed("asked_by"), optional=True)
    needs: bytes | None = octets(Sealed("asked_by"), optional=True)
    """What the party needs and brings, as codes of `service.domain.party_needs`: matters of health, so sealed."""


class AppointmentVisitor(Row, table=True):
    """One member of the party, by the relationship that admits them. Never changed, never taken off."""

    __tablename__ = "appointment_visitor"
    __table_args__ = (
        ForeignKeyConstraint(
            ["appointment_id", "starts_at", "ends_at", "live"],
            ["appointment.id", "appointment.starts_at", "appointment.ends_at", "appointment.live"],
            onupdate="CASCADE",
            name="fk_appointment_visitor_period",
        ),
        UniqueConstraint("appointment_id", "person_id", name="uq_appointment_visitor_once"),
        Index("ix_appointment_visitor_person", "person_id", "starts_at"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    appointment_id: str = text(32)
    person_id: str = link("person.id", OF_PERSON)
    relationship_id: str = link("relationship.id", OF_PERSON)
    adult: bool = truth()
    starts_at: datetime = moment(Derived("appointment.starts_at"))
    ends_at: datetime = moment(Derived("appointment.ends_at"))
    live: bool = truth(Derived("appointment.live"))


class ReviewFlag(Row, table=True):
    """Something about a future appointment that no longer fits; resolved by a person with a coded outcome."""

    __tablename__ = "review_flag"
    __table_args__ = (
        Index(
            "uq_review_flag_open",
            "appointment_id",
            "code",
            unique=True,
            sqlite_where=sql("resolved_at IS NULL"),
            postgresql_where=sql("resolved_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    appointment_id: str = link("appointment.id")
    code: str = text(60)
    article: str = text(60)
    raised_at: datetime = moment()
    resolved_at: datetime | None = moment(optional=True)
    resolved_by: str | None = link("officer.id", optional=True)
    outcome: str | None = text(40, optional=True)


class Dispute(Row, table=True):
    """'This did not happen', 'I do not know this person': said by convict or relative, answered, never removed."""

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    appointment_id: str = link("appointment.id", index=True)
    raised_by: str = link("person.id", Committed("raised_by"))
    as_convict: bool = truth()
    code: str = text(40)
    words: bytes | None = octets(Sealed("raised_by"), optional=True)
    raised_at: datetime = moment()
    answered_at: datetime | None = moment(optional=True)
    answered_by: str | None = link("officer.id", optional=True)
    outcome: str | None = text(40, optional=True)
