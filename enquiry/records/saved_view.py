"""The views of the queue that a colleague has saved, each by a name of their own.

Why they are sealed: whoever names a view may well name a patient. Why all of one person in one row: a page of the
queue shows them all, and so opens one seal.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Sealed, SealedRow, new_id


@dataclass(frozen=True)
class SavedView:
    """A list under a name."""

    id: UUID
    name: str
    list: str  # as ``lists.ListOf.written``


class SavedViews(db.Model, SealedRow):  # type: ignore[name-defined]
    """All the views of one person, in the order in which they were saved."""

    __tablename__ = "saved_views"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    views_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    views = Sealed(tuple[SavedView, ...], "views_sealed")
