"""Supervised calls: the call, who was in it, what the officer did, and when it is to be looked at"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install, remove
from service.store.types import UtcMoment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEPT = ("call", "call_party", "call_mark")
FUNCTIONS = ("kz_call_fixed", "kz_call_officer", "kz_call_party_fixed")


def upgrade() -> None:
    """Supervised calls and their timers"""
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("supervisor_id", sa.String(length=32), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("called", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", UtcMoment(), nullable=True),
        sa.Column("identified_at", UtcMoment(), nullable=True),
        sa.Column("identified_by", sa.String(length=32), nullable=True),
        sa.Column("live_at", UtcMoment(), nullable=True),
        sa.Column("hard_end_at", UtcMoment(), nullable=True),
        sa.Column("muted", sa.String(length=12), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("ended_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(state IN ('ended','no_show','cancelled')) = (ended_at IS NOT NULL)", name=op.f("ck_call_ended")
        ),
        sa.CheckConstraint("kind IN ('call', 'video_call')", name=op.f("ck_call_kind")),
        sa.CheckConstraint(
            "state IN ('scheduled', 'open', 'waiting_monitor', 'live', 'paused', 'ended', 'no_show', 'cancelled')",
            name=op.f("ck_call_state"),
        ),
        sa.CheckConstraint("state NOT IN ('live','paused') OR live_at IS NOT NULL", name=op.f("ck_call_live")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_code IS NULL)", name=op.f("ck_call_ended_code")),
        sa.CheckConstraint("(live_at IS NULL) = (hard_end_at IS NULL)", name=op.f("ck_call_limit")),
        sa.CheckConstraint("hard_end_at > live_at", name=op.f("ck_call_order")),
        sa.CheckConstraint("live_at IS NULL OR identified_by IS NOT NULL", name=op.f("ck_call_identified")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_call_appointment_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_call_convict_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["officer.id"], name=op.f("fk_call_ended_by")),
        sa.ForeignKeyConstraint(["identified_by"], ["officer.id"], name=op.f("fk_call_identified_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_call_institution_id")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["officer.id"], name=op.f("fk_call_supervisor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("appointment_id", name="uq_call_appointment_id"),
    )
    op.create_index(
        "ix_call_standing",
        "call",
        ["institution_id", "state"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "call_mark",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("officer_id", sa.String(length=32), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('warned', 'muted', 'unmuted', 'noted', 'paused', 'resumed', 'limit_near')",
            name=op.f("ck_call_mark_kind"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_mark_call_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_call_mark_convict_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_call_mark_institution_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_call_mark_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_mark")),
    )
    op.create_index("ix_call_mark_call", "call_mark", ["call_id", "at"], unique=False)
    op.create_table(
        "call_party",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=True),
        sa.Column("joined_at", UtcMoment(), nullable=False),
        sa.Column("left_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("(party = 'supervisor') = (officer_id IS NOT NULL)", name=op.f("ck_call_party_officer")),
        sa.CheckConstraint("party IN ('convict', 'relative', 'supervisor')", name=op.f("ck_call_party_party")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_party_call_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_call_party_institution_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_call_party_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_party")),
        sa.UniqueConstraint("call_id", "seat", name="uq_call_party_seat"),
    )
    op.create_index(
        "uq_call_party_one",
        "call_party",
        ["call_id", "party"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "call_timer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcMoment(), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "kind IN ('cut', 'room', 'missing_supervisor', 'warn', 'open', 'no_show', 'remind')",
            name=op.f("ck_call_timer_kind"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_timer_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_timer")),
        sa.UniqueConstraint("call_id", "kind", name="uq_call_timer_call_id"),
    )
    op.create_index(
        "ix_call_timer_due",
        "call_timer",
        ["rank", "due_at"],
        unique=False,
        sqlite_where=sa.text("NOT done"),
        postgresql_where=sa.text("NOT done"),
    )
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Without calls"""
    for table in ("call_timer", "call_mark", "call_party", "call"):
        op.drop_table(table)
    remove(op.get_bind(), FUNCTIONS)
