"""The links by which whoever referred a patient sees how far that is."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referrer_links",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.UniqueConstraint("enquiry_id"),
    )


def downgrade() -> None:
    op.drop_table("referrer_links")
