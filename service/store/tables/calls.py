"""Supervised calls: the facts of each, who was in it, what the officer did; never what was said."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from service.domain.call_states import PARTIES, STATES
from service.store.columns import Committed, Exempt, Sealed, key, link, moment, number, octets, text, truth
from service.store.tables.base import Passing, Row

TIMER_KINDS = ("cut", "room", "missing_supervisor", "warn", "open", "no_show", "remind")
"""In the order in which they are taken."""
MARK_KINDS = (
    "warned", "muted", "unmuted", "noted", "paused", "resumed", "limit_near",
    "voice_on", "voice_off", "taken_over", "agreed", "recorded", "unrecorded",
)  # fmt: skip
WORKING = Exempt("a timer only says when to look; what came of it stands in the record")


class Call(Row, table=True):
    """One supervised call, for one appointment. `live_at` and `hard_end_at` are set once, together.

    `certificate`: the number of the paper that proves an exceptional ground (IR 104). `called`: whom and which number,
    where the call is for legal or medical help and goes to nobody of the file. `voice_since`: the officer speaks to
    both; `recorded_since`: what is said is being kept.
    """

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint("kind IN ('call', 'video_call')", name="kind"),
        CheckConstraint("(live_at IS NULL) = (hard_end_at IS NULL)", name="limit"),
        CheckConstraint("hard_end_at > live_at", name="order"),
        CheckConstraint("state NOT IN ('live','paused') OR live_at IS NOT NULL", name="live"),
        CheckConstraint("live_at IS NULL OR identified_by IS NOT NULL", name="identified"),
        CheckConstraint("(state IN ('ended','no_show','cancelled')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (ended_code IS NULL)", name="ended_code"),
        UniqueConstraint("appointment_id", name="uq_call_appointment_id"),
        Index(
            "ix_call_standing",
            "institution_id",
            "state",
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    appointment_id: str = link("appointment.id")
    convict_id: str = link("convict.id", Committed("convict_id"))
    kind: str = text(10)
    provider: str = text(20)
    supervisor_id: str | None = link("officer.id", optional=True)
    certificate: bytes | None = octets(Sealed("convict_id"), optional=True)
    called: bytes | None = octets(Sealed("convict_id"), optional=True)
    state: str = text(16)
    opened_at: datetime | None = moment(optional=True)
    identified_at: datetime | None = moment(optional=True)
    identified_by: str | None = link("officer.id", optional=True)
    live_at: datetime | None = moment(optional=True)
    hard_end_at: datetime | None = moment(optional=True)
    muted: str | None = text(12, optional=True)
    voice_since: datetime | None = moment(optional=True)
    recorded_since: datetime | None = moment(optional=True)
    ended_at: datetime | None = moment(optional=True)
    ended_by: str | None = link("officer.id", optional=True)
    ended_code: str | None = text(40, optional=True)


class CallParty(Row, table=True):
    """One stay of one party in the room: which seat of the supplier, from when to when. What has ended stays so."""

    __tablename__ = "call_party"
    __table_args__ = (
        CheckConstraint(f"party IN ({', '.join(repr(party) for party in PARTIES)})", name="party"),
        CheckConstraint("(party = 'supervisor') = (officer_id IS NOT NULL)", name="officer"),
        UniqueConstraint("call_id", "seat", name="uq_call_party_seat"),
        Index(
            "uq_call_party_one",
            "call_id",
            "party",
            unique=True,
            sqlite_where=sql("left_at IS NULL"),
            postgresql_where=sql("left_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    call_id: str = link("call.id")
    party: str = text(12)
    seat: str = text(64)
    officer_id: str | None = link("officer.id", optional=True)
    joined_at: datetime = moment()
    left_at: datetime | None = moment(optional=True)


class CallMark(Row, table=True):
    """What happened on the timeline: a warning, a muted side, a pause, an officer's note. Never what was said."""

    __tablename__ = "call_mark"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in MARK_KINDS)})", name="kind"),
        Index("ix_call_mark_call", "call_id", "at"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    call_id: str = link("call.id")
    convict_id: str = link("convict.id", Committed("convict_id"))
    at: datetime = moment()
    kind: str = text(12)
    code: str | None = text(40, optional=True)
    officer_id: str | None = link("officer.id", optional=True)
    words: bytes | None = octets(Sealed("convict_id"), optional=True)


class CallTimer(Passing, table=True):
    """When a call is to be looked at, once for each kind; taken by a worker for as long as its lease runs."""

    exempt: ClassVar[str] = "a timer only says when to look; what came of it stands in the record"
    __tablename__ = "call_timer"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in TIMER_KINDS)})", name="kind"),
        UniqueConstraint("call_id", "kind", name="uq_call_timer_call_id"),
        Index(
            "ix_call_timer_due",
            "rank",
            "due_at",
            sqlite_where=sql("NOT done"),
            postgresql_where=sql("NOT done"),
        ),
    )

    id: str = key(WORKING)
    call_id: str = link("call.id", WORKING)
    kind: str = text(20, WORKING)
    rank: int = number(WORKING)
    due_at: datetime = moment(WORKING)
    done: bool = truth(WORKING, default=False)
    outcome: str | None = text(20, WORKING, optional=True)
    tries: int = number(WORKING, default=0)
    lease_until: datetime | None = moment(WORKING, optional=True)
    lease_token: str | None = text(32, WORKING, optional=True)
