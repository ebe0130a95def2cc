"""What search finds people by: blind tokens, also for the enquiries that are there already.

No enquiry that is older than this has a postcode.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from alembic import op

from enquiry import search
from enquiry.extensions import keyring
from enquiry.records.enquiry import Contact, Patient
from enquiry.sealing import Place

T = TypeVar("T")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BATCH = 500  # enquiries opened at a time

# The tables as they are now; what they become later is no business of this migration.
ENQUIRIES = sa.table(
    "enquiries",
    sa.column("id", sa.Uuid()),
    sa.column("clinic", sa.String()),
    sa.column("key_id", sa.Uuid()),
    sa.column("patient_sealed", sa.LargeBinary()),
    sa.column("contact_sealed", sa.LargeBinary()),
)
DATA_KEYS = sa.table("data_keys", sa.column("id", sa.Uuid()), sa.column("wrapped", sa.LargeBinary()))
SEARCH_TOKENS = sa.table(
    "search_tokens",
    sa.column("token", sa.LargeBinary()),
    sa.column("clinic", sa.String()),
    sa.column("enquiry_id", sa.Uuid()),
)


def upgrade() -> None:
    op.create_index("enquiry_of_clinic", "enquiries", ["id", "clinic"], unique=True)
    op.create_table(
        "search_tokens",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.String(length=32), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id", "clinic"], ["enquiries.id", "enquiries.clinic"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", "clinic", "enquiry_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("tokens_of_enquiry", "search_tokens", ["enquiry_id", "clinic"], unique=False)
    connection = op.get_bind()
    for batch in batches(connection):
        connection.execute(SEARCH_TOKENS.insert(), [row for enquiry in batch for row in rows(enquiry)])


def downgrade() -> None:
    op.drop_index("tokens_of_enquiry", table_name="search_tokens")
    op.drop_table("search_tokens")
    op.drop_index("enquiry_of_clinic", table_name="enquiries")


def batches(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    """Yield the enquiries that are there, with their data keys, so many at a time."""
    after = UUID(int=0)
    wanted = sa.select(ENQUIRIES, DATA_KEYS.c.wrapped).join(DATA_KEYS, DATA_KEYS.c.id == ENQUIRIES.c.key_id)
    while batch := connection.execute(wanted.where(ENQUIRIES.c.id > after).order_by(ENQUIRIES.c.id).limit(BATCH)).all():
        yield batch
        after = batch[-1].id


def rows(enquiry: Any) -> Iterator[dict[str, Any]]:
    """Yield the tokens of one enquiry, which is opened for as long as that takes."""
    key = keyring.unwrap(enquiry.wrapped, enquiry.key_id)

    def opened(column: str, kind: type[T]) -> T:
        return msgspec.json.decode(
            key.open(getattr(enquiry, column), Place("enquiries", column, enquiry.id)), type=kind
        )

    patient, contact = opened("patient_sealed", Patient), opened("contact_sealed", Contact)
    for token in search.tokens(search.person(patient, contact)):
        yield {"token": token, "clinic": enquiry.clinic, "enquiry_id": enquiry.id}
