"""Private links: the patient's way to their own enquiry, and what makes a message count once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "private_links",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("wrong_dates", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_with", sa.LargeBinary(length=32), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.UniqueConstraint("enquiry_id"),
    )
    op.add_column("timeline", sa.Column("nonce", sa.Uuid(), nullable=True))
    op.create_index("entries_sent_once", "timeline", ["nonce"], unique=True)


def downgrade() -> None:
    op.drop_index("entries_sent_once", table_name="timeline")
    op.drop_column("timeline", "nonce")
    op.drop_table("private_links")
