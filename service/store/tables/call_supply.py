"""What a supplier has to do with a call beside its room: what it told us already, what the call cost, what was paid."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from service.domain.call_cost import ROUNDINGS
from service.store.columns import Committed, Exempt, Sealed, key, link, moment, number, octets, text
from service.store.tables.base import Passing, Row

TOLD = Exempt("a supplier's word on the way; what it led to stands in the record")


class CallHeard(Passing, table=True):
    """One thing a supplier told of a call, each once. `reference`: the supplier's room, and its number in that room."""

    exempt: ClassVar[str] = "a supplier's word on the way; what it led to stands in the record"
    __tablename__ = "call_heard"
    __table_args__ = (UniqueConstraint("call_id", "reference", name="uq_call_heard_reference"),)

    id: str = key(TOLD)
    call_id: str = link("call.id", TOLD)
    reference: str = text(100, TOLD)
    heard_at: datetime = moment(TOLD)


class CallCost(Row, table=True):
    """What a call cost whoever pays for it, by the tariff of that day; never changed. Money in tiyn (1/100 tenge)."""

    __tablename__ = "call_cost"
    __table_args__ = (
        CheckConstraint(f"rounding IN ({', '.join(repr(one) for one in ROUNDINGS)})", name="rounding"),
        CheckConstraint("seconds >= 0 AND tariff >= 0 AND amount >= 0", name="amount"),
        UniqueConstraint("call_id", name="uq_call_cost_call_id"),
        Index("ix_call_cost_convict", "convict_id"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    call_id: str = link("call.id")
    convict_id: str = link("convict.id", Committed("convict_id"))
    seconds: int = number()
    tariff: int = number()
    rounding: str = text(8)
    amount: int = number()
    priced_at: datetime = moment()


class CallPayment(Row, table=True):
    """Money paid in for a convict's calls, entered by an officer from a paper; never changed. In tiyn."""

    __tablename__ = "call_payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_call_payment_convict", "convict_id"),
    )

    id: str = key()
    institution_id: str = link("institution.id")
    convict_id: str = link("convict.id", Committed("convict_id"))
    amount: int = number()
    paper: bytes = octets(Sealed("convict_id"))
    entered_by: str = link("officer.id")
    entered_at: datetime = moment()
