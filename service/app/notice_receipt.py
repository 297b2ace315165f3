"""A supplier's receipts: each is kept once, in whatever order they come; how a notice ended is an event."""

import sqlalchemy as sa

from service.app.notice_send import Outgoing, load_outgoing, log_of
from service.domain.access import Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import DeliveryReceipt
from service.store.unit_of_work import UnitOfWork

OUTCOMES = {"delivered": "delivered", "read": "delivered", "undelivered": "undelivered", "failed": "failed",
            "canceled": "failed"}  # fmt: skip
"""The words of suppliers that are the last ones; all others say where a message is on its way."""
WORDS = frozenset({"accepted", "scheduled", "queued", "sending", "sent", "partially_delivered", *OUTCOMES})


def take_receipt(unit: UnitOfWork, *, message: str, reference: str, status: str, code: str | None = None) -> bool:
    """Keeps a receipt; answers whether it said something new.

    A receipt for a notice that is not told as sent also tells that: its supplier has it, and the answer was lost. What
    names another message of the supplier's, or no notice of ours, or a word we do not know, changes nothing.
    """
    require(unit.actor, "notice.send", Target())
    if status not in WORDS or not reference:
        return False
    try:
        row = load_outgoing(unit, message)
    except Refusal:
        return False
    if row.supplier_reference not in (None, reference) or _known(unit, message, reference, status):
        return False
    unit.session.execute(
        sa.insert(DeliveryReceipt).values(
            id=unit.environment.new_id(),
            message_id=message,
            reference=reference,
            status=status,
            code=code,
            received_at=unit.now,
        )
    )
    _tell(unit, row, reference, status, code)
    return True


def _tell(unit: UnitOfWork, row: Outgoing, reference: str, status: str, code: str | None) -> None:
    outcome = OUTCOMES.get(status)
    told = None
    if row.sent_at is None:
        unit.change(row, sent_at=unit.now, supplier_reference=reference)
        told = "notice.sent"
    # The last word of a supplier is the first of its last words; one that was given up was taken over after all.
    if outcome is not None and row.outcome in (None, "given-up"):
        unit.change(row, outcome=outcome, outcome_code=code, outcome_at=unit.now)
        told = f"notice.{outcome}"
    if told is not None:
        unit.tell(told, log_of(row))


def _known(unit: UnitOfWork, message: str, reference: str, status: str) -> bool:
    row = of(DeliveryReceipt)
    return (
        unit.session.execute(
            sa.select(row.id).where(row.message_id == message, row.reference == reference, row.status == status)
        ).first()
        is not None
    )
