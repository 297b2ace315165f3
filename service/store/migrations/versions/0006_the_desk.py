"""The staff desk: decisions with their minutes, contact persons, carried histories, daily pauses, session capacities"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import LocalDay, UtcMoment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT = ("commission_decision", "contact_person", "carried_history", "daily_pause")
BEFORE = (
    "kind IN ('condition', 'degree', 'suspension', 'ban', 'illness', 'incentive', 'penalty', 'credit', 'first_visit',"
    " 'permission')"
)
AFTER = BEFORE[:-1] + ", 'diligence', 'chapter', 'vulnerable', 'release_day', 'term', 'past_visit', 'end')"


def upgrade() -> None:
    """Four tables, one column, and more kinds of entries"""
    _decisions()
    _contacts_and_histories()
    _pauses()
    op.add_column("session_template", sa.Column("capacity", sa.Integer(), nullable=True))
    _checked("session_template", "capacity", "capacity IS NULL OR capacity > 0")
    _kinds(BEFORE, AFTER)
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Back, where no entry of a new kind stands; the triggers go with their tables"""
    _kinds(AFTER, BEFORE)
    if _is_sqlite():
        _in_schema("session_template", f",\n\tCONSTRAINT {op.f('ck_session_template_capacity')} CHECK ({CAPACITY})", "")
    op.drop_column("session_template", "capacity")
    for table in reversed(KEPT):
        op.drop_table(table)


CAPACITY = "capacity IS NULL OR capacity > 0"


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _kinds(before: str, after: str) -> None:
    """Another list of kinds. On SQLite the text of the constraint is replaced where it stands.

    Copying the table would drop it, and appointments refer to it; a constraint that only admits more needs no copy
    (sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
    """
    if _is_sqlite():
        _in_schema("file_entry", before, after)
        return
    op.drop_constraint(op.f("ck_file_entry_kind"), "file_entry", type_="check")
    op.create_check_constraint(op.f("ck_file_entry_kind"), "file_entry", after)


def _checked(table: str, name: str, rule: str) -> None:
    if not _is_sqlite():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
        return
    bind = op.get_bind()
    text = bind.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'").scalar()  # noqa: S608  (names of ours)
    assert text is not None
    whole = str(text).rstrip()
    assert whole.endswith(")")
    _in_schema(table, whole, f"{whole[:-1].rstrip()},\n\tCONSTRAINT ck_{table}_{name} CHECK ({rule})\n)")


def _in_schema(table: str, before: str, after: str) -> None:
    bind = op.get_bind()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar()
    assert isinstance(version, int)
    bind.exec_driver_sql("PRAGMA writable_schema=ON")
    done = bind.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?) > 0",
        (before, after, table, before),
    )
    assert done.rowcount == 1, f"{table} has another shape than the migrations gave it"
    bind.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema=RESET")


def _decisions() -> None:
    op.create_table(
        "commission_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("present", sa.String(length=20), nullable=False),
        sa.Column("proposed", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("not_before", LocalDay(), nullable=True),
        sa.Column("reasoning", sa.LargeBinary(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.Column("minutes", sa.String(length=80), nullable=False),
        sa.Column("held_on", LocalDay(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("entry_id", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", UtcMoment(), nullable=False),
        sa.CheckConstraint("what IN ('degree','condition')", name=op.f("ck_commission_decision_what")),
        sa.CheckConstraint("outcome IN ('adopted', 'declined', 'beside')", name=op.f("ck_commission_decision_outcome")),
        sa.CheckConstraint("outcome = 'adopted' OR words IS NOT NULL", name=op.f("ck_commission_decision_words")),
        sa.CheckConstraint("(outcome = 'declined') = (entry_id IS NULL)", name=op.f("ck_commission_decision_entry")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_commission_decision_institution_id")
        ),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_commission_decision_convict_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["file_entry.id"], name=op.f("fk_commission_decision_entry_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_commission_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_decision")),
    )
    for column in ("convict_id", "institution_id"):
        op.create_index(op.f(f"ix_commission_decision_{column}"), "commission_decision", [column], unique=False)
    op.create_index("uq_commission_decision_entry", "commission_decision", ["entry_id"], unique=True)


def _contacts_and_histories() -> None:
    op.create_table(
        "contact_person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("relationship_id", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("paper", sa.String(length=80), nullable=True),
        sa.Column("named_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("how IN ('kiosk','paper')", name=op.f("ck_contact_person_how")),
        sa.CheckConstraint("how <> 'paper' OR paper IS NOT NULL", name=op.f("ck_contact_person_paper")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_contact_person_institution_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_contact_person_convict_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_contact_person_relationship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_person")),
    )
    op.create_index(op.f("ix_contact_person_institution_id"), "contact_person", ["institution_id"], unique=False)
    op.create_index(
        "uq_contact_person_open",
        "contact_person",
        ["convict_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "carried_history",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("from_institution", sa.String(length=64), nullable=False),
        sa.Column("placement_id", sa.String(length=32), nullable=False),
        sa.Column("as_of", LocalDay(), nullable=False),
        sa.Column("history", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_carried_history_institution_id")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_carried_history_convict_id")),
        sa.ForeignKeyConstraint(
            ["from_institution"], ["institution.id"], name=op.f("fk_carried_history_from_institution")
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_carried_history_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_history")),
    )
    for column in ("convict_id", "institution_id"):
        op.create_index(op.f(f"ix_carried_history_{column}"), "carried_history", [column], unique=False)


def _pauses() -> None:
    op.create_table(
        "daily_pause",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("valid_from", LocalDay(), nullable=False),
        sa.Column("valid_to", LocalDay(), nullable=True),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.CheckConstraint("ends > starts", name=op.f("ck_daily_pause_order")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_daily_pause_valid")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_daily_pause_institution_id")),
        sa.ForeignKeyConstraint(["set_by"], ["officer.id"], name=op.f("fk_daily_pause_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_pause")),
    )
    op.create_index(op.f("ix_daily_pause_institution_id"), "daily_pause", ["institution_id"], unique=False)
