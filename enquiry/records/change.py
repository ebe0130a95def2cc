"""What managers changed: how something stood before and after, line by line, in our own words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.records.types import Moment, new_id


class Change(db.Model):  # type: ignore[name-defined]
    """One change of a setting, or of what a colleague may do; never changed afterwards. Nothing is about a patient.

    The audit names it by its id, and says who made it.
    """

    __tablename__ = "changes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    about: Mapped[str] = mapped_column(String(160))
    before: Mapped[list[str]] = mapped_column(JSON)
    after: Mapped[list[str]] = mapped_column(JSON)

    actor: Mapped[Staff | None] = relationship(lazy="joined")

    @property
    def was(self) -> list[str]:
        """The lines that are no longer so."""
        return [line for line in self.before if line not in self.after]

    @property
    def now(self) -> list[str]:
        """The lines that are new."""
        return [line for line in self.after if line not in self.before]

    @property
    def in_words(self) -> str:
        """The whole change in one sentence."""
        return f"{self.about}. Was: {'; '.join(self.was) or 'nothing'}. Now: {'; '.join(self.now) or 'nothing'}."
