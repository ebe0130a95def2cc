"""How often the safety screen sent somebody to urgent help, and for which row; never whom.

Why by the hour, and under an id that is only random: the second, beside a web server's log, would be an address.
"""

from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Moment
from enquiry.rules.red_flags import RedFlag


class Diversion(db.Model):  # type: ignore[name-defined]
    """One row of the screen, shown as an emergency."""

    __tablename__ = "diversions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(Moment)  # the hour
    row: Mapped[str] = mapped_column(String(32))  # a code of rules.red_flags

    @classmethod
    def of(cls, flag: RedFlag, at: datetime) -> Self:
        """Return a diversion for this row, in the hour of this moment."""
        return cls(at=at.replace(minute=0, second=0, microsecond=0), row=flag.code)
