"""Keys and journals of gate bridges, gate PINs, and the daily comparison of doors with appointments"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import LocalDay, UtcMoment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEPT = ("bridge_key", "journal_entry", "journal_fault", "gate_pin", "reconciliation")


def upgrade() -> None:
    """Keys and journals of gate bridges, gate PINs, and the daily comparison of doors with appointments"""
    _keys()
    _journals()
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("day", LocalDay(), nullable=False),
        sa.Column("made_at", UtcMoment(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("doors", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("manual_releases", sa.Integer(), nullable=False),
        sa.Column("heartbeat_gaps", sa.Integer(), nullable=False),
        sa.Column("counter_gaps", sa.Integer(), nullable=False),
        sa.Column("long_stays", sa.Integer(), nullable=False),
        sa.Column("at_two_gates", sa.Integer(), nullable=False),
        sa.Column("journal_faults", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("verdict IN ('clean','findings','incomplete')", name=op.f("ck_reconciliation_verdict")),
        sa.CheckConstraint("matched >= 0 AND matched <= doors", name=op.f("ck_reconciliation_matched")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_reconciliation_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    with op.batch_alter_table("reconciliation", schema=None) as batch_op:
        batch_op.create_index("ix_reconciliation_day", ["institution_id", "day", "made_at"], unique=False)
    install(op.get_bind(), revision, KEPT)


def _keys() -> None:
    op.create_table(
        "bridge_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("journal", sa.String(length=16), nullable=False),
        sa.Column("signing_key", sa.String(length=64), nullable=False),
        sa.Column("sealing_key", sa.String(length=64), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("holds_from", UtcMoment(), nullable=True),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("approved_by IS NULL OR holds_from IS NOT NULL", name=op.f("ck_bridge_key_approved")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_bridge_key_institution_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_bridge_key_device_id")),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name=op.f("fk_bridge_key_approved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_key")),
    )
    with op.batch_alter_table("bridge_key", schema=None) as batch_op:
        batch_op.create_index("uq_bridge_key_signing_key", ["signing_key"], unique=True)
        batch_op.create_index(
            "uq_bridge_key_live",
            ["device_id"],
            unique=True,
            sqlite_where=sa.text("holds_from IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("holds_from IS NOT NULL AND ended_at IS NULL"),
        )
    op.create_table(
        "gate_pin",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("verifier", sa.String(length=200), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_gate_pin_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gate_pin_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_pin")),
    )
    with op.batch_alter_table("gate_pin", schema=None) as batch_op:
        batch_op.create_index(
            "uq_gate_pin_live",
            ["officer_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def _journals() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_journal_entry_institution_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_journal_entry_device_id")),
        sa.ForeignKeyConstraint(["key_id"], ["bridge_key.id"], name=op.f("fk_journal_entry_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("key_id", "number", name="uq_journal_entry_number"),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entry_at", ["institution_id", "at"], unique=False)
    op.create_table(
        "journal_fault",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("expected", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.CheckConstraint("kind IN ('fork','gap','link','signature','form')", name=op.f("ck_journal_fault_kind")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_journal_fault_institution_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_journal_fault_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_fault")),
        sa.UniqueConstraint("device_id", "number", "digest", name="uq_journal_fault_entry"),
    )
    with op.batch_alter_table("journal_fault", schema=None) as batch_op:
        batch_op.create_index("ix_journal_fault_at", ["institution_id", "received_at"], unique=False)


def downgrade() -> None:
    """Their tables; the triggers go with them"""
    for table in ("reconciliation", "journal_fault", "journal_entry", "gate_pin", "bridge_key"):
        op.drop_table(table)
