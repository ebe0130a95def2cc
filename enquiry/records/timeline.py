"""The timeline of an enquiry: what happened, who did it, and what they wrote.

Why so long: every word for what can happen stands beside what it means, what it is counted as and what undoes it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Connection, ForeignKey, Index, String, insert, inspect
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship
from sqlalchemy.orm.attributes import History

from enquiry import clock
from enquiry.clock import for_the_eye
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter
from enquiry.records.staff import Staff
from enquiry.records.tally import TAKEN_UP_AGAIN, Tally, What, count
from enquiry.records.types import Bytes, Moment, Sealed, SealedRow, Word, new_id
from enquiry.rules.retention import first_review


class Event(StrEnum):
    """What can happen to an enquiry."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    CLAIMED = "claimed"
    MOVED = "moved"
    URGENCY_KEPT = "urgency-kept"
    URGENCY_RAISED = "urgency-raised"
    URGENCY_SET = "urgency-set"
    NOTED = "noted"
    TRANSFERRED = "transferred"
    REPLIED = "replied"
    CALLED = "called"
    CALLBACK_ARRANGED = "callback-arranged"
    CALLBACK_CALLED_OFF = "callback-called-off"
    CLOSED = "closed"
    LETTER_SETTLED = "letter-settled"
    HELD = "held"
    RELEASED = "released"
    WROTE = "wrote"
    ASKED_TO_WITHDRAW = "asked-to-withdraw"
    WITHDREW = "withdrew"
    SET_ASIDE = "set-aside"
    REJECTED = "rejected"
    END_PROPOSED = "end-proposed"
    END_REFUSED = "end-refused"
    PIN_ACKNOWLEDGED = "pin-acknowledged"
    ASKED_CLINICIAN = "asked-clinician"
    CLINICIAN_ANSWERED = "clinician-answered"
    MERGED = "merged"
    TOOK_IN = "took-in"
    UNMERGED = "unmerged"
    MERGED_ONE_WROTE = "merged-one-wrote"
    UNDONE = "undone"
    NEAR_MISS = "near-miss"
    RESCUED = "rescued"
    ASSIGNED = "assigned"
    GIVEN_BACK = "given-back"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    OFFERED = "offered"
    OFFER_EXPIRED = "offer-expired"
    BOOKED = "booked"
    APPOINTMENT_MOVED = "appointment-moved"
    APPOINTMENT_CANCELLED = "appointment-cancelled"
    REMINDED = "reminded"
    FEES_TOLD = "fees-told"
    ATTENDED = "attended"
    DID_NOT_ATTEND = "did-not-attend"
    WROTE_BACK = "wrote-back"
    ON_PAPER = "on-paper"
    POSTED = "posted"

    @property
    def label(self) -> str:
        return EVENT_LABELS[self]


EVENT_LABELS = {
    Event.RECEIVED: "Enquiry received",
    Event.ACKNOWLEDGED: "Receipt by email",
    Event.CLAIMED: "Claimed",
    Event.MOVED: "Status changed",
    Event.URGENCY_KEPT: "Urgency kept from an earlier enquiry",
    Event.URGENCY_RAISED: "As urgent as another of the same person",
    Event.URGENCY_SET: "Urgency changed",
    Event.NOTED: "Note for colleagues",
    Event.TRANSFERRED: "Transferred",
    Event.REPLIED: "Reply by email",
    Event.CALLED: "Telephone call",
    Event.CALLBACK_ARRANGED: "Callback arranged",
    Event.CALLBACK_CALLED_OFF: "Callback called off",
    Event.CLOSED: "Closed",
    Event.LETTER_SETTLED: "Stuck letter settled",
    Event.HELD: "Held: not to be erased",
    Event.RELEASED: "No longer held",
    Event.WROTE: "Message from the patient",
    Event.ASKED_TO_WITHDRAW: "The patient asks to withdraw",
    Event.WITHDREW: "Withdrawn by the patient",
    Event.SET_ASIDE: "Set aside as possible spam",
    Event.RESCUED: "Not spam: let into the queue",
    Event.REJECTED: "Rejected",
    Event.END_PROPOSED: "Proposed",
    Event.END_REFUSED: "Not agreed: it stays open",
    Event.PIN_ACKNOWLEDGED: "Acknowledged",
    Event.ASKED_CLINICIAN: "Question to a clinician",
    Event.CLINICIAN_ANSWERED: "Answer of the clinician",
    Event.MERGED: "Merged into",
    Event.TOOK_IN: "Took in another enquiry",
    Event.UNMERGED: "No longer merged with",
    Event.MERGED_ONE_WROTE: "Something came by the link of",
    Event.UNDONE: "Undone",
    Event.NEAR_MISS: "Something nearly went wrong",
    Event.ASSIGNED: "Assigned",
    Event.GIVEN_BACK: "Given back: nobody has it",
    Event.SNOOZED: "Snoozed",
    Event.WOKEN: "Back from snoozing",
    Event.OFFERED: "Appointment offered",
    Event.OFFER_EXPIRED: "The offer was not taken up in time",
    Event.BOOKED: "Appointment booked",
    Event.APPOINTMENT_MOVED: "Appointment moved",
    Event.APPOINTMENT_CANCELLED: "Appointment cancelled",
    Event.REMINDED: "Reminder by email",
    Event.FEES_TOLD: "Fees told",
    Event.ATTENDED: "Attended",
    Event.DID_NOT_ATTEND: "Did not attend",
    Event.WROTE_BACK: "Letter to the referrer",
    Event.ON_PAPER: "To be posted",
    Event.POSTED: "Posted",
}

