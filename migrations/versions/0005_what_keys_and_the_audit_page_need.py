"""What keys and the audit page need: which key wraps which data key, a sealed head, and indexes for the auditor."""

import sqlalchemy as sa
from alembic import op

from enquiry import audit
from enquiry.sealing import wrapping_key_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DATA_KEYS = sa.table(
    "data_keys",
    sa.column("id", sa.Uuid()),
    sa.column("wrapped", sa.LargeBinary()),
    sa.column("wrapped_by", sa.Integer()),
)
HEAD = sa.table(
    "audit_head", sa.column("ordinal"), sa.column("link", sa.LargeBinary()), sa.column("seal", sa.LargeBinary())
)
BATCH = 1000


def upgrade() -> None:
    op.add_column("data_keys", sa.Column("wrapped_by", sa.Integer(), nullable=False, server_default="0"))
    note_by_which_key()
    op.create_index("data_keys_by_wrapping_key", "data_keys", ["wrapped_by", "id"])
    op.add_column("audit_head", sa.Column("seal", sa.LargeBinary(), nullable=False, server_default=""))
    for ordinal, link in op.get_bind().execute(sa.select(HEAD.c.ordinal, HEAD.c.link)).all():
        op.execute(HEAD.update().values(seal=audit.seal_of(ordinal, link)))
    op.create_index("audit_of_actor", "audit", ["actor", "ordinal"])
    op.create_index("audit_of_event", "audit", ["event", "ordinal"])
    op.create_index("audit_at", "audit", ["at"])


def note_by_which_key() -> None:
    """Write down for each data key which key wrapped it, as it stands at its head."""
    connection = op.get_bind()
    batch = sa.select(DATA_KEYS.c.id, DATA_KEYS.c.wrapped).where(DATA_KEYS.c.wrapped_by == 0).limit(BATCH)
    change = DATA_KEYS.update().where(DATA_KEYS.c.id == sa.bindparam("this")).values(wrapped_by=sa.bindparam("key"))
    while rows := connection.execute(batch).all():
        connection.execute(change, [{"this": row.id, "key": wrapping_key_of(row.wrapped)} for row in rows])


def downgrade() -> None:
    op.drop_index("audit_at", table_name="audit")
    op.drop_index("audit_of_event", table_name="audit")
    op.drop_index("audit_of_actor", table_name="audit")
    op.drop_column("audit_head", "seal")
    op.drop_index("data_keys_by_wrapping_key", table_name="data_keys")
    op.drop_column("data_keys", "wrapped_by")
