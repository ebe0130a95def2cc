"""The closing letter: somebody who was tried often enough is told so, and the enquiry ends without a reply."""

from datetime import datetime

from enquiry import audit, caseload, clock, diary, letters, opening, outbox
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.attempts import attempts_in
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Contents, LetterKind
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.callbacks import is_enough
from enquiry.rules.status import Outcome, Status


class NotLetGo(Exception):
    """Base of refusals that have a reason for the person.

    NotLetGo
    ├── NotTriedEnough  they were not rung three times on two days since they were last heard from
    ├── WasReferred     a GP or another clinician referred them, and must hear of the end
    ├── NoAddress       they gave no email address to write to
    ├── MayNotEnd       it has a red flag or cancer in it, and two must agree
    └── IsExpected      they are still to come to an appointment
    """


class NotTriedEnough(NotLetGo):
    """Raised when somebody is told that the clinic tried to reach them, and it did not try often enough."""


class NoAddress(NotLetGo):
    """Raised when there is no address to write to."""


class WasReferred(NotLetGo):
    """Raised when somebody was referred: the letter to the patient alone would leave the referrer without an answer."""


class MayNotEnd(NotLetGo):
    """Raised when an enquiry ends only when two agree: that is done on its case."""


class IsExpected(NotLetGo):
    """Raised when somebody would be told that the clinic lets go, and reminded of their appointment after that."""


def let_go(actor: Staff, reference: str, version: int) -> Enquiry:
    """Tell somebody that the clinic tried to reach them, and end the enquiry, in one transaction.

    :raises NotTriedEnough, WasReferred, NoAddress, MayNotEnd, IsExpected: when that is not allowed.
    :raises MoveNotAllowed: when it has ended already.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it changed since the page was loaded.
    """
    enquiry, at = caseload.take_to_change(actor, reference, version), clock.now()
    refused = _refusal(enquiry, at)
    if refused is not None:
        db.session.rollback()
        raise refused
    enquiry.move_to(Status.CLOSED, at, opening.clock_of(enquiry.clinic))
    enquiry.outcome = Outcome.NO_REPLY
    letter = outbox.queue(enquiry, LetterKind.CLOSING, letters.closing(enquiry), at)
    happened(enquiry, Event.CLOSED, at, actor, detail=Outcome.NO_REPLY.value, letter=letter)
    audit.record(actor, AuditEvent.ENQUIRY_CLOSED, enquiry.id)
    db.session.commit()
    return enquiry


def letter_to(enquiry: Enquiry) -> Contents | None:
    """Return the letter as it would go, for somebody who gave an address and asked themselves."""
    return letters.closing(enquiry) if enquiry.contact.email and not enquiry.has_referral else None


def _refusal(enquiry: Enquiry, at: datetime) -> NotLetGo | None:
    if diary.is_expected(enquiry, at):
        return IsExpected()
    if enquiry.needs_two_to_end:
        return MayNotEnd()
    if enquiry.has_referral:
        return WasReferred()
    if not enquiry.contact.email:
        return NoAddress()
    return None if is_enough(attempts_in(caseload.timeline(enquiry))) else NotTriedEnough()
