"""Attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("enquiry_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("scan", sa.String(length=32), nullable=False),
        sa.Column("stored_as", sa.String(length=32), nullable=False),
        sa.Column("description_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(draft_id IS NULL) <> (enquiry_id IS NULL)", name="attachment_of_one"),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["drafts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiries.id"],
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["data_keys.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("stored_as"),
    )
    op.create_index(op.f("ix_attachments_draft_id"), "attachments", ["draft_id"], unique=False)
    op.create_index(op.f("ix_attachments_enquiry_id"), "attachments", ["enquiry_id"], unique=False)
    op.create_index(op.f("ix_attachments_key_id"), "attachments", ["key_id"], unique=False)
    op.create_index(
        "attachments_to_scan",
        "attachments",
        ["id"],
        unique=False,
        sqlite_where=sa.text("scan = 'pending'"),
        postgresql_where=sa.text("scan = 'pending'"),
    )


def downgrade() -> None:
    op.drop_index(
        "attachments_to_scan",
        table_name="attachments",
        sqlite_where=sa.text("scan = 'pending'"),
        postgresql_where=sa.text("scan = 'pending'"),
    )
    op.drop_index(op.f("ix_attachments_key_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_enquiry_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_draft_id"), table_name="attachments")
    op.drop_table("attachments")
