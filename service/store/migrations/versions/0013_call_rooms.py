"""Rooms of calls: the supplier's handles of each seat, and when each seat was heard last"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UtcMoment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PARTY = "party IN ('convict', 'relative', 'supervisor')"


def upgrade() -> None:
    """Handles and signs of life"""
    op.create_table(
        "call_handle",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=24), nullable=False),
        sa.Column("handle", sa.String(length=24), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=True),
        sa.Column("sound", sa.String(length=16), nullable=True),
        sa.CheckConstraint(PARTY, name=op.f("ck_call_handle_party")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_handle_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_handle")),
        sa.UniqueConstraint("call_id", "seat", "session", "handle", name="uq_call_handle_seat"),
    )
    op.create_table(
        "call_seat_seen",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("seen_at", UtcMoment(), nullable=False),
        sa.CheckConstraint(PARTY, name=op.f("ck_call_seat_seen_party")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_seat_seen_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_seat_seen")),
        sa.UniqueConstraint("call_id", "seat", name="uq_call_seat_seen_seat"),
    )


def downgrade() -> None:
    """Without them"""
    op.drop_table("call_seat_seen")
    op.drop_table("call_handle")
