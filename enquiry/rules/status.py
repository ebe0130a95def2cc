"""The life of an enquiry: its statuses, the moves between them, and how it can end.

Source: clinical.md 7.3. A status changes only along ``MOVES``; a clinician can check the table by reading it.
"""

from enum import StrEnum


class Turn(StrEnum):
    """Who must act next."""

    US = "us"
    PATIENT = "patient"
    REFERRER = "referrer"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        return {
            Turn.US: "For us to do",
            Turn.PATIENT: "Waiting for the patient",
            Turn.REFERRER: "Waiting for the GP",
            Turn.NOBODY: "Nothing to do now",
        }[self]


class Status(StrEnum):
    """Where an enquiry stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    WITH_CLINICIAN = "with-clinician"
    WAITING_FOR_PATIENT = "waiting-for-patient"
    WAITING_FOR_REFERRER = "waiting-for-referrer"
    OFFERED = "offered"
    BOOKED = "booked"
    DID_NOT_ATTEND = "did-not-attend"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()

    @property
    def is_open(self) -> bool:
        return self not in ENDED

    @property
    def turn(self) -> Turn:
        """Who must act next on an enquiry that stands here; while it is not the clinic, no clock presses."""
        return _TURNS.get(self, Turn.US)


class Outcome(StrEnum):
    """What came of an enquiry that is closed."""

    APPOINTMENT_BOOKED = "appointment-booked"
    ADVICE_SENT = "advice-sent"
    SENT_TO_EMERGENCY_CARE = "sent-to-emergency-care"
    SENT_BACK_TO_GP = "sent-back-to-gp"
    MORE_INFORMATION_NEEDED = "more-information-needed"
    IMAGING_OR_REFERRAL_NEEDED = "imaging-or-referral-needed"
    NOT_IN_SCOPE = "not-in-scope"
    EXISTING_PATIENT = "existing-patient"
    RETURNED_WITH_ADVICE = "returned-with-advice"  # e-RS: RETURN_TO_REFERRER_WITH_ADVICE
    DECLINED_BY_PATIENT = "declined-by-patient"
    NO_REPLY = "no-reply"
    DUPLICATE = "duplicate"
    SPAM = "spam"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.APPOINTMENT_BOOKED: "Appointment booked",
    Outcome.ADVICE_SENT: "Information sent",
    Outcome.SENT_TO_EMERGENCY_CARE: "Sent to emergency care",
    Outcome.SENT_BACK_TO_GP: "Sent back to the GP",
    Outcome.MORE_INFORMATION_NEEDED: "More information needed",
    Outcome.IMAGING_OR_REFERRAL_NEEDED: "Imaging or a referral letter needed first",
    Outcome.NOT_IN_SCOPE: "Not something the clinic treats",
    Outcome.EXISTING_PATIENT: "Existing patient, passed to their team",
    Outcome.RETURNED_WITH_ADVICE: "Returned to the referrer with advice",
    Outcome.DECLINED_BY_PATIENT: "Declined by the patient",
    Outcome.NO_REPLY: "No reply after three tries",
    Outcome.DUPLICATE: "Duplicate",
    Outcome.SPAM: "Spam",
}


OF_REFERRALS = frozenset({Outcome.RETURNED_WITH_ADVICE})  # there is somebody to return it to


class RejectReason(StrEnum):
    """Why an enquiry is not taken any further."""

    DUPLICATE = "duplicate"
    WRONG_SERVICE = "wrong-service"
    INCOMPLETE = "incomplete"
    NO_CAPACITY = "no-capacity"
    FAILED_CONTACT = "failed-contact"
    PRIORITY_INAPPROPRIATE = "priority-inappropriate"
    OTHER = "other"

    @property
    def label(self) -> str:
        return REJECT_LABELS[self]


REJECT_LABELS = {
    RejectReason.DUPLICATE: "Duplicate",
    RejectReason.WRONG_SERVICE: "Not the right service",
    RejectReason.INCOMPLETE: "Incomplete: too little to decide on",
    RejectReason.NO_CAPACITY: "No capacity in time",
    RejectReason.FAILED_CONTACT: "Nobody could be reached",
    RejectReason.PRIORITY_INAPPROPRIATE: "The priority is not appropriate",
    RejectReason.OTHER: "Another reason, in the remark",
}

ENDED = frozenset({Status.CLOSED, Status.REJECTED, Status.WITHDRAWN})

_TURNS = {
    Status.WAITING_FOR_PATIENT: Turn.PATIENT,
    Status.WAITING_FOR_REFERRER: Turn.REFERRER,
    Status.OFFERED: Turn.PATIENT,
    Status.BOOKED: Turn.NOBODY,
    **dict.fromkeys(ENDED, Turn.NOBODY),
}

_WORKING_ON = {
    Status.WITH_CLINICIAN,
    Status.WAITING_FOR_PATIENT,
    Status.WAITING_FOR_REFERRER,
    Status.OFFERED,
    Status.BOOKED,
}

# What is being worked on goes anywhere but where it is.
_ANYWHERE = frozenset({Status.NEW, Status.ASSIGNED, *_WORKING_ON, *ENDED})

# From each status, where an enquiry may go. NEW is also where a transfer to the other clinic begins again.
MOVES: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.ASSIGNED, *ENDED}),
    Status.ASSIGNED: _ANYWHERE - {Status.ASSIGNED},
    Status.WITH_CLINICIAN: _ANYWHERE - {Status.WITH_CLINICIAN},
    Status.WAITING_FOR_PATIENT: _ANYWHERE - {Status.WAITING_FOR_PATIENT},
    Status.WAITING_FOR_REFERRER: _ANYWHERE - {Status.WAITING_FOR_REFERRER},
    Status.OFFERED: _ANYWHERE - {Status.OFFERED},
    Status.BOOKED: frozenset({Status.ASSIGNED, Status.WAITING_FOR_PATIENT, Status.DID_NOT_ATTEND, *ENDED}),
    Status.DID_NOT_ATTEND: frozenset({Status.ASSIGNED, Status.WAITING_FOR_PATIENT, Status.OFFERED, *ENDED}),
    Status.CLOSED: frozenset({Status.ASSIGNED}),
    Status.REJECTED: frozenset({Status.ASSIGNED}),
    Status.WITHDRAWN: frozenset({Status.ASSIGNED}),
}


def may_move(current: Status, wanted: Status) -> bool:
    """Return whether an enquiry may go from one status to the other."""
    return wanted in MOVES[current]
