"""What is counted day by day; the diversions that were counted so far are among it."""

from collections import Counter
from datetime import UTC
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LONDON = ZoneInfo("Europe/London")


def upgrade() -> None:
    tallies = op.create_table(
        "tallies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clinic", sa.String(length=32), nullable=True),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tallies_by_day", "tallies", ["what", "day"])
    at, row = sa.column("at", sa.DateTime(timezone=True)), sa.column("row", sa.String())
    counted = op.get_bind().execute(sa.select(at, row).select_from(sa.table("diversions")))
    days = Counter(((each.at if each.at.tzinfo else each.at.replace(tzinfo=UTC)), each.row) for each in counted)
    sums: Counter = Counter()
    for (moment, code), number in days.items():
        sums[moment.astimezone(LONDON).date(), code] += number
    op.bulk_insert(
        tallies,
        [
            {"id": uuid4(), "day": day, "what": "diverted", "word": code, "number": number}
            for (day, code), number in sums.items()
        ],
    )
    op.drop_table("diversions")


def downgrade() -> None:
    """Bring back the table of diversions, empty: counts by the day cannot become counts by the hour."""
    op.create_table(
        "diversions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.drop_index("tallies_by_day", table_name="tallies")
    op.drop_table("tallies")
