"""Acts of two people signed with a passkey: who signed what, with which, or with none"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install
from service.store.types import UtcMoment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEPT = ("act_signature",)


def upgrade() -> None:
    """A table of signatures that nothing changes and nothing deletes"""
    op.create_table(
        "act_signature",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("passkey_id", sa.String(length=32), nullable=True),
        sa.Column("signed", sa.String(length=64), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("assertion", sa.String(length=8000), nullable=True),
        sa.CheckConstraint("(passkey_id IS NULL) = (assertion IS NULL)", name=op.f("ck_act_signature_assertion")),
        sa.CheckConstraint("(passkey_id IS NULL) = (nonce IS NULL)", name=op.f("ck_act_signature_nonce")),
        sa.CheckConstraint("(passkey_id IS NULL) = (signed IS NULL)", name=op.f("ck_act_signature_signed")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_act_signature_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_act_signature_person_id")),
        sa.ForeignKeyConstraint(["passkey_id"], ["passkey.id"], name=op.f("fk_act_signature_passkey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_signature")),
    )
    op.create_index("uq_act_signature_row", "act_signature", ["row_id", "act"], unique=True)
    install(op.get_bind(), revision, KEPT)


def downgrade() -> None:
    """Takes it back; the triggers go with the table."""
    op.drop_table("act_signature")
