"""Why a decision is refused: one name for each reason, and words where the reason varies."""

from datetime import datetime

from enquiry.records.staff import Staff

IS_EXPECTED = "They are still to come to an appointment: cancel it first, or close as “Appointment booked”"


class NotDecided(Exception):
    """Base of refusals that have a reason for the person.

    NotDecided
    ├── NotNow           not where the enquiry stands, or not by this person: the table of decisions says why
    │   └── NotMerged    these two cannot be merged, and the reason
    ├── AlreadyClaimed   somebody else has it
    ├── NotSetAside      it stands in the queue already
    ├── OnlyAClinician   an urgency is lowered, and a red flag acknowledged, only by a clinician
    ├── NothingPinned    there is nothing to acknowledge
    ├── NothingProposed  nobody proposes to end it, or something happened since
    ├── MayNotAgree      the two are one person, or neither is a clinician
    ├── NobodyToAsk      no such clinician works there
    ├── StillAsked       a question waits for its answer already
    ├── NothingAsked     no question waits for an answer
    ├── NothingToUndo    something happened since, it was somebody else's, or too long ago
    └── ApartAlready     it is merged into nothing
    """


class NotNow(NotDecided):
    """Raised with the words of the table of decisions."""


class NotMerged(NotNow):
    """Raised with the reason why two enquiries cannot be merged."""


class AlreadyClaimed(NotDecided):
    """Raised when an enquiry is claimed that already belongs to somebody."""

    def __init__(self, by: Staff, at: datetime) -> None:
        super().__init__("This enquiry is already claimed")
        self.by, self.at = by, at


class NotSetAside(NotDecided):
    """Raised when an enquiry is let into the queue that is not set aside as possible spam."""


class OnlyAClinician(NotDecided):
    """Raised when somebody who is not a clinician lowers an urgency, or acknowledges a red flag."""


class NothingPinned(NotDecided):
    """Raised when an enquiry is acknowledged that stands in its turn already."""


class NothingProposed(NotDecided):
    """Raised when somebody answers a proposal that does not stand any more."""


class MayNotAgree(NotDecided):
    """Raised when somebody agrees with themself, or neither of the two is a clinician."""


class NobodyToAsk(NotDecided):
    """Raised when a question is for nobody who is a clinician of the enquiry's clinic."""


class StillAsked(NotDecided):
    """Raised when a clinician is asked while an earlier question has no answer."""


class NothingAsked(NotDecided):
    """Raised when an answer comes to no question."""


class NothingToUndo(NotDecided):
    """Raised when the last thing that happened may not be undone by this person, or not any more."""


class ApartAlready(NotDecided):
    """Raised when an enquiry is to be un-merged that is merged into nothing."""
