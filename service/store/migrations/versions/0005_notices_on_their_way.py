"""Notices: an address of their own, urgency, what became of them; notices about accounts; delivery receipts"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import UtcMoment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEPT = ("account_message", "delivery_receipt")
OUTCOMES = "outcome IN ('delivered','undelivered','failed','given-up')"


def upgrade() -> None:
    """Columns of the way of a notice, and two tables"""
    with op.batch_alter_table("message", schema=None) as batch_op:
        for column in _more():
            batch_op.add_column(column)
        batch_op.create_index("ix_message_appointment_id", ["appointment_id", "template"], unique=False)
    # Beside its column, which both databases add in place: a table made anew would lose its triggers.
    op.execute(f"ALTER TABLE message ADD COLUMN outcome VARCHAR(12) CONSTRAINT ck_message_outcome CHECK ({OUTCOMES})")
    op.create_table(
        "account_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("arguments", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("sent_at", UtcMoment(), nullable=True),
        sa.Column("supplier_reference", sa.String(length=80), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcMoment(), nullable=True),
        sa.Column("claimed_until", UtcMoment(), nullable=True),
        *_more(),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.CheckConstraint("channel IN ('sms','email','kiosk')", name=op.f("ck_account_message_channel")),
        sa.CheckConstraint(OUTCOMES, name=op.f("ck_account_message_outcome")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_message")),
    )
    with op.batch_alter_table("account_message", schema=None) as batch_op:
        batch_op.create_index("ix_account_message_due", ["sent_at", "next_try_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_message_person_id"), ["person_id"], unique=False)
    op.create_table(
        "delivery_receipt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_receipt")),
        sa.UniqueConstraint("message_id", "reference", "status", name="uq_delivery_receipt"),
    )
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """The tables and columns go; the triggers of the tables go with them"""
    op.drop_table("delivery_receipt")
    op.drop_table("account_message")
    op.drop_index("ix_message_appointment_id", "message")
    for name in ("outcome", *(column.name for column in _more())):
        op.drop_column("message", name)


def _more() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=True),
        sa.Column("outcome_code", sa.String(length=40), nullable=True),
        sa.Column("outcome_at", UtcMoment(), nullable=True),
        sa.Column("unsure_since", UtcMoment(), nullable=True),
    )
