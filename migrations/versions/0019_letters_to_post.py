"""Letters on paper, which a person prints and posts, are found like those that are stuck."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BEFORE = "state IN ('unknown', 'failed')"
AFTER = "state IN ('unknown', 'failed', 'to-post')"


def upgrade() -> None:
    _find_by(AFTER)


def downgrade() -> None:
    _find_by(BEFORE)


def _find_by(which: str) -> None:
    op.drop_index("letters_stuck", table_name="letters")
    op.create_index(
        "letters_stuck", "letters", ["enquiry_id"], sqlite_where=sa.text(which), postgresql_where=sa.text(which)
    )
