"""What the product keeps about itself: the audit's entries and head, and the canary that knows the right keyring."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Moment

# SQLite counts rows only in plain integers.
Ordinal = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(db.Model):  # type: ignore[name-defined]
    """One thing somebody did or looked at, chained to the one before by a keyed hash; never changed or deleted."""

    __tablename__ = "audit"

    ordinal: Mapped[int] = mapped_column(Ordinal, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(36))  # a person's id, "public" or "system"
    event: Mapped[str] = mapped_column(String(32))
    subject: Mapped[UUID | None] = mapped_column()
    link: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("audit_of_subject", "subject", "ordinal"),)


class AuditHead(db.Model):  # type: ignore[name-defined]
    """The last link of the chain, in one row: whoever writes an entry holds this row, so entries never fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(Ordinal)
    link: Mapped[bytes] = mapped_column(LargeBinary)


class Canary(db.Model):  # type: ignore[name-defined]
    """One sealed word. Only the keyring that sealed this database opens it."""

    __tablename__ = "canary"

    id: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
