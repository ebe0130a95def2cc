"""Who proposes that an enquiry ends, why it was rejected, what it was merged into, how it stood before, near misses.

Why SQLite's columns are added in its own words: it takes a reference only as part of its column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MERGED = sa.text("merged_into_id IS NOT NULL")
TO_REVIEW = sa.text("reviewed_at IS NULL")


def upgrade() -> None:
    op.add_column("enquiries", sa.Column("reject_reason", sa.String(length=32), nullable=True))
    add_reference("enquiries", "proposed_by_id", "staff")
    add_reference("enquiries", "merged_into_id", "enquiries")
    op.create_index("merged_enquiries", "enquiries", ["merged_into_id"], sqlite_where=MERGED, postgresql_where=MERGED)
    op.add_column("timeline", sa.Column("before", sa.JSON(), nullable=True))
    op.create_table(
        "near_misses",
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_id", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"]),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"]),
        sa.ForeignKeyConstraint(["reported_by_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_near_misses_enquiry_id"), "near_misses", ["enquiry_id"])
    op.create_index(op.f("ix_near_misses_key_id"), "near_misses", ["key_id"])
    op.create_index("near_misses_to_review", "near_misses", ["id"], sqlite_where=TO_REVIEW, postgresql_where=TO_REVIEW)


def downgrade() -> None:
    op.drop_table("near_misses")
    op.drop_column("timeline", "before")
    op.drop_index("merged_enquiries", table_name="enquiries")
    for column in ("merged_into_id", "proposed_by_id", "reject_reason"):
        op.drop_column("enquiries", column)


def add_reference(table: str, column: str, other: str) -> None:
    """Add a column that is empty or refers to a row of a table."""
    kind = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} REFERENCES {other} (id)")
