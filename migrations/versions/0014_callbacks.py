"""When somebody is to be rung. Who waited before has no callback: how they like to be answered is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN = "ring_at IS NOT NULL AND ended_at IS NULL AND set_aside_at IS NULL"


def upgrade() -> None:
    op.add_column("enquiries", sa.Column("ring_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "callbacks_to_make",
        "enquiries",
        ["clinic", "ring_at", "id"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    op.drop_index("callbacks_to_make", table_name="enquiries")
    op.drop_column("enquiries", "ring_at")
