"""The practices that refer to the clinic: sealed, and found again by a keyed hash of their code or their name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow


@dataclass(frozen=True)
class Known:
    """What the clinic knows of a practice; nothing of any patient."""

    name: str
    ods_code: str = ""
    addresses: tuple[str, ...] = ()  # to which its clinicians asked us to reply


class Practice(SealedRow, db.Model):  # type: ignore[name-defined]
    """One practice, or another spelling of one that it was merged into."""

    __tablename__ = "practices"

    found_by: Mapped[bytes] = mapped_column(Bytes, unique=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("practices.id"))
    known_sealed: Mapped[bytes] = mapped_column(Bytes)
    known = Sealed(Known, "known_sealed")

    merged_into: Mapped["Practice | None"] = relationship(viewonly=True, remote_side="Practice.id", lazy="joined")
