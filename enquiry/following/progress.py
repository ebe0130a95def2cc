"""How far an enquiry is, in words for its patient: nothing of what was written, and no word of the desk's."""

from dataclasses import dataclass
from datetime import datetime

from enquiry import caseload
from enquiry.following.say import ends_at_once
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
class Progress:
    """Everything that the page of a private link shows; the rest of the enquiry never reaches it."""

    reference: str
    clinic: Clinic
    words: str
    answer_by: datetime | None  # the promise, while it is the clinic's turn and the promise can still be kept
    is_open: bool
    has_asked_to_withdraw: bool
    ends_at_once: bool  # when it is withdrawn


def progress_of(enquiry: Enquiry, now: datetime) -> Progress:
    """Return how far an enquiry is, or the one that it was merged into, for the patient who has its link open."""
    worked_on = enquiry.worked_on
    is_promised = worked_on.status.turn is Turn.US and now < worked_on.promised_at
    return Progress(
        reference=enquiry.reference,
        clinic=worked_on.clinic,
        words=IN_PLAIN_WORDS[worked_on.status],
        answer_by=worked_on.promised_at if is_promised else None,
        is_open=worked_on.is_open,
        has_asked_to_withdraw=wish_to_withdraw(caseload.whole_timeline(worked_on)) is not None,
        ends_at_once=ends_at_once(enquiry),
    )
