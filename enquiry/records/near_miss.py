"""Near misses: something nearly went wrong with an enquiry, as a colleague tells it, and what its review came to.

Why a key of its own: a manager who reviews it opens what was written for the review, and nothing of the enquiry.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow


class NearMiss(SealedRow, db.Model):  # type: ignore[name-defined]
    """What nearly went wrong, once; it goes when its enquiry is erased."""

    __tablename__ = "near_misses"

    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"), index=True)
    reported_at: Mapped[datetime] = mapped_column(Moment)
    reported_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    reviewed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    told_sealed: Mapped[bytes] = mapped_column(Bytes)
    outcome_sealed: Mapped[bytes] = mapped_column(Bytes)
    told = Sealed(str, "told_sealed")
    outcome = Sealed(str, "outcome_sealed")  # empty until it was reviewed

    reported_by: Mapped[Staff] = relationship(lazy="joined", foreign_keys=reported_by_id)
    reviewed_by: Mapped[Staff | None] = relationship(lazy="joined", foreign_keys=reviewed_by_id)

    __table_args__ = (
        Index(
            "near_misses_to_review",
            "id",
            sqlite_where=db.text("reviewed_at IS NULL"),
            postgresql_where=db.text("reviewed_at IS NULL"),
        ),
    )
