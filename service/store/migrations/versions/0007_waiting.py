"""The queue for full days, hours for calls, what a party needs and brings"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install, remove
from service.store.types import LocalDay, UtcMoment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT = ("queue_entry", "call_window", "institution_guide")
FUNCTIONS = ("kz_queue_entry_fixed",)


def upgrade() -> None:
    """The queue for full days, hours for calls, what a party needs and brings"""
    op.add_column("appointment", sa.Column("needs", sa.LargeBinary(), nullable=True))
    op.create_table(
        "queue_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("relationship_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("by_video", sa.Boolean(), nullable=False),
        sa.Column("wanted_on", LocalDay(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("party", sa.LargeBinary(), nullable=False),
        sa.Column("needs", sa.LargeBinary(), nullable=True),
        sa.Column("joined_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_code", sa.String(length=40), nullable=True),
        sa.Column("ended_article", sa.String(length=60), nullable=True),
        sa.Column("appointment_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'left', 'passed', 'closed')", name=op.f("ck_queue_entry_state")
        ),
        sa.CheckConstraint("(state = 'offered') = (appointment_id IS NOT NULL)", name=op.f("ck_queue_entry_offered")),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_queue_entry_ended")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_queue_entry_appointment_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_queue_entry_asked_by")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_queue_entry_convict_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_queue_entry_institution_id")),
        sa.ForeignKeyConstraint(["relationship_id"], ["relationship.id"], name=op.f("fk_queue_entry_relationship_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entry")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_queue_entry_once",
        "queue_entry",
        ["convict_id", "kind", "by_video", "wanted_on"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("uq_queue_entry_turn", "queue_entry", ["institution_id", "turn"], unique=True)
    op.create_index(
        "ix_queue_entry_list", "queue_entry", ["institution_id", "state", "kind", "by_video", "wanted_on", "turn"]
    )
    op.create_table(
        "call_window",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("relationship_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("added_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("kind IN ('call', 'video_call')", name=op.f("ck_call_window_kind")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_call_window_weekday")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_call_window_order")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_call_window_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_window_person_id")),
        sa.ForeignKeyConstraint(["relationship_id"], ["relationship.id"], name=op.f("fk_call_window_relationship_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_window")),
    )
    op.create_index(op.f("ix_call_window_institution_id"), "call_window", ["institution_id"])
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_call_window_open",
        "call_window",
        ["relationship_id", "kind", "weekday", "starts"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    op.create_table(
        "institution_guide",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("directions", sa.String(length=1000), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("bring", sa.String(length=600), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("language IN ('kk', 'ru', 'en')", name=op.f("ck_institution_guide_language")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_institution_guide_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_guide")),
    )
    op.create_index(op.f("ix_institution_guide_institution_id"), "institution_guide", ["institution_id"])
    op.create_index(
        "uq_institution_guide_open",
        "institution_guide",
        ["institution_id", "language"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """The queue, hours for calls, what a party needs"""
    op.drop_table("institution_guide")
    op.drop_table("call_window")
    op.drop_table("queue_entry")
    remove(op.get_bind(), FUNCTIONS)
    op.drop_column("appointment", "needs")
