"""Notices to people: written in the transaction of what they tell, delivered by the worker, and what became of them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from service.store.columns import Committed, Exempt, Sealed, key, link, moment, number, octets, text, truth
from service.store.tables.base import NATIONAL, Passing, Row

DELIVERY = Exempt("the worker's bookkeeping of tries; that a notice was sent is an event")
WORKING = Exempt("the table is outside the record")
CHANNELS = "channel IN ('sms','email','kiosk')"
OUTCOMES = "outcome IN ('delivered','undelivered','failed','given-up')"


class Outgoing(Row):
    """What every notice has, whoever's log it belongs to.

    `contact`: a number or address of its own, where the account's present one is not meant. `urgent`: also at night.
    `unsure_since`: a supplier was asked then, and whether it took the notice over is not known.
    """

    id: str = key()
    person_id: str = link("person.id", Committed("person_id"), index=True)
    channel: str = text(8)
    template: str = text(60)
    language: str = text(2)
    arguments: bytes = octets(Sealed("person_id"))
    contact: bytes | None = octets(Sealed("person_id"), optional=True)
    urgent: bool | None = truth(optional=True)
    created_at: datetime = moment()
    sent_at: datetime | None = moment(optional=True)
    supplier_reference: str | None = text(80, optional=True)
    outcome: str | None = text(12, optional=True)
    outcome_code: str | None = text(40, optional=True)
    outcome_at: datetime | None = moment(optional=True)
    tries: int = number(DELIVERY, default=0)
    next_try_at: datetime | None = moment(DELIVERY, optional=True)
    claimed_until: datetime | None = moment(DELIVERY, optional=True)
    unsure_since: datetime | None = moment(DELIVERY, optional=True)


class Message(Outgoing, table=True):
    """A notice about an institution's affairs, in that institution's log."""

    __table_args__ = (
        CheckConstraint(CHANNELS, name="channel"),
        CheckConstraint(OUTCOMES, name="outcome"),
        Index("ix_message_due", "sent_at", "next_try_at"),
        Index("ix_message_appointment_id", "appointment_id", "template"),
    )

    institution_id: str = link("institution.id")
    appointment_id: str | None = link("appointment.id", optional=True)


class AccountMessage(Outgoing, table=True):
    """A notice about a person's own account, in the national log."""

    log: ClassVar[str] = NATIONAL
    __tablename__ = "account_message"
    __table_args__ = (
        CheckConstraint(CHANNELS, name="channel"),
        CheckConstraint(OUTCOMES, name="outcome"),
        Index("ix_account_message_due", "sent_at", "next_try_at"),
    )


class DeliveryReceipt(Passing, table=True):
    """What a supplier said of one notice on its way, each thing once."""

    exempt: ClassVar[str] = "a supplier's word on the way; what became of the notice is an event"
    __tablename__ = "delivery_receipt"
    __table_args__ = (UniqueConstraint("message_id", "reference", "status", name="uq_delivery_receipt"),)

    id: str = key(WORKING)
    message_id: str = text(32, WORKING)
    reference: str = text(80, WORKING)
    status: str = text(20, WORKING)
    code: str | None = text(40, WORKING, optional=True)
    received_at: datetime = moment(WORKING)
