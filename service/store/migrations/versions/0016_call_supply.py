"""What suppliers told of calls, what calls cost, and what was paid in for them"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install, remove
from service.store.types import UtcMoment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = ("call_cost", "call_payment")


def upgrade() -> None:
    """What suppliers told, costs and payments"""
    op.create_table(
        "call_heard",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("heard_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_heard_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_heard")),
        sa.UniqueConstraint("call_id", "reference", name="uq_call_heard_reference"),
    )
    op.create_table(
        "call_cost",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("tariff", sa.Integer(), nullable=False),
        sa.Column("rounding", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("priced_at", UtcMoment(), nullable=False),
        sa.CheckConstraint("rounding IN ('minute', 'second')", name=op.f("ck_call_cost_rounding")),
        sa.CheckConstraint("seconds >= 0 AND tariff >= 0 AND amount >= 0", name=op.f("ck_call_cost_amount")),
        *_links("call_cost", institution_id="institution", call_id="call", convict_id="convict"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_cost")),
        sa.UniqueConstraint("call_id", name="uq_call_cost_call_id"),
    )
    op.create_index("ix_call_cost_convict", "call_cost", ["convict_id"], unique=False)
    op.create_table(
        "call_payment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=False),
        sa.Column("entered_at", UtcMoment(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_call_payment_amount")),
        *_links("call_payment", institution_id="institution", convict_id="convict", entered_by="officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_payment")),
    )
    op.create_index("ix_call_payment_convict", "call_payment", ["convict_id"], unique=False)
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Without them"""
    for table in ("call_payment", "call_cost", "call_heard"):
        op.drop_table(table)
    remove(op.get_bind(), ("kz_call_money_fixed",))


def _links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]
