"""A visitor's unsent answers: sealed, tied to one browser, and gone when they expire or are sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, Word


class Form(StrEnum):
    """Which form it is that was not sent yet."""

    ENQUIRY = "enquiry"
    REFERRAL = "referral"


class Draft(SealedRow, db.Model):  # type: ignore[name-defined]
    """The answers so far, by the name of the form page that asked. Its id is the nonce of the enquiry it becomes."""

    __tablename__ = "drafts"

    form: Mapped[Form] = mapped_column(Word(Form), default=Form.ENQUIRY)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    answers_sealed: Mapped[bytes] = mapped_column(Bytes)
    answers = Sealed(dict, "answers_sealed")
