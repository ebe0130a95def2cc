"""Who is at which enquiry just now: signs of life that are worth nothing after a few minutes, and are no lock."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Moment, Word


class Doing(StrEnum):
    """What somebody's page says that they do."""

    LOOKING = "looking"
    WRITING = "writing"
    LEFT = "left"


class Presence(db.Model):  # type: ignore[name-defined]
    """When a page of a colleague's last said that they do this at an enquiry. Whoever has two pages does two things."""

    __tablename__ = "presences"

    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    doing: Mapped[Doing] = mapped_column(Word(Doing), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("presences_at", "at"),)  # for the sweep
