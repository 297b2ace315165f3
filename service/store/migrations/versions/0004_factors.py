"""Photos, passkeys, codes by time, changes of number, looks at sealed numbers"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import UtcMoment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEPT = ("photo", "passkey", "time_code", "factor_reset", "phone_change", "identity_look")


def upgrade() -> None:
    """Photos, passkeys, codes by time, changes of number, looks at sealed numbers"""
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("used_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
    )
    op.create_index("ix_passkey_challenge_session", "passkey_challenge", ["session_hash"], unique=False)

    op.create_table(
        "provider_sign_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("answered_at", UtcMoment(), nullable=True),
        sa.Column("used_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_sign_in")),
    )
    op.create_index("uq_provider_sign_in_state", "provider_sign_in", ["state_hash"], unique=True)

    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=10), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(length=2000), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("added_at", UtcMoment(), nullable=False),
        sa.Column("used_at", UtcMoment(), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("holder IN ('relative','officer')", name=op.f("ck_passkey_holder")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_passkey_ended")),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_sign_count")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_index("ix_passkey_person", "passkey", ["person_id", "holder"], unique=False)
    op.create_index("uq_passkey_credential_id", "passkey", ["credential_id"], unique=True)

    op.create_table(
        "phone_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("effective_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_phone_change_ended")),
        sa.CheckConstraint("state IN ('waiting','done','cancelled')", name=op.f("ck_phone_change_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_change")),
    )
    op.create_index("ix_phone_change_due", "phone_change", ["state", "effective_at"], unique=False)
    op.create_index(
        "uq_phone_change_waiting",
        "phone_change",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "factor_reset",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("state = 'asked' OR decided_by IS NOT NULL", name=op.f("ck_factor_reset_decided")),
        sa.CheckConstraint("state IN ('asked','done','refused')", name=op.f("ck_factor_reset_state")),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_factor_reset_two_people")),
        sa.CheckConstraint("officer_id <> asked_by", name=op.f("ck_factor_reset_not_own")),
        sa.CheckConstraint("officer_id <> decided_by", name=op.f("ck_factor_reset_not_own_either")),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_factor_reset_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_factor_reset_decided_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_factor_reset_institution_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_factor_reset_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(
        "uq_factor_reset_open",
        "factor_reset",
        ["officer_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )

    op.create_table(
        "identity_look",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=10), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("looked_at", UtcMoment(), nullable=False),
        sa.CheckConstraint("field IN ('iin','document')", name=op.f("ck_identity_look_field")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_identity_look_institution_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_identity_look_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_look_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_look")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=True),
        sa.Column("added_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_photo_ended")),
        sa.ForeignKeyConstraint(["added_by"], ["officer.id"], name=op.f("fk_photo_added_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_photo_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index(
        "uq_photo_person_id",
        "photo",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "time_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", UtcMoment(), nullable=False),
        sa.Column("started_at", UtcMoment(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_time_code_ended")),
        sa.CheckConstraint("started_at IS NULL OR last_step IS NOT NULL", name=op.f("ck_time_code_proved")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_time_code_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_code")),
    )
    op.create_index(
        "uq_time_code_officer_id",
        "time_code",
        ["officer_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.add_column("session", sa.Column("device", sa.String(length=40), nullable=True))
    op.add_column("session", sa.Column("factor", sa.String(length=12), nullable=True))

    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """The triggers go with their tables"""
    with op.batch_alter_table("session") as session:
        session.drop_column("factor")
        session.drop_column("device")
    for table in ("provider_sign_in", "passkey_challenge", *reversed(KEPT)):
        op.drop_table(table)
