"""What search finds enquiries by: blind tokens, from which nobody without the keyring learns a word."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Word
from enquiry.rules.clinics import Clinic


class SearchToken(db.Model):  # type: ignore[name-defined]
    """One clue to one enquiry, made blind. Its kind is not kept: it went into the token.

    Why the clinic again: a search walks the index from the newest enquiry of the asker's own clinic, and what lies in
    the other clinic costs it no time. The wall itself stays in ``caseload.py``. The clinic follows a transfer by
    itself: the database holds both to the same value.
    """

    __tablename__ = "search_tokens"

    token: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    clinic: Mapped[Clinic] = mapped_column(Word(Clinic), primary_key=True)
    enquiry_id: Mapped[UUID] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["enquiry_id", "clinic"], ["enquiries.id", "enquiries.clinic"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        Index("tokens_of_enquiry", "enquiry_id", "clinic"),
        {"sqlite_with_rowid": False},
    )
