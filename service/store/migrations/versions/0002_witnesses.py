"""Cosignatures of witnesses"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import UtcMoment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT = ("cosignature",)


def upgrade() -> None:
    """Cosignatures of witnesses"""
    op.create_table(
        "cosignature",
        sa.Column("log_id", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("witness", sa.String(length=300), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name=op.f("fk_cosignature_log_id")),
        sa.ForeignKeyConstraint(
            ["log_id", "size"], ["checkpoint.log_id", "checkpoint.size"], name="fk_cosignature_head"
        ),
        sa.PrimaryKeyConstraint("log_id", "size", "witness", name=op.f("pk_cosignature")),
    )
    op.create_table(
        "witness_line",
        sa.Column("log_id", sa.String(length=64), nullable=False),
        sa.Column("witness", sa.String(length=300), nullable=False),
        sa.Column("begun_at", UtcMoment(), nullable=False),
        sa.Column("held_size", sa.Integer(), nullable=False),
        sa.Column("cosigned_size", sa.Integer(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", UtcMoment(), nullable=True),
        sa.Column("next_at", UtcMoment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("alarm_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name=op.f("fk_witness_line_log_id")),
        sa.PrimaryKeyConstraint("log_id", "witness", name=op.f("pk_witness_line")),
    )
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Cosignatures of witnesses; the triggers go with their tables"""
    op.drop_table("witness_line")
    op.drop_table("cosignature")
