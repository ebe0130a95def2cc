"""What GPs and other clinicians tell of patients whom they refer, and of which form a draft is."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"]),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("enquiry_id"),
    )
    op.create_index(op.f("ix_referrals_key_id"), "referrals", ["key_id"])
    op.add_column("drafts", sa.Column("form", sa.String(length=32), nullable=False, server_default="enquiry"))


def downgrade() -> None:
    op.drop_column("drafts", "form")
    op.drop_table("referrals")
