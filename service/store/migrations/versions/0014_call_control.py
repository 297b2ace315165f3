"""The officer's voice, take-over and recording of calls; the rota of those who watch"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install, remove
from service.store.types import UtcMoment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEPT = ("supervisor_shift", "recording_rule", "call_recording", "recording_look")
BEFORE = ("warned", "muted", "unmuted", "noted", "paused", "resumed", "limit_near")
NOW = (*BEFORE, "voice_on", "voice_off", "taken_over", "agreed", "recorded", "unrecorded")


def upgrade() -> None:
    """The officer's voice, take-over and recording of calls; the rota of those who watch"""
    # Without a batch: a batch makes the table anew, and its triggers would be gone.
    op.add_column("call", sa.Column("voice_since", UtcMoment(), nullable=True))
    op.add_column("call", sa.Column("recorded_since", UtcMoment(), nullable=True))
    _mark_kinds(NOW)
    op.create_table(
        "supervisor_shift",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", UtcMoment(), nullable=False),
        sa.Column("ends_at", UtcMoment(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.Column("withdrawn_at", UtcMoment(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_supervisor_shift_order")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_supervisor_shift_withdrawn")
        ),
        *_links("supervisor_shift", institution_id="institution", officer_id="officer", set_by="officer"),
        *_links("supervisor_shift", withdrawn_by="officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisor_shift")),
    )
    op.create_index("ix_supervisor_shift_day", "supervisor_shift", ["institution_id", "starts_at"])
    op.create_table(
        "recording_rule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("days BETWEEN 1 AND 365", name=op.f("ck_recording_rule_days")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_recording_rule_ended")),
        *_links("recording_rule", institution_id="institution", set_by="officer", ended_by="officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_rule")),
    )
    op.create_index(
        "uq_recording_rule_one",
        "recording_rule",
        ["institution_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "call_recording",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("file_key", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", UtcMoment(), nullable=True),
        sa.Column("keep_until", UtcMoment(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("held_at", UtcMoment(), nullable=True),
        sa.Column("held_by", sa.String(length=32), nullable=True),
        sa.Column("hold_ground", sa.LargeBinary(), nullable=True),
        sa.Column("purged_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("party IN ('convict', 'relative')", name=op.f("ck_call_recording_party")),
        sa.CheckConstraint("purged_at IS NULL OR held_at IS NULL", name=op.f("ck_call_recording_held")),
        sa.CheckConstraint("(held_at IS NULL) = (held_by IS NULL)", name=op.f("ck_call_recording_held_by")),
        sa.CheckConstraint("(kept_at IS NULL) = (sha256 IS NULL)", name=op.f("ck_call_recording_kept")),
        *_links("call_recording", institution_id="institution", call_id="call", convict_id="convict"),
        *_links("call_recording", held_by="officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_recording")),
    )
    op.create_index("ix_call_recording_call", "call_recording", ["call_id"])
    op.create_index(
        "ix_call_recording_due",
        "call_recording",
        ["keep_until"],
        sqlite_where=sa.text("purged_at IS NULL"),
        postgresql_where=sa.text("purged_at IS NULL"),
    )
    op.create_table(
        "recording_look",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("looked_at", UtcMoment(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        *_links("recording_look", institution_id="institution", call_id="call", convict_id="convict"),
        *_links("recording_look", officer_id="officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_look")),
    )
    op.create_index(op.f("ix_recording_look_call_id"), "recording_look", ["call_id"])
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Without them"""
    for table in reversed(KEPT):
        op.drop_table(table)
    remove(op.get_bind(), ("kz_call_recording_fixed",))
    _mark_kinds(BEFORE)
    op.execute("ALTER TABLE call DROP COLUMN voice_since")
    op.execute("ALTER TABLE call DROP COLUMN recorded_since")


def _links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def _mark_kinds(kinds: tuple[str, ...]) -> None:
    """What may stand on the timeline. SQLite cannot change a check: the table is made anew, with what refuses."""
    rule = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE call_mark DROP CONSTRAINT ck_call_mark_kind")
        op.execute(f"ALTER TABLE call_mark ADD CONSTRAINT ck_call_mark_kind CHECK ({rule})")
        return
    (made,) = op.get_bind().exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'call_mark'").one()
    (kept,) = op.get_bind().exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'tr_call_mark_kept'").one()
    old = next(line for line in made.splitlines() if "ck_call_mark_kind" in line)
    fresh = f"\tCONSTRAINT ck_call_mark_kind CHECK ({rule}), "
    op.execute("DROP TRIGGER tr_call_mark_kept")
    op.execute("DROP INDEX ix_call_mark_call")
    op.rename_table("call_mark", "call_mark_before")
    for statement in (
        made.replace(old, fresh),
        "INSERT INTO call_mark SELECT * FROM call_mark_before",
        "DROP TABLE call_mark_before",
        "CREATE INDEX ix_call_mark_call ON call_mark (call_id, at)",
        kept,
    ):
        op.get_bind().exec_driver_sql(statement)
