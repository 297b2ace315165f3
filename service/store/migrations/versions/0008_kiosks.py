"""What convicts do at the kiosk: cards, requests, sealed letters, alarms"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install, remove
from service.store.types import LocalDay, UtcMoment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEPT = ("oversight_key", "convict_card", "kiosk_alarm", "queued_failure", "sealed_letter", "convict_request")
FUNCTIONS = ("kz_convict_request_fixed", "kz_sealed_letter_fixed")


def upgrade() -> None:
    """What convicts do at the kiosk: cards, requests, sealed letters, alarms"""
    _oversight_key()
    _convict_card()
    _kiosk_alarm()
    _queued_failure()
    _sealed_letter()
    _convict_request()
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """The triggers go with their tables"""
    remove(op.get_bind(), FUNCTIONS)
    for table in reversed(KEPT):
        op.drop_table(table)


def _oversight_key() -> None:
    op.create_table(
        "oversight_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("added_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight_key")),
        sa.CheckConstraint("body IN ('prosecutor', 'ombudsman')", name=op.f("ck_oversight_key_body")),
    )
    op.create_index(
        "uq_oversight_key_live",
        "oversight_key",
        ["body"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _convict_card() -> None:
    op.create_table(
        "convict_card",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("first_pin", sa.Boolean(), nullable=False),
        sa.Column("duress_hash", sa.String(length=200), nullable=True),
        sa.Column("issued_at", UtcMoment(), nullable=False),
        sa.Column("issued_by", sa.String(length=32), nullable=True),
        sa.Column("pin_set_at", UtcMoment(), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_code", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convict_card")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_convict_card_institution_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_convict_card_convict_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["officer.id"], name=op.f("fk_convict_card_issued_by")),
    )
    op.create_index(op.f("ix_convict_card_institution_id"), "convict_card", ["institution_id"], unique=False)
    op.create_index(
        "uq_convict_card_live",
        "convict_card",
        ["convict_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_convict_card_number",
        "convict_card",
        ["number_index"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _kiosk_alarm() -> None:
    op.create_table(
        "kiosk_alarm",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("raised_at", UtcMoment(), nullable=False),
        sa.Column("seen_at", UtcMoment(), nullable=True),
        sa.Column("seen_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_alarm")),
        sa.CheckConstraint("code IN ('duress','locked')", name=op.f("ck_kiosk_alarm_code")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_kiosk_alarm_institution_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_kiosk_alarm_convict_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_kiosk_alarm_device_id")),
        sa.ForeignKeyConstraint(["seen_by"], ["officer.id"], name=op.f("fk_kiosk_alarm_seen_by")),
    )
    op.create_index(op.f("ix_kiosk_alarm_institution_id"), "kiosk_alarm", ["institution_id"], unique=False)


def _queued_failure() -> None:
    op.create_table(
        "queued_failure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queued_failure")),
        sa.UniqueConstraint("device_id", "sequence", name="uq_queued_failure_sequence"),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_queued_failure_institution_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_queued_failure_device_id")),
    )
    op.create_index(op.f("ix_queued_failure_institution_id"), "queued_failure", ["institution_id"], unique=False)


def _sealed_letter() -> None:
    op.create_table(
        "sealed_letter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.String(length=16000), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.Column("fetched_at", UtcMoment(), nullable=True),
        sa.Column("fetched_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_letter")),
        sa.UniqueConstraint("institution_id", "number", name="uq_sealed_letter_number"),
        sa.UniqueConstraint("device_id", "sequence", name="uq_sealed_letter_sequence"),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_sealed_letter_institution_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_sealed_letter_convict_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_sealed_letter_device_id")),
        sa.ForeignKeyConstraint(["key_id"], ["oversight_key.id"], name=op.f("fk_sealed_letter_key_id")),
        sa.ForeignKeyConstraint(["fetched_by"], ["officer.id"], name=op.f("fk_sealed_letter_fetched_by")),
    )
    op.create_index(op.f("ix_sealed_letter_convict_id"), "sealed_letter", ["convict_id"], unique=False)


def _convict_request() -> None:
    op.create_table(
        "convict_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("appointment_kind", sa.String(length=24), nullable=True),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("relationship_id", sa.String(length=32), nullable=True),
        sa.Column("appointment_id", sa.String(length=32), nullable=True),
        sa.Column("first_day", LocalDay(), nullable=True),
        sa.Column("last_day", LocalDay(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.Column("decide_by", UtcMoment(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("ended_ground", sa.String(length=60), nullable=True),
        sa.Column("ended_words", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convict_request")),
        sa.CheckConstraint(
            "kind IN ('visit', 'call', 'video_call', 'first_visit', 'keep_for', 'long_to_short', 'record_copy')",
            name=op.f("ck_convict_request_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'withdrawn', 'done')", name=op.f("ck_convict_request_state")
        ),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("ck_convict_request_window")),
        sa.CheckConstraint(
            "state NOT IN ('granted','refused') OR decided_by IS NOT NULL", name=op.f("ck_convict_request_decided")
        ),
        sa.CheckConstraint("state <> 'refused' OR ended_ground IS NOT NULL", name=op.f("ck_convict_request_ground")),
        sa.CheckConstraint("state <> 'asked' OR decide_by IS NOT NULL", name=op.f("ck_convict_request_deadline")),
        sa.UniqueConstraint("institution_id", "number", name="uq_convict_request_number"),
        sa.UniqueConstraint("device_id", "sequence", name="uq_convict_request_sequence"),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_convict_request_institution_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_convict_request_convict_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_convict_request_device_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_convict_request_relationship_id")
        ),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_convict_request_appointment_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_convict_request_decided_by")),
    )
    op.create_index(op.f("ix_convict_request_convict_id"), "convict_request", ["convict_id"], unique=False)
    op.create_index("ix_convict_request_due", "convict_request", ["institution_id", "state", "decide_by"], unique=False)
