"""What retention and erasure keep: the day of an enquiry's review, whether it is held, and what was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enquiries", sa.Column("review_on", sa.Date(), nullable=True))
    op.add_column("enquiries", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "enquiries_to_review",
        "enquiries",
        ["review_on", "id"],
        unique=False,
        sqlite_where=sa.text("review_on IS NOT NULL AND held_at IS NULL"),
        postgresql_where=sa.text("review_on IS NOT NULL AND held_at IS NULL"),
    )
    op.create_table(
        "erased",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # What has ended already is looked at on the day on which it ended, and so in the first night.
    op.execute("UPDATE enquiries SET review_on = date(ended_at) WHERE ended_at IS NOT NULL")


def downgrade() -> None:
    op.drop_table("erased")
    op.drop_index(
        "enquiries_to_review",
        table_name="enquiries",
        sqlite_where=sa.text("review_on IS NOT NULL AND held_at IS NULL"),
        postgresql_where=sa.text("review_on IS NOT NULL AND held_at IS NULL"),
    )
    op.drop_column("enquiries", "held_at")
    op.drop_column("enquiries", "review_on")
