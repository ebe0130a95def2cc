"""Complaints about how personal information was looked after: what was said, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.letter import Letter, LetterState
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow


class Concern(StrEnum):
    """What a complaint is about."""

    USE = "use"
    REQUEST = "request"
    BREACH = "breach"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            Concern.USE: "How my information was used or shared",
            Concern.REQUEST: "Something I asked for: a copy, a correction, or to have it erased",
            Concern.BREACH: "My information was lost, or somebody saw it who should not have",
            Concern.OTHER: "Something else about my information",
        }[self]


@dataclass(frozen=True)
class Said:
    """Who complains, how to answer them, and their own words."""

    name: str
    email: str
    telephone: str  # as typed
    concern: Concern
    words: str


class Complaint(SealedRow, db.Model):  # type: ignore[name-defined]
    """One complaint. It belongs to no clinic and to no enquiry, and has a data key of its own."""

    __tablename__ = "complaints"

    reference: Mapped[str] = mapped_column(String(12), unique=True)
    nonce: Mapped[UUID] = mapped_column(Uuid, unique=True)
    received_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)  # to be confirmed before
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)  # by a colleague; a letter that went confirms it too
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    said_sealed: Mapped[bytes] = mapped_column(Bytes)
    outcome_sealed: Mapped[bytes] = mapped_column(Bytes)
    said = Sealed(Said, "said_sealed")
    outcome = Sealed(str, "outcome_sealed")

    letter: Mapped[Letter | None] = relationship(lazy="joined")  # the receipt, if there was an address for one

    __table_args__ = (
        Index(
            "open_complaints",
            "due_at",
            sqlite_where=db.text("closed_at IS NULL"),
            postgresql_where=db.text("closed_at IS NULL"),
        ),
    )

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_confirmed(self) -> bool:
        """Whether the person knows that we have it."""
        return self.confirmed_at is not None or (self.letter is not None and self.letter.state is LetterState.SENT)