# A move that its maker may undo (rules.undoing): never a letter or a call, for those have reached somebody.
CAN_BE_UNDONE = frozenset(
    {
        Event.CLAIMED,
        Event.MOVED,
        Event.URGENCY_SET,
        Event.TRANSFERRED,
        Event.CLOSED,
        Event.REJECTED,
        Event.ASSIGNED,
    }
)
_KEEPS_WHAT_WAS = CAN_BE_UNDONE | {Event.MERGED, Event.TOOK_IN}


# What of it is counted, by its detail, or by its own word where it has none.
COUNTED = {Event.CALLED: What.CALLED, Event.SET_ASIDE: What.SPAM}

# A hold says nothing about the person's care: the years for which an enquiry is kept count from what happened before.
ABOUT_KEEPING = frozenset({Event.HELD, Event.RELEASED})


class Entry(SealedRow, db.Model):  # type: ignore[name-defined]
    """One thing that happened to an enquiry; never changed afterwards."""

    __tablename__ = "timeline"

    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    event: Mapped[Event] = mapped_column(Word(Event))
    detail: Mapped[str] = mapped_column(String(64), default="")  # words of our own vocabularies, never a person's
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id"))
    nonce: Mapped[UUID | None] = mapped_column()  # of a patient's form: sent twice, it counts once
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # where it stood: Standing.written
    text_sealed: Mapped[bytes] = mapped_column(Bytes)
    text = Sealed(str, "text_sealed")

    actor: Mapped[Staff | None] = relationship(lazy="joined")
    letter: Mapped[Letter | None] = relationship(lazy="joined")

    __table_args__ = (
        Index("timeline_of_enquiry", "enquiry_id", "id"),
        Index("entries_sent_once", "nonce", unique=True),
    )


def not_undone(latest_first: Iterable[Entry]) -> Iterator[Entry]:
    """Yield what happened but for what was undone; the entries may be of several enquiries."""
    undone: set[UUID] = set()  # the enquiries whose next older entry is the one that was undone
    for entry in latest_first:
        if entry.enquiry_id in undone:
            undone.discard(entry.enquiry_id)
        elif entry.event is Event.UNDONE:
            undone.add(entry.enquiry_id)
        else:
            yield entry


def wish_to_withdraw(latest_first: Iterable[Entry]) -> Entry | None:
    """Return the patient's wish to withdraw, if no colleague has since decided where the enquiry stands."""
    decisive = (Event.ASKED_TO_WITHDRAW, Event.MOVED, Event.CLOSED, Event.REJECTED)
    latest = next(
        (
            entry
            for entry in not_undone(latest_first)
            if entry.event in decisive or (entry.event is Event.REPLIED and entry.detail)
        ),
        None,
    )
    return latest if latest is not None and latest.event is Event.ASKED_TO_WITHDRAW else None


def proposed_end(latest_first: Sequence[Entry]) -> Entry | None:
    """Return the proposal to end an enquiry that stands: whatever happened after it has voided it."""
    return latest_first[0] if latest_first and latest_first[0].event is Event.END_PROPOSED else None


def open_question(latest_first: Iterable[Entry]) -> Entry | None:
    """Return the question that a clinician has not answered yet; it is for whoever is with the clinician to ask."""
    asked = (Event.ASKED_CLINICIAN, Event.CLINICIAN_ANSWERED)
    latest = next((entry for entry in latest_first if entry.event in asked), None)
    return latest if latest is not None and latest.event is Event.ASKED_CLINICIAN else None


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

    Once the enquiry has ended, this is its last contact so far: the day of its first review follows. What was merged
    into another is reviewed with that one. Whatever happens voids a proposal to end it, but the proposal itself. What
    is counted of it is counted here.

    :param actor: the person who did it, or ``None`` for the patient or the system.
    :param detail: a word of ours such as a status; stored in clear.
    :param text: what a person wrote; sealed.
    """
    if event not in ABOUT_KEEPING:
        enquiry.changed_at = at
        is_over = enquiry.ended_at is not None and enquiry.merged_into_id is None
        enquiry.review_on = first_review(enquiry.outcome, for_the_eye(at).date()) if is_over else None
    enquiry.proposed_by = actor if event is Event.END_PROPOSED else None
    stood = enquiry.noted_standing()
    entry = Entry(id=new_id(), key=enquiry.key, enquiry_id=enquiry.id, at=at, event=event, detail=detail)
    entry.actor, entry.letter, entry.text = actor, letter, text
    entry.before = stood.written if stood and event in _KEEPS_WHAT_WAS else None
    db.session.add(entry)
    if event in COUNTED:
        count(COUNTED[event], detail or event.value, at, enquiry.clinic)
    return entry


@listens_for(Enquiry, "before_update")
def _count_endings(_mapper: Mapper[Enquiry], connection: Connection, enquiry: Enquiry) -> None:
    """Count that an enquiry ends, or is taken up again, when that is written.

    Why then, and not when it happens: a verb can end one in many ways, merge it, or undo what another verb did.
    """
    change: History = inspect(enquiry).attrs.ended_at.history
    had_ended = any(change.deleted or ())
    if not change.has_changes() or had_ended is bool(enquiry.ended_at):
        return
    word = enquiry.outcome or enquiry.status if enquiry.ended_at else TAKEN_UP_AGAIN
    columns = ("day", "clinic", "what", "word", "number")
    for what in (What.ENDED, What.REFERRAL_ENDED) if enquiry.is_referral else (What.ENDED,):
        counted = Tally.of(what, str(word), enquiry.ended_at or clock.now(), enquiry.clinic)
        connection.execute(insert(Tally), {column: getattr(counted, column) for column in columns})
