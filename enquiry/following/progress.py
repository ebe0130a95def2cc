"""How far an enquiry is, in words for its patient: nothing of what was written, and no word of the desk's."""

from dataclasses import dataclass
from datetime import datetime

from enquiry import caseload
from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import wish_to_withdraw
from enquiry.rules import withdrawal
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
    """Return how far an enquiry is, for the patient who has its link open."""
    is_promised = enquiry.status.turn is Turn.US and now < enquiry.promised_at
    return Progress(
        reference=enquiry.reference,
        clinic=enquiry.clinic,
        words=IN_PLAIN_WORDS[enquiry.status],
        answer_by=enquiry.promised_at if is_promised else None,
        is_open=enquiry.is_open,
        has_asked_to_withdraw=wish_to_withdraw(caseload.timeline(enquiry)) is not None,
        ends_at_once=withdrawal.ends_at_once(enquiry.status, enquiry.urgency, enquiry.is_flagged),
    )
