"""How far an enquiry is, in words for its patient: nothing of what was written, and no word of the desk's.

Why day, time and clinic of an appointment are shown: whoever is here has the link and the date of birth, and the same
mailbox holds the letter that says the same. Somebody to whom nothing may be written, because others read with them, is
shown nothing here either: the page then says that there is an appointment, and no more. Nor is whoever has the link of
an enquiry that was merged into another with another address: the letter went there. With whom it is, is not shown.
"""

from dataclasses import dataclass
from datetime import datetime

from enquiry import caseload, diary
from enquiry.following.say import ends_at_once
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import wish_to_withdraw
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Status, Turn

IN_PLAIN_WORDS = {
    Status.NEW: "We have received it. A colleague will read it and answer you.",
    Status.ASSIGNED: "A colleague has taken it on and is seeing to it.",
    Status.WITH_CLINICIAN: "A clinician is looking at it.",
    Status.WAITING_FOR_PATIENT: "We are waiting to hear from you.",
    Status.WAITING_FOR_REFERRER: "We are waiting to hear from your GP.",
    Status.DID_NOT_ATTEND: "You had an appointment with us that did not take place. We will be in touch.",
    Status.OFFERED: "We have offered you an appointment, and are waiting to hear whether it suits you.",
    Status.BOOKED: "You have an appointment with us.",
    Status.CLOSED: "We have dealt with it, and it is finished.",
    Status.REJECTED: "We are not taking it any further. If nobody has told you why, please ring us.",
    Status.WITHDRAWN: "It has been withdrawn.",
}


@dataclass(frozen=True)
class ToCome:
    """An appointment as its patient is shown it."""

    starts_at: datetime
    clinic: Clinic
    is_by_video: bool
    held_until: datetime | None  # while it is only offered


@dataclass(frozen=True)
class Progress:
    """Everything that the page of a private link shows; the rest of the enquiry never reaches it."""

    reference: str
    clinic: Clinic
    words: str
    appointment: ToCome | None
    answer_by: datetime | None  # the promise, while it is the clinic's turn and the promise can still be kept
    is_open: bool
    has_asked_to_withdraw: bool
    ends_at_once: bool  # when it is withdrawn


def progress_of(enquiry: Enquiry, now: datetime) -> Progress:
    """Return how far an enquiry is, or the one that it was merged into, for the patient who has its link open."""
    worked_on = enquiry.worked_on
    standing = diary.standing(worked_on)
    is_promised = worked_on.status.turn is Turn.US and now < worked_on.promised_at
    return Progress(
        reference=enquiry.reference,
        clinic=worked_on.clinic,
        words=IN_PLAIN_WORDS[worked_on.status],
        appointment=_to_come(standing, now) if _is_same_mailbox(enquiry, worked_on) else None,
        answer_by=worked_on.promised_at if is_promised else None,
        is_open=worked_on.is_open,
        has_asked_to_withdraw=wish_to_withdraw(caseload.whole_timeline(worked_on)) is not None,
        ends_at_once=ends_at_once(enquiry),
    )


def _is_same_mailbox(enquiry: Enquiry, worked_on: Enquiry) -> bool:
    return enquiry.contact.email.casefold() == worked_on.contact.email.casefold()


def _to_come(standing: Appointment | None, now: datetime) -> ToCome | None:
    """Return an appointment that is still to come, if its patient may read of it."""
    if standing is None or standing.has_begun(now) or standing.has_run_out(now):
        return None
    if not standing.arranged.tell.is_written:
        return None
    return ToCome(standing.starts_at, standing.clinic, standing.is_by_video, standing.held_until)
