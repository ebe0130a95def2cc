"""What the product keeps about itself: the audit's entries and head, what was erased, and the keyring's canary."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Bytes, Moment, Word

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
    link: Mapped[bytes] = mapped_column(Bytes)

    __table_args__ = (
        Index("audit_of_subject", "subject", "ordinal"),
        Index("audit_of_actor", "actor", "ordinal"),
        Index("audit_of_event", "event", "ordinal"),
        Index("audit_at", "at"),
    )


class AuditHead(db.Model):  # type: ignore[name-defined]
    """The last link of the chain, in one row, sealed: whoever writes an entry holds it, so entries never fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(Ordinal)
    link: Mapped[bytes] = mapped_column(Bytes)
    seal: Mapped[bytes] = mapped_column(Bytes)


class Canary(db.Model):  # type: ignore[name-defined]
    """One sealed word. Only the keyring that sealed this database opens it."""

    __tablename__ = "canary"

    id: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(Bytes)


class Reason(StrEnum):
    """Why an enquiry was erased."""

    DUE = "due"  # it was kept as long as rules.retention says
    ASKED = "asked"  # the person asked for it (UK GDPR, article 17)
    MISTAKE = "mistake"  # it should never have been here


class Erased(db.Model):  # type: ignore[name-defined]
    """That an enquiry, or a complaint, was here and is erased; nothing of it is left but its random id."""

    __tablename__ = "erased"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # of what was erased
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(36))  # as in the audit
    reason: Mapped[Reason] = mapped_column(Word(Reason))
