"""Templates of replies, as managers wrote them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, Word
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Status


@dataclass(frozen=True)
class TemplateWords:
    """What a template is called, and what it says."""

    name: str
    text: str


class ReplyTemplate(SealedRow, db.Model):  # type: ignore[name-defined]
    """One template; it takes the place of the shipped one with the same slug, if there is one.

    Why sealed, though nothing of a patient belongs in it: somebody may write it there all the same.
    """

    __tablename__ = "reply_templates"

    slug: Mapped[str] = mapped_column(String(64), unique=True)
    clinic: Mapped[Clinic | None] = mapped_column(Word(Clinic))  # or both
    then: Mapped[Status | None] = mapped_column(Word(Status))  # where the enquiry stands after sending, or as it was
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    words_sealed: Mapped[bytes] = mapped_column(Bytes)
    words = Sealed(TemplateWords, "words_sealed")
