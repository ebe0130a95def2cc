"""The private links in receipts: what is kept of one opens nothing. A patient's says when it last was open."""

import hashlib
import secrets
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.types import Moment


def new_token() -> str:
    """Return 256 random bits for an address or a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


class PrivateLink(db.Model):  # type: ignore[name-defined]
    """The way of one patient to their own enquiry. It goes when the enquiry is erased."""

    __tablename__ = "private_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id", ondelete="CASCADE"), unique=True)
    wrong_dates: Mapped[int] = mapped_column(default=0)  # in a row
    rests_until: Mapped[datetime | None] = mapped_column(Moment)
    opened_with: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # hash of what the browser has that opened it
    open_until: Mapped[datetime | None] = mapped_column(Moment)

    enquiry: Mapped[Enquiry] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def made_for(cls, enquiry: Enquiry) -> tuple[Self, str]:
        """Return a new link to an enquiry, and its token, which is in the patient's letter and nowhere else."""
        token = new_token()
        return cls(token_hash=hash_of(token), enquiry_id=enquiry.id), token

    def is_resting(self, now: datetime) -> bool:
        """Return whether too many wrong dates were tried a moment ago."""
        return self.rests_until is not None and now < self.rests_until

    def is_open_to(self, word: str, now: datetime) -> bool:
        """Return whether this browser opened the link, and not too long ago.

        :param word: what the browser was given when it did.
        """
        is_theirs = self.opened_with is not None and secrets.compare_digest(self.opened_with, hash_of(word))
        return is_theirs and self.open_until is not None and now < self.open_until


class ReferrerLink(db.Model):  # type: ignore[name-defined]
    """The way of whoever referred a patient to how far that is. It goes when the enquiry is erased.

    Why no date of birth is asked: nothing is shown of the patient, and nothing can be done.
    """

    __tablename__ = "referrer_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id", ondelete="CASCADE"), unique=True)

    enquiry: Mapped[Enquiry] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def made_for(cls, enquiry: Enquiry) -> tuple[Self, str]:
        """Return a new link to a referral, and its token, which is in the referrer's receipt and nowhere else."""
        token = new_token()
        return cls(token_hash=hash_of(token), enquiry_id=enquiry.id), token
