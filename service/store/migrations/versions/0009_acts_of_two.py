"""Questions to the civil registry, merges of persons, reopened relations, roles that exclude each other"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import UtcMoment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEPT = ("registry_question", "person_merge")


def upgrade() -> None:
    """Questions to the civil registry, merges of persons, reopened relations, roles that exclude each other"""
    # Without a batch: a batch makes the table anew, and its triggers would be gone.
    op.execute("ALTER TABLE exception_request ADD COLUMN relationship_id VARCHAR(32)")
    op.create_table(
        "registry_question",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("relationship_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("answered_at", UtcMoment(), nullable=True),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcMoment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked','matches','differs','unavailable')", name=op.f("ck_registry_question_state")
        ),
        sa.CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name=op.f("ck_registry_question_answered")),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_registry_question_asked_by")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_registry_question_institution_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_registry_question_person_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_registry_question_relationship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_question")),
    )
    op.create_index(
        op.f("ix_registry_question_relationship_id"), "registry_question", ["relationship_id"], unique=False
    )
    op.create_index("ix_registry_question_due", "registry_question", ["state", "next_try_at"], unique=False)
    op.create_index(
        "uq_registry_question_open",
        "registry_question",
        ["relationship_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "person_merge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kept_id", sa.String(length=32), nullable=False),
        sa.Column("ended_id", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_role", sa.String(length=40), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_role", sa.String(length=40), nullable=True),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("state IN ('asked','granted','refused')", name=op.f("ck_person_merge_state")),
        sa.CheckConstraint("kept_id <> ended_id", name=op.f("ck_person_merge_two_rows")),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_person_merge_two_people")),
        sa.CheckConstraint("asked_role <> decided_role", name=op.f("ck_person_merge_two_roles")),
        sa.CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name=op.f("ck_person_merge_decided")),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_role IS NULL)", name=op.f("ck_person_merge_decided_role")),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_person_merge_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_person_merge_decided_by")),
        sa.ForeignKeyConstraint(["ended_id"], ["person.id"], name=op.f("fk_person_merge_ended_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_person_merge_institution_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    op.create_index(op.f("ix_person_merge_institution_id"), "person_merge", ["institution_id"], unique=False)
    op.create_index(op.f("ix_person_merge_kept_id"), "person_merge", ["kept_id"], unique=False)
    op.create_index(
        "uq_person_merge_ended",
        "person_merge",
        ["ended_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Takes them back; the triggers go with their tables or by name."""
    connection = op.get_bind()
    on_roles = ("tr_officer_role_exclusive_insert", "tr_officer_role_exclusive_update", "tr_officer_role_fixed")
    others = (("tr_person_ended_relationship", "relationship"), ("tr_person_ended_account", "account"))
    for name, table in (*((one, "officer_role") for one in on_roles), *others):
        connection.exec_driver_sql(
            f"DROP TRIGGER {name}" + (f" ON {table}" if connection.dialect.name == "postgresql" else "")
        )
    if connection.dialect.name == "postgresql":
        for function in ("kz_officer_role_exclusive", "kz_person_ended"):
            connection.exec_driver_sql(f"DROP FUNCTION {function}()")
    op.drop_table("person_merge")
    op.drop_table("registry_question")
    op.execute("ALTER TABLE exception_request DROP COLUMN relationship_id")
