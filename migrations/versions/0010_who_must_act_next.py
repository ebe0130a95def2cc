"""Who must act next on an enquiry, what stands above the clock, how the clock pauses, and what managers set."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

QUEUE = "ended_at IS NULL AND set_aside_at IS NULL"
SET_ASIDE = "ended_at IS NULL AND set_aside_at IS NOT NULL"

# Where the enquiries stand that are there already.
WAITS_FOR_THE_PATIENT = ("waiting-for-patient", "offered")
WAITS_FOR_NOBODY = ("booked", "closed", "rejected", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("enquiries", sa.Column("turn", sa.String(length=32), nullable=False, server_default="us"))
    op.add_column("enquiries", sa.Column("precedence", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("enquiries", sa.Column("seconds_left", sa.Integer(), nullable=True))
    op.add_column("enquiries", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("enquiries", sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True))
    stand = sa.table("enquiries", sa.column("turn"), sa.column("status"), sa.column("precedence"), sa.column("urgency"))
    for turn, statuses in (("patient", WAITS_FOR_THE_PATIENT), ("nobody", WAITS_FOR_NOBODY)):
        op.execute(stand.update().where(stand.c.status.in_(statuses)).values(turn=turn))
    unread = (stand.c.status == "new") & stand.c.urgency.in_(("red-flag-declared", "urgent"))
    op.execute(stand.update().where(unread).values(precedence=0))
    drop_lists()
    list_of("open_enquiries", ["clinic", "turn", "precedence", "due_at", "id"], QUEUE)
    list_of("enquiries_set_aside", ["clinic", "precedence", "due_at", "id"], SET_ASIDE)


def downgrade() -> None:
    drop_lists()
    for column in ("turn", "precedence", "seconds_left", "snoozed_until", "first_contact_at"):
        op.drop_column("enquiries", column)
    list_of("open_enquiries", ["clinic", "due_at", "id"], QUEUE)
    list_of("enquiries_set_aside", ["clinic", "due_at", "id"], SET_ASIDE)
    op.drop_table("settings")


def drop_lists() -> None:
    op.drop_index("open_enquiries", table_name="enquiries")
    op.drop_index("enquiries_set_aside", table_name="enquiries")


def list_of(name: str, columns: list[str], rows: str) -> None:
    """Index some of the rows as a list reads them."""
    op.create_index(name, "enquiries", columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
