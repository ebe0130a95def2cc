"""How far a referral is, in words for whoever referred: a reference, dates, and nothing of the patient."""

from dataclasses import dataclass
from datetime import datetime

from enquiry import caseload, receipt
from enquiry.records.private_link import hash_of
from enquiry.records.timeline import Event
from enquiry.rules import private_links
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Status, Turn

IN_PLAIN_WORDS = {
    Status.NEW: "We have received it. A colleague will look at it.",
    Status.ASSIGNED: "A colleague has taken it on and is seeing to it.",
    Status.WITH_CLINICIAN: "A clinician is looking at it.",
    Status.WAITING_FOR_PATIENT: "We are waiting to hear from the patient.",
    Status.WAITING_FOR_REFERRER: "We are waiting to hear from you. If you have had no letter, please ring us.",
    Status.DID_NOT_ATTEND: "An appointment did not take place. We will be in touch.",
    Status.OFFERED: "We have offered an appointment.",
    Status.BOOKED: "There is an appointment.",
    Status.CLOSED: "We have dealt with it, and it is finished.",
    Status.REJECTED: "We are not taking it any further. If nobody has told you why, please ring us.",
    Status.WITHDRAWN: "It has been withdrawn.",
}


@dataclass(frozen=True)
class Progress:
    """Everything that the page shows; the rest of the referral never reaches it."""

    reference: str
    clinic: Clinic
    words: str
    received_at: datetime
    look_by: datetime | None  # as the receipt said or later, while it is the clinic's turn and can still be kept
    written_at: datetime | None  # when the clinic last wrote back
    is_open: bool


def progress_of(token: str, now: datetime) -> Progress | None:
    """Return how far a referral is, or the case that it was merged into; ``None`` for a link that is none, or is over.

    :param token: of the link in the referrer's receipt.
    """
    enquiry = caseload.by_referrers_link(hash_of(token))
    if enquiry is None:
        return None
    worked_on = enquiry.worked_on
    if private_links.is_over(enquiry.received_at, worked_on.ended_at, 0, now):
        return None
    written = (entry.at for entry in caseload.whole_timeline(worked_on) if entry.event is Event.WROTE_BACK)
    look_by = max(worked_on.due_at, receipt.look_by(enquiry))
    is_due = worked_on.status.turn is Turn.US and now < look_by
    return Progress(
        reference=enquiry.reference,
        clinic=worked_on.clinic,
        words=IN_PLAIN_WORDS[worked_on.status],
        received_at=enquiry.received_at,
        look_by=look_by if is_due else None,
        written_at=next(written, None),
        is_open=worked_on.is_open,
    )
