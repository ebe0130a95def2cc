"""What lists are narrowed to, who is at which enquiry, saved views, and whether somebody wants keys in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

QUEUE = "ended_at IS NULL AND set_aside_at IS NULL"
SNOOZED = "snoozed_until IS NOT NULL"
IN_ORDER = ["clinic", "turn", "precedence", "due_at", "id"]


def upgrade() -> None:
    op.drop_index("open_enquiries", table_name="enquiries")
    some_enquiries("open_enquiries", [*IN_ORDER, "assignee_id", "status", "urgency", "kind"], QUEUE)
    some_enquiries("open_enquiries_by_change", ["clinic", "changed_at"], QUEUE)
    some_enquiries("snoozed_enquiries", ["snoozed_until"], SNOOZED)
    op.create_table(
        "presences",
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("doing", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("enquiry_id", "staff_id", "doing"),
    )
    op.create_index("presences_at", "presences", ["at"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("views_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id"),
    )
    op.create_index("ix_saved_views_key_id", "saved_views", ["key_id"])
    op.add_column("staff", sa.Column("uses_keys", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("staff", "uses_keys")
    op.drop_table("saved_views")
    op.drop_table("presences")
    for name in ("snoozed_enquiries", "open_enquiries_by_change", "open_enquiries"):
        op.drop_index(name, table_name="enquiries")
    some_enquiries("open_enquiries", IN_ORDER, QUEUE)


def some_enquiries(name: str, columns: list[str], rows: str) -> None:
    """Index some of the rows as a list reads them."""
    op.create_index(name, "enquiries", columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
