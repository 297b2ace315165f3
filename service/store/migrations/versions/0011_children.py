"""The children of a representative are found without reading every relationship of the country"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index of representatives"""
    op.create_index("ix_relationship_represented_by", "relationship", ["represented_by"])


def downgrade() -> None:
    """Without it"""
    op.drop_index("ix_relationship_represented_by", table_name="relationship")
