"""Openings released to auditors, outcomes of leads, stamps of time"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import UtcMoment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = ("opening_release", "lead_outcome", "head_stamp")


def upgrade() -> None:
    """Openings released to auditors, outcomes of leads, stamps of time"""
    op.create_table(
        "opening_release",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.Column("released_at", UtcMoment(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'released')", name=op.f("ck_opening_release_state")
        ),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_opening_release_two_people")),
        sa.CheckConstraint("state = 'asked' OR decided_by IS NOT NULL", name=op.f("ck_opening_release_decided")),
        sa.CheckConstraint(
            "state <> 'released' OR (sha256 IS NOT NULL AND released_at IS NOT NULL)",
            name=op.f("ck_opening_release_released"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_opening_release_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_opening_release_decided_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_opening_release_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_release")),
    )
    op.create_index(op.f("ix_opening_release_institution_id"), "opening_release", ["institution_id"])
    op.create_table(
        "lead_outcome",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("test", sa.String(length=40), nullable=False),
        sa.Column("lead", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("said_by", sa.String(length=32), nullable=False),
        sa.Column("said_at", UtcMoment(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('explained', 'data-mended', 'referred', 'confirmed', 'no-answer')",
            name=op.f("ck_lead_outcome_outcome"),
        ),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_lead_outcome_institution_id")),
        sa.ForeignKeyConstraint(["said_by"], ["officer.id"], name=op.f("fk_lead_outcome_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_outcome")),
    )
    op.create_index(op.f("ix_lead_outcome_institution_id"), "lead_outcome", ["institution_id"])
    op.create_index(op.f("ix_lead_outcome_lead"), "lead_outcome", ["lead"])
    op.create_table(
        "head_stamp",
        sa.Column("log_id", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("stamped_at", UtcMoment(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name=op.f("fk_head_stamp_log_id")),
        sa.ForeignKeyConstraint(
            ["log_id", "size"], ["checkpoint.log_id", "checkpoint.size"], name="fk_head_stamp_head"
        ),
        sa.PrimaryKeyConstraint("log_id", "size", "authority", name=op.f("pk_head_stamp")),
    )
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Openings released to auditors, outcomes of leads, stamps of time; the triggers go with their tables"""
    op.drop_table("head_stamp")
    op.drop_table("lead_outcome")
    op.drop_table("opening_release")
