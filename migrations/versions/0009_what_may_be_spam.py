"""Since when an enquiry that may be spam waits apart from the queue, and an index for each of the two lists."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = "ended_at IS NULL"
QUEUE = f"{OPEN} AND set_aside_at IS NULL"
SET_ASIDE = f"{OPEN} AND set_aside_at IS NOT NULL"


def upgrade() -> None:
    op.add_column("enquiries", sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("open_enquiries", table_name="enquiries")
    by_due_time("open_enquiries", QUEUE)
    by_due_time("enquiries_set_aside", SET_ASIDE)


def downgrade() -> None:
    op.drop_index("enquiries_set_aside", table_name="enquiries")
    op.drop_index("open_enquiries", table_name="enquiries")
    by_due_time("open_enquiries", OPEN)
    op.drop_column("enquiries", "set_aside_at")


def by_due_time(name: str, rows: str) -> None:
    """Index some of the rows as a list reads them: by clinic, the next due first."""
    columns = ["clinic", "due_at", "id"]
    op.create_index(name, "enquiries", columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
