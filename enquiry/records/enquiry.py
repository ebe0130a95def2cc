"""The one noun: an enquiry, what is sealed in it, and the only way its status changes.

Why so long: what may be done with the one noun, and what that does to its clock, is readable in one place.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from enquiry.extensions import db
from enquiry.records.referral import Referral, SealedReferral
from enquiry.records.staff import Staff
from enquiry.records.standing import Standing
from enquiry.records.tally import Tally, What
from enquiry.records.told import Contact, Patient, Request
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, Word
from enquiry.rules import ending, pinning, urgency
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome, RejectReason, Status, Turn, may_move
from enquiry.rules.urgency import Urgency
from enquiry.rules.waits import step

if TYPE_CHECKING:
    from enquiry.records.appointment import Appointment
    from enquiry.records.attachment import Attachment


PINNED, IN_TURN = 0, 1  # a pinned enquiry stands above the clock until somebody acknowledges it (desk.md 12)


class MoveNotAllowed(Exception):
    """Raised when an enquiry is asked to go where the table of moves does not lead."""

    def __init__(self, current: Status, wanted: Status) -> None:
        super().__init__(f"An enquiry cannot go from {current.label} to {wanted.label}")
        self.current, self.wanted = current, wanted


class TwoMustAgree(MoveNotAllowed):
    """Raised when an enquiry with a red flag or cancer in it is to end, and two people have not agreed that it does."""


class Kind(StrEnum):
    """What the person would like."""

    APPOINTMENT = "appointment"
    QUESTION = "question"
    REFERRAL = "referral"  # a clinician asks for them

    @property
    def label(self) -> str:
        return {
            Kind.APPOINTMENT: "An appointment",
            Kind.QUESTION: "An answer to a question",
            Kind.REFERRAL: "A referral",
        }[self]

    @property
    def word(self) -> str:
        """What a list calls it."""
        return self.value.capitalize()


def own_urgency(request: Request, referral: Referral | None) -> Urgency:
    """Return how urgent something is by what was told with it alone, whatever else is known of its person."""
    told = urgency.at_arrival(request.flags, request.flags_in_words, bool(request.is_worsening))
    return urgency.kept(told, [referral.priority.urgency] if referral else [])


WISHES = [(kind.value, kind.label) for kind in (Kind.APPOINTMENT, Kind.QUESTION)]  # of somebody who asks themselves


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
    reject_reason: Mapped[RejectReason | None] = mapped_column(Word(RejectReason))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # that it ends
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("enquiries.id"))
    received_at: Mapped[datetime] = mapped_column(Moment)
    turn: Mapped[Turn] = mapped_column(Word(Turn), default=Turn.US)
    precedence: Mapped[int] = mapped_column(SmallInteger, default=IN_TURN)
    due_at: Mapped[datetime] = mapped_column(Moment)
    seconds_left: Mapped[int | None] = mapped_column()  # of working time, while the clock stands still
    snoozed_until: Mapped[datetime | None] = mapped_column(Moment)
    first_contact_at: Mapped[datetime | None] = mapped_column(Moment)  # by a person, not a receipt
    ring_at: Mapped[datetime | None] = mapped_column(Moment)  # from when they are to be rung: an open callback
    promised_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    review_on: Mapped[date | None] = mapped_column()  # when rules.retention looks at it; never while it is open
    held_at: Mapped[datetime | None] = mapped_column(Moment)  # not to be erased since; the timeline says why
    set_aside_at: Mapped[datetime | None] = mapped_column(Moment)  # out of the queue since, as possible spam
    version: Mapped[int] = mapped_column(default=1)

    patient_sealed: Mapped[bytes] = mapped_column(Bytes)
    contact_sealed: Mapped[bytes] = mapped_column(Bytes)
    request_sealed: Mapped[bytes] = mapped_column(Bytes)
    patient = Sealed(Patient, "patient_sealed")
    contact = Sealed(Contact, "contact_sealed")
    request = Sealed(Request, "request_sealed")

    assignee: Mapped[Staff | None] = relationship(lazy="joined", foreign_keys=assignee_id)
    proposed_by: Mapped[Staff | None] = relationship(lazy="joined", foreign_keys=proposed_by_id)
    merged_into: Mapped["Enquiry | None"] = relationship(viewonly=True, remote_side="Enquiry.id")
    merged: Mapped[list["Enquiry"]] = relationship(viewonly=True, order_by="Enquiry.id")
    attachments: Mapped[list["Attachment"]] = relationship(viewonly=True, order_by="Attachment.id")
    appointments: Mapped[list["Appointment"]] = relationship(viewonly=True, order_by="Appointment.id.desc()")
    sealed_referral: Mapped[SealedReferral | None] = relationship()  # a case asks for it, no list does

    # Every change says which version it saw; a second writer is told, never overruled.
    __mapper_args__: ClassVar = {"version_id_col": version}
    # The queue reads the open rows of a clinic on which the same side must act, pinned ones first and then as they fall
    # due, and touches no other row; what a list is narrowed to stands in the index too, so that rows it leaves out are
    # not fetched. So does the list of possible spam, however long the other is. Search tokens refer to an enquiry
    # together with its clinic, and so follow it when it is transferred.
    __table_args__ = (
        Index("enquiry_of_clinic", "id", "clinic", unique=True),
        Index(
            "open_enquiries",
            "clinic",
            "turn",
            "precedence",
            "due_at",
            "id",
            "assignee_id",
            "status",
            "urgency",
            "kind",
            sqlite_where=db.text("ended_at IS NULL AND set_aside_at IS NULL"),
            postgresql_where=db.text("ended_at IS NULL AND set_aside_at IS NULL"),
        ),
        # What is new or changed since somebody looked, and whose time has come to be woken.
        Index(
            "open_enquiries_by_change",
            "clinic",
            "changed_at",
            sqlite_where=db.text("ended_at IS NULL AND set_aside_at IS NULL"),
            postgresql_where=db.text("ended_at IS NULL AND set_aside_at IS NULL"),
        ),
        Index(
            "snoozed_enquiries",
            "snoozed_until",
            sqlite_where=db.text("snoozed_until IS NOT NULL"),
            postgresql_where=db.text("snoozed_until IS NOT NULL"),
        ),
        Index(
            "enquiries_set_aside",
            "clinic",
            "precedence",
            "due_at",
            "id",
            sqlite_where=db.text("ended_at IS NULL AND set_aside_at IS NOT NULL"),
            postgresql_where=db.text("ended_at IS NULL AND set_aside_at IS NOT NULL"),
        ),
        # Of one that others were merged into, those.
        Index(
            "merged_enquiries",
            "merged_into_id",
            sqlite_where=db.text("merged_into_id IS NOT NULL"),
            postgresql_where=db.text("merged_into_id IS NOT NULL"),
        ),
        # Whom to ring, in the order in which it is time: nothing but open callbacks.
        Index(
            "callbacks_to_make",
            "clinic",
            "ring_at",
            "id",
            sqlite_where=db.text("ring_at IS NOT NULL AND ended_at IS NULL AND set_aside_at IS NULL"),
            postgresql_where=db.text("ring_at IS NOT NULL AND ended_at IS NULL AND set_aside_at IS NULL"),
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
    def referral(self) -> Referral | None:
        """What a GP or another clinician told who referred the patient; ``None`` where nobody did."""
        return self.sealed_referral.told if self.is_referral and self.sealed_referral else None

    @property
    def own_urgency(self) -> Urgency:
        return own_urgency(self.request, self.referral)

    @property
    def is_referral(self) -> bool:
        return self.kind is Kind.REFERRAL

    @property
    def has_referral(self) -> bool:
        """Whether somebody referred the patient, here or in what was merged into this: they must hear of its end."""
        return any(one.is_referral for one in (self, *self.merged))

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def is_pinned(self) -> bool:
        return self.precedence == PINNED

    @property
    def why_pinned(self) -> str:
        return pinning.why(
            is_declared=self.urgency is Urgency.RED_FLAG_DECLARED,
            is_told=self.request.has_flags_told,
            is_written=self.request.has_flags_written,
            is_referred=self.is_referral,
        )

    @property
    def worked_on(self) -> "Enquiry":
        """The enquiry that colleagues work on: this one, or the one that it was merged into."""
        return self.merged_into or self

    @property
    def is_flagged(self) -> bool:
        """Whether a red flag was told, written or declared, here or in what was merged into this (clinical.md 7.3)."""
        is_declared = self.urgency is Urgency.RED_FLAG_DECLARED
        return is_declared or any(one.request.is_flagged for one in (self, *self.merged))

    @property
    def has_cancer(self) -> bool:
        """Whether cancer was told of or is feared, here or in what was merged into this."""
        return any(one.request.has_cancer for one in (self, *self.merged))

    @property
    def needs_two_to_end(self) -> bool:
        return ending.needs_two(self.is_flagged, self.has_cancer)

    @property
    def may_need_a_clinician(self) -> bool:
        """Whether anything that was told or written may be urgent, however it was sorted: spam or not, it is seen."""
        asked = self.request
        has_cancer = asked.cancer is not None and asked.cancer.counts
        told = asked.flags or asked.flags_in_words or asked.seen_in_hospital
        return bool(told or asked.changed_answer or has_cancer)

    def move_to(self, status: Status, at: datetime, clock: ClinicClock, is_agreed: bool = False) -> None:
        """Change the status along the table of moves; what is taken up again has no outcome any more.

        :param clock: of the enquiry's clinic.
        :param is_agreed: whether two people have agreed that it ends, or nothing ends for the patient.
        :raises MoveNotAllowed: when the table does not lead there.
        :raises TwoMustAgree: when it would end, has a red flag or cancer in it, and is not agreed.
        """
        if not may_move(self.status, status):
            raise MoveNotAllowed(self.status, status)
        if not status.is_open and not is_agreed and self.needs_two_to_end:
            raise TwoMustAgree(self.status, status)
        self.status = status
        self.ended_at = None if status.is_open else at
        self.outcome = self.reject_reason = None
        if status is Status.NEW:
            self.assignee = None
        self.give_turn(status.turn, at, clock)
        if not status.is_open:
            self.seconds_left = self.ring_at = None

    def give_turn(self, turn: Turn, at: datetime, clock: ClinicClock) -> None:
        """Say who must act next. While that is not the clinic its clock stands still, and goes on where it stopped."""
        if self.turn is Turn.US and turn is not Turn.US:
            self.seconds_left = None if self.first_contact_at else int(clock.left(at, self.due_at).total_seconds())
        elif self.turn is not Turn.US and turn is Turn.US:
            left = clock.targets[self.urgency] if self.seconds_left is None else timedelta(seconds=self.seconds_left)
            self.due_at, self.seconds_left = clock.due_again(at, left), None
        self.turn, self.snoozed_until = turn, None

    def calls_back(self, at: datetime, clock: ClinicClock) -> str:
        """Make it the clinic's turn, because its person said something; return where it stood, if that is elsewhere."""
        before = "" if self.status.turn is Turn.US else self.status.value
        if before:
            self.move_to(Status.ASSIGNED, at, clock)
            self.promised_at = clock.promised(at)
        elif self.turn is not Turn.US:
            self.give_turn(Turn.US, at, clock)
        return before

    def contacted(self, at: datetime, clock: ClinicClock) -> None:
        """Note that a person has answered: the first time is what a target counts, and what comes next has its own."""
        if self.first_contact_at is None:
            self.first_contact_at = at
            if session := object_session(self):
                session.add_all(self._first_contact(at, clock))
        if self.turn is Turn.US:
            self.due_at = clock.due(self.urgency, at)

    def hurry(self, urgency: Urgency, at: datetime, clock: ClinicClock) -> None:
        """Give another urgency; a raise brings the due time forward, wakes what sleeps, and nothing puts it back."""
        is_woken = self.snoozed_until is not None and urgency.rank < self.urgency.rank
        self.urgency = urgency
        self.due_at = min(self.due_at, clock.due(urgency, at))
        if self.seconds_left is not None:
            self.seconds_left = min(self.seconds_left, int(clock.targets[urgency].total_seconds()))
        if is_woken:
            self.give_turn(Turn.US, at, clock)

    def note_standing(self) -> None:
        """Remember where it stands before something happens to it."""
        self._stood: Standing | None = Standing.of(self)

    def noted_standing(self) -> Standing | None:
        """Return what was remembered, once."""
        stood, self._stood = getattr(self, "_stood", None), None
        return stood

    def _first_contact(self, at: datetime, clock: ClinicClock) -> Iterator[Tally]:
        """Yield what is counted of a first answer: whether it was in time, and how much working time it took."""
        is_in_time = at <= self.due_at if self.turn is Turn.US else self.seconds_left != 0
        yield Tally.of(What.ANSWERED, f"{self.urgency}/{'in-time' if is_in_time else 'late'}", at, self.clinic)
        yield Tally.of(What.WAITED, step(clock.hours.between(self.received_at, at)), at, self.clinic)
