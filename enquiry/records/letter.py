"""The outbox: every letter the clinic has to send, from the moment it is written until it has gone."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from enquiry.extensions import db
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, Word


class LetterKind(StrEnum):
    """Which letter it is; only an acknowledgement may safely arrive twice."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REPLY = "reply"
    CLOSING = "closing"
    APPOINTMENT_OFFERED = "appointment-offered"
    APPOINTMENT_BOOKED = "appointment-booked"
    APPOINTMENT_MOVED = "appointment-moved"
    APPOINTMENT_CANCELLED = "appointment-cancelled"
    APPOINTMENT_REMINDER = "appointment-reminder"
    FEES = "fees"
    ANSWER = "answer"
    PAPER = "paper"
    COPY = "copy"

    @property
    def is_to_referrer(self) -> bool:
        """Whether it goes to whoever referred the patient, and not to the patient."""
        return self in (LetterKind.ANSWER, LetterKind.PAPER)

    @property
    def tells_when(self) -> bool:
        """Whether it says when somebody is to come, and is untrue once that is another time or none."""
        return self in (
            LetterKind.APPOINTMENT_OFFERED,
            LetterKind.APPOINTMENT_BOOKED,
            LetterKind.APPOINTMENT_MOVED,
            LetterKind.APPOINTMENT_REMINDER,
        )

    @property
    def may_repeat(self) -> bool:
        return self is LetterKind.ACKNOWLEDGEMENT

    @property
    def is_automatic(self) -> bool:
        """Whether no person pressed a button for it."""
        return self in (LetterKind.ACKNOWLEDGEMENT, LetterKind.APPOINTMENT_REMINDER)

    @property
    def label(self) -> str:
        return {
            LetterKind.ACKNOWLEDGEMENT: "Receipt",
            LetterKind.REPLY: "Reply",
            LetterKind.CLOSING: "Closing letter",
            LetterKind.APPOINTMENT_OFFERED: "Offer of an appointment",
            LetterKind.APPOINTMENT_BOOKED: "Appointment letter",
            LetterKind.APPOINTMENT_MOVED: "Letter about the new time",
            LetterKind.APPOINTMENT_CANCELLED: "Letter about the cancelled appointment",
            LetterKind.APPOINTMENT_REMINDER: "Reminder",
            LetterKind.FEES: "Fee letter",
            LetterKind.ANSWER: "Answer to the referrer",
            LetterKind.PAPER: "Letter on paper",
            LetterKind.COPY: "Copy on paper",
        }[self]


class LetterState(StrEnum):
    """Where a letter is. QUEUED → CLAIMED → SENDING → SENT, or back to QUEUED, or stuck where a person must decide.

    Before it is SENDING it may be OVERTAKEN.

    What is on paper goes by post and by a person's hand alone: TO_POST → POSTED.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"  # a worker has it, and has not yet spoken to the mail server
    SENDING = "sending"  # the worker is speaking to the mail server: from here on it may have gone
    SENT = "sent"
    UNKNOWN = "unknown"  # the worker died while speaking, and the letter must not arrive twice
    FAILED = "failed"  # refused for good, or tried for 48 hours
    DEALT_WITH = "dealt-with"  # a person decided that it need not go again
    OVERTAKEN = "overtaken"  # it had not left when something happened that made it untrue
    TO_POST = "to-post"  # a person is to print and post it; no worker ever takes it
    POSTED = "posted"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]

    @property
    def is_stuck(self) -> bool:
        """Whether a person must decide if it is sent again."""
        return self in (LetterState.UNKNOWN, LetterState.FAILED)

    @property
    def needs_a_person(self) -> bool:
        return self.is_stuck or self is LetterState.TO_POST


STATE_LABELS = {
    LetterState.QUEUED: "Waiting to be sent",
    LetterState.CLAIMED: "Being sent",
    LetterState.SENDING: "Being sent",
    LetterState.SENT: "Sent",
    LetterState.UNKNOWN: "May or may not have gone",
    LetterState.FAILED: "Not sent",
    LetterState.DEALT_WITH: "Not sent again; dealt with by a colleague",
    LetterState.OVERTAKEN: "Not sent: overtaken by what happened since",
    LetterState.TO_POST: "To be printed and posted",
    LetterState.POSTED: "Posted",
}


@dataclass(frozen=True)
class Enclosure:
    """One file that goes with a letter, sealed together with its words."""

    name: str
    media_type: str
    content: bytes
    parameters: dict[str, str] = field(default_factory=dict)  # of the media type


@dataclass(frozen=True)
class Paper:
    """A letter as it is printed."""

    words: str
    pdf: bytes


@dataclass(frozen=True)
class Contents:
    """What the letter says and to whom; frozen when it is written. Older letters have no enclosure, and still open."""

    to: str
    subject: str
    text: str
    html: str
    secret: str = ""  # a token in the words, for the person alone
    enclosure: Enclosure | None = None
    paper: Paper | None = None  # confidential: attached only where mail is secure, or printed

    @property
    def as_shown(self) -> str:
        """What a colleague reads of the letter."""
        text = self.text.replace(self.secret, "…") if self.secret else self.text
        return "\n\n".join(filter(None, (text, self.paper.words if self.paper else "")))


class Letter(SealedRow, db.Model):  # type: ignore[name-defined]
    """One letter to one address, about an enquiry or about a complaint. Its Message-ID is kept for every attempt."""

    __tablename__ = "letters"

    enquiry_id: Mapped[UUID | None] = mapped_column(ForeignKey("enquiries.id"), index=True)
    complaint_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("complaints.id", name="letter_about_complaint"), index=True
    )
    kind: Mapped[LetterKind] = mapped_column(Word(LetterKind))
    state: Mapped[LetterState] = mapped_column(Word(LetterState), default=LetterState.QUEUED)
    message_id: Mapped[str] = mapped_column(String(128), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(Moment)
    tried_since: Mapped[datetime] = mapped_column(Moment)  # the 48 hours of trying begin here
    due_at: Mapped[datetime | None] = mapped_column(Moment)  # next attempt, or end of a worker's lease
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    contents_sealed: Mapped[bytes] = mapped_column(Bytes)
    contents = Sealed(Contents, "contents_sealed")

    # The sweep asks only for what is due; what has gone, or waits for a person, has no due time.
    __table_args__ = (
        CheckConstraint("(enquiry_id IS NULL) <> (complaint_id IS NULL)", name="letter_about_one"),
        Index(
            "letters_due",
            "due_at",
            sqlite_where=db.text("due_at IS NOT NULL"),
            postgresql_where=db.text("due_at IS NOT NULL"),
        ),
        Index(
            "letters_stuck",
            "enquiry_id",
            sqlite_where=db.text("state IN ('unknown', 'failed', 'to-post')"),
            postgresql_where=db.text("state IN ('unknown', 'failed', 'to-post')"),
        ),
    )
