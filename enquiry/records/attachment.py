"""Attachments: letters, reports and pictures that came with an enquiry; the bytes themselves lie in the file store."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, Word
from enquiry.rules.files import FileKind, ScanState


@dataclass(frozen=True)
class Description:
    """What is sealed of a file beside its content: its name, what it is, and the key of its content."""

    name: str
    kind: FileKind
    content_key: bytes


class Attachment(SealedRow, db.Model):  # type: ignore[name-defined]
    """One file, of a draft until that is sent, and then of the enquiry. It has a data key of its own."""

    __tablename__ = "attachments"

    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("drafts.id"), index=True)
    enquiry_id: Mapped[UUID | None] = mapped_column(ForeignKey("enquiries.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    size: Mapped[int]  # bytes; the sealed file's length tells it anyway
    scan: Mapped[ScanState] = mapped_column(Word(ScanState))
    stored_as: Mapped[str] = mapped_column(String(32), unique=True)  # its name in the file store, of 128 random bits
    description_sealed: Mapped[bytes] = mapped_column(Bytes)
    description = Sealed(Description, "description_sealed")

    __table_args__ = (
        CheckConstraint("(draft_id IS NULL) <> (enquiry_id IS NULL)", name="attachment_of_one"),
        Index(
            "attachments_to_scan",
            "id",
            sqlite_where=db.text("scan = 'pending'"),
            postgresql_where=db.text("scan = 'pending'"),
        ),
    )
