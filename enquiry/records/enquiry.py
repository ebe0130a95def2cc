"""The one noun: an enquiry, what is sealed in it, and the only way its status changes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.records.types import Moment, Sealed, SealedRow, Word
from enquiry.rules.answers import Agreement, Letter, Need, Operated, Paying, Place, Since, Visit
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.red_flags import Cancer, RedFlag, declared
from enquiry.rules.spam import Sign
from enquiry.rules.status import Outcome, Status, may_move
from enquiry.rules.urgency import Urgency

if TYPE_CHECKING:
    from enquiry.records.attachment import Attachment


class MoveNotAllowed(Exception):
    """Raised when an enquiry is asked to go where the table of moves does not lead."""

    def __init__(self, current: Status, wanted: Status) -> None:
        super().__init__(f"An enquiry cannot go from {current.label} to {wanted.label}")
        self.current, self.wanted = current, wanted


class Kind(StrEnum):
    """What the person would like."""

    APPOINTMENT = "appointment"
    QUESTION = "question"

    @property
    def label(self) -> str:
        return {Kind.APPOINTMENT: "An appointment", Kind.QUESTION: "An answer to a question"}[self]


@dataclass(frozen=True)
class Patient:
    """Who the patient is."""

    name: str
    birth_date: date
    called: str = ""  # the name that they like


@dataclass(frozen=True)
class Proxy:
    """Somebody who writes for the patient, and by what right."""

    name: str
    relationship: str
    agreement: Agreement
    may_be_told: bool  # whether the clinic may speak to them about the patient
    is_contact: bool  # whether the answer goes to them


@dataclass(frozen=True)
class Contact:
    """How the person may safely be reached."""

    preferred: Route
    email: str = ""
    telephone: str = ""  # E.164
    telephone_as_typed: str = ""
    voicemail_ok: bool = False
    avoid: str = ""
    needs: tuple[Need, ...] = ()
    language: str = ""  # of the interpreter
    proxy: Proxy | None = None


@dataclass(frozen=True)
class SeenInHospital:
    """Where and when somebody with a red flag was seen and sent home."""

    hospital: str
    on: date


@dataclass(frozen=True)
class Request:
    """What the person asks, in their own words, with what they told the safety screen.

    What has a default was not always asked: an enquiry that is older than the question still opens.
    """

    about: str  # a condition's slug, or "not-sure"
    story: str
    days: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()  # codes of rules.red_flags
    cancer: Cancer | None = None
    seen_in_hospital: SeenInHospital | None = None
    changed_answer: bool = False  # an emergency was shown to the same browser, and this is milder
    written: tuple[str, ...] = ()  # codes of the red flags whose words stand in the story or a message
    places: tuple[Place, ...] = ()
    since: Since | None = None
    is_worsening: bool | None = None
    operated: Operated | None = None
    visit: Visit | None = None
    dates_to_avoid: str = ""
    paying: Paying | None = None
    insurer: str = ""
    letter: Letter | None = None
    is_for_either_clinic: bool = False
    postcode: str = ""
    spam_signs: tuple[Sign, ...] = ()  # why it looks like spam, if it does

    @property
    def flags(self) -> tuple[RedFlag, ...]:
        """What the safety screen was told, the most urgent first."""
        return declared(self.red_flags)

    @property
    def flags_in_words(self) -> tuple[RedFlag, ...]:
        """What the words of the story may mean, the most urgent first."""
        return declared(self.written)


class Enquiry(SealedRow, db.Model):  # type: ignore[name-defined]
    """One person's request to one clinic, from the moment it is sent."""

    __tablename__ = "enquiries"

    reference: Mapped[str] = mapped_column(String(12), unique=True)
    nonce: Mapped[UUID] = mapped_column(Uuid, unique=True)
    clinic: Mapped[Clinic] = mapped_column(Word(Clinic))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    status: Mapped[Status] = mapped_column(Word(Status), default=Status.NEW)
    urgency: Mapped[Urgency] = mapped_column(Word(Urgency), default=Urgency.ROUTINE)
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    received_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    promised_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    review_on: Mapped[date | None] = mapped_column()  # when rules.retention looks at it; never while it is open
    held_at: Mapped[datetime | None] = mapped_column(Moment)  # not to be erased since; the timeline says why
    set_aside_at: Mapped[datetime | None] = mapped_column(Moment)  # out of the queue since, as possible spam
    version: Mapped[int] = mapped_column(default=1)

    patient_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    contact_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    request_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    patient = Sealed(Patient, "patient_sealed")
    contact = Sealed(Contact, "contact_sealed")
    request = Sealed(Request, "request_sealed")

    assignee: Mapped[Staff | None] = relationship(lazy="joined")
    attachments: Mapped[list["Attachment"]] = relationship(viewonly=True, order_by="Attachment.id")

    # Every change says which version it saw; a second writer is told, never overruled.
    __mapper_args__: ClassVar = {"version_id_col": version}
    # The queue reads open rows of a clinic in the order in which they fall due, and touches no other row; so does the
    # list of possible spam, however long the other is. Search tokens refer to an enquiry together with its clinic, and
    # so follow it when it is transferred.
    __table_args__ = (
        Index("enquiry_of_clinic", "id", "clinic", unique=True),
        Index(
            "open_enquiries",
            "clinic",
            "due_at",
            "id",
            sqlite_where=db.text("ended_at IS NULL AND set_aside_at IS NULL"),
            postgresql_where=db.text("ended_at IS NULL AND set_aside_at IS NULL"),
        ),
        Index(
            "enquiries_set_aside",
            "clinic",
            "due_at",
            "id",
            sqlite_where=db.text("ended_at IS NULL AND set_aside_at IS NOT NULL"),
            postgresql_where=db.text("ended_at IS NULL AND set_aside_at IS NOT NULL"),
        ),
        # The nightly review asks only for what has ended and is not held.
        Index(
            "enquiries_to_review",
            "review_on",
            "id",
            sqlite_where=db.text("review_on IS NOT NULL AND held_at IS NULL"),
            postgresql_where=db.text("review_on IS NOT NULL AND held_at IS NULL"),
        ),
    )

    @property
    def addressee(self) -> str:
        """The name of whoever an answer goes to: the patient's as they like it, or that of the writer who asked."""
        proxy = self.contact.proxy
        return proxy.name if proxy is not None and proxy.is_contact else self.patient.called or self.patient.name

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def is_flagged(self) -> bool:
        """Whether a red flag was told, written or declared: reception may not end such an enquiry (clinical.md 7.3)."""
        flags = (*self.request.flags, *self.request.flags_in_words)
        return self.urgency is Urgency.RED_FLAG_DECLARED or any(flag.action.is_for_a_clinician for flag in flags)

    @property
    def may_need_a_clinician(self) -> bool:
        """Whether anything that was told or written may be urgent, however it was sorted: spam or not, it is seen."""
        asked = self.request
        has_cancer = asked.cancer is not None and asked.cancer.counts
        told = asked.flags or asked.flags_in_words or asked.seen_in_hospital
        return bool(told or asked.changed_answer or has_cancer)

    def move_to(self, status: Status, at: datetime) -> None:
        """Change the status along the table of moves; what is taken up again has no outcome any more.

        :raises MoveNotAllowed: when the table does not lead there.
        """
        if not may_move(self.status, status):
            raise MoveNotAllowed(self.status, status)
        self.status = status
        self.ended_at = None if status.is_open else at
        self.outcome = None
        if status is Status.NEW:
            self.assignee = None
