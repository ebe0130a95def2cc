"""The timeline of an enquiry: what happened, who did it, and what they wrote."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter
from enquiry.records.staff import Staff
from enquiry.records.types import Moment, Sealed, SealedRow, Word, new_id


class Event(StrEnum):
    """What can happen to an enquiry."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    CLAIMED = "claimed"
    MOVED = "moved"
    URGENCY_SET = "urgency-set"
    NOTED = "noted"
    TRANSFERRED = "transferred"
    REPLIED = "replied"
    CALLED = "called"
    CLOSED = "closed"
    LETTER_SETTLED = "letter-settled"

    @property
    def label(self) -> str:
        return EVENT_LABELS[self]


EVENT_LABELS = {
    Event.RECEIVED: "Enquiry received",
    Event.ACKNOWLEDGED: "Receipt by email",
    Event.CLAIMED: "Claimed",
    Event.MOVED: "Status changed",
    Event.URGENCY_SET: "Urgency changed",
    Event.NOTED: "Note for colleagues",
    Event.TRANSFERRED: "Transferred",
    Event.REPLIED: "Reply by email",
    Event.CALLED: "Telephone call",
    Event.CLOSED: "Closed",
    Event.LETTER_SETTLED: "Stuck letter settled",
}


class Entry(SealedRow, db.Model):  # type: ignore[name-defined]
    """One thing that happened to an enquiry; never changed afterwards."""

    __tablename__ = "timeline"

    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    event: Mapped[Event] = mapped_column(Word(Event))
    detail: Mapped[str] = mapped_column(String(64), default="")  # words of our own vocabularies, never a person's
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id"))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    text = Sealed(str, "text_sealed")

    actor: Mapped[Staff | None] = relationship(lazy="joined")
    letter: Mapped[Letter | None] = relationship(lazy="joined")

    __table_args__ = (Index("timeline_of_enquiry", "enquiry_id", "id"),)


def happened(
    enquiry: Enquiry,
    event: Event,
    at: datetime,
    actor: Staff | None = None,
    detail: str = "",
    text: str = "",
    letter: Letter | None = None,
) -> Entry:
    """Write one thing that happened to an enquiry, and make the enquiry newer by one version.

    :param actor: the person who did it, or ``None`` for the patient or the system.
    :param detail: a word of ours such as a status; stored in clear.
    :param text: what a person wrote; sealed.
    """
    enquiry.changed_at = at
    entry = Entry(id=new_id(), key=enquiry.key, enquiry_id=enquiry.id, at=at, event=event, detail=detail)
    entry.actor, entry.letter, entry.text = actor, letter, text
    db.session.add(entry)
    return entry
