"""Waiting for a place on a full day, the hours at which a family can be called, and the way to the institution."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from service.store.columns import CLEAR, Committed, Sealed, day, key, link, moment, number, octets, text, truth
from service.store.tables.base import Row

QUEUE_STATES = ("waiting", "offered", "left", "passed", "closed")
OF_ASKER = Committed("asked_by")


class QueueEntry(Row, table=True):
    """One family in the queue for a day, once a convict: who asked first is offered the first place (docs/queue.md).

    `turn` is the number of the event by which they joined, in the log of the institution: the order is in the record
    itself. `party` names the relationships of those who would come, `offered` the appointment that was kept for them.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in QUEUE_STATES)})", name="state"),
        CheckConstraint("(state = 'offered') = (appointment_id IS NOT NULL)", name="offered"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_queue_entry_once",
            "convict_id",
            "kind",
            "by_video",
            "wanted_on",
            unique=True,
            sqlite_where=sql("state = 'waiting'"),
            postgresql_where=sql("state = 'waiting'"),
        ),
        Index("uq_queue_entry_turn", "institution_id", "turn", unique=True),
        Index("ix_queue_entry_list", "institution_id", "state", "kind", "by_video", "wanted_on", "turn"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    convict_id: str = link("convict.id", Committed("convict_id"))
    asked_by: str = link("person.id", OF_ASKER)
    relationship_id: str = link("relationship.id", OF_ASKER)
    kind: str = text(24)
    by_video: bool = truth(CLEAR, default=False)
    wanted_on: date = day()
    turn: int = number()
    party: bytes = octets(Sealed("asked_by"))
    needs: bytes | None = octets(Sealed("asked_by"), optional=True)
    joined_at: datetime = moment()
    state: str = text(10)
    ended_at: datetime | None = moment(optional=True)
    ended_code: str | None = text(40, optional=True)
    ended_article: str | None = text(60, optional=True)
    appointment_id: str | None = link("appointment.id", optional=True)


class CallWindow(Row, table=True):
    """Hours of a week at which a relative can be called: a wish, from which supervised calls are arranged.

    `weekday` is the ISO day (1 is Monday), `starts` and `ends` are local "HH:MM" at the institution. A window is ended,
    never changed.
    """

    __tablename__ = "call_window"
    __table_args__ = (
        CheckConstraint("kind IN ('call', 'video_call')", name="kind"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("starts < ends", name="order"),
        Index(
            "uq_call_window_open",
            "relationship_id",
            "kind",
            "weekday",
            "starts",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    person_id: str = link("person.id", Committed("person_id"))
    relationship_id: str = link("relationship.id", Committed("person_id"))
    kind: str = text(10)
    weekday: int = number()
    starts: str = text(5)
    ends: str = text(5)
    added_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)


class InstitutionGuide(Row, table=True):
    """How to get to an institution and what to bring, in one language; a newer one ends the one before."""

    __tablename__ = "institution_guide"
    __table_args__ = (
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language"),
        Index(
            "uq_institution_guide_open",
            "institution_id",
            "language",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: str = key()
    institution_id: str = link("institution.id", index=True)
    language: str = text(2)
    address: str = text(200)
    directions: str = text(1000)
    phone: str = text(40)
    bring: str = text(600)
    set_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
