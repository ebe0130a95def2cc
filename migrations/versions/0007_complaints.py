"""Complaints about personal information, and letters that are about one of them and not about an enquiry.

Why SQLite's foreign keys rest meanwhile: it can let a column be empty only by making the table anew, and the timeline
refers to that table. They rest for this connection alone, which nobody uses again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ABOUT_ONE = sa.text("(enquiry_id IS NULL) <> (complaint_id IS NULL)")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("nonce", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("nonce"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index(op.f("ix_complaints_key_id"), "complaints", ["key_id"])
    op.create_index("open_complaints", "complaints", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    let_sqlite_make_tables_anew()
    with op.batch_alter_table("letters") as letters:
        letters.alter_column("enquiry_id", existing_type=sa.Uuid(), nullable=True)
        letters.add_column(sa.Column("complaint_id", sa.Uuid(), nullable=True))
        letters.create_foreign_key("letter_about_complaint", "complaints", ["complaint_id"], ["id"])
        letters.create_check_constraint("letter_about_one", ABOUT_ONE)
    op.create_index(op.f("ix_letters_complaint_id"), "letters", ["complaint_id"])


def downgrade() -> None:
    let_sqlite_make_tables_anew()
    op.execute("DELETE FROM letters WHERE complaint_id IS NOT NULL")
    op.drop_index(op.f("ix_letters_complaint_id"), table_name="letters")
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint("letter_about_one", type_="check")
        letters.drop_constraint("letter_about_complaint", type_="foreignkey")
        letters.drop_column("complaint_id")
        letters.alter_column("enquiry_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("complaints")


def let_sqlite_make_tables_anew() -> None:
    """End the transaction so far and begin another, in which a table that others refer to can be replaced."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.detach()
        for statement in ("COMMIT", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"):
            connection.exec_driver_sql(statement)
