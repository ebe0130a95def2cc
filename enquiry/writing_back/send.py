"""Writing back to whoever referred a patient: the answer, its letters and their lines in the timeline, at once.

Why nothing of the patient goes by email to an address that is not on the list: ordinary mail can be read on its way.
There it says only that an answer comes by post, and the letter waits on the case until somebody has posted it. So does
the copy for the patient, whose mail is ordinary; whoever posts it sees first how the patient may safely be reached.
"""

from uuid import UUID

from enquiry import audit, caseload, clock, letters, opening, outbox, receipt, secure_mail
from enquiry.audit import AuditEvent
from enquiry.caseload import NoSuchEnquiry
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Contents, LetterKind
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.status import Status, may_move
from enquiry.rules.writing_back import may_write
from enquiry.writing_back import paper
from enquiry.writing_back.paper import Answer


class NotWritten(Exception):
    """Base of refusals that have a reason for the person.

    NotWritten
    ├── OnlyAClinician  the answer says what only a clinician may say
    └── AddressChanged  the referrer's address is not the one that the page showed
    """


class OnlyAClinician(NotWritten):
    """Raised when reception would give clinical advice."""


class AddressChanged(NotWritten):
    """Raised when the address, or whether it is secure, is no longer what the page showed beside the letter."""


def write_back(actor: Staff, reference: str, version: int, shown: tuple[str, bool], answer: Answer) -> Enquiry:
    """Answer whoever referred the patient.

    :param shown: the address that the colleague saw when they pressed the button, and whether mail to it is secure.
    :raises OnlyAClinician, AddressChanged: when that is not allowed.
    :raises pdf.NoSuchSign: when the letter holds a sign that cannot be shown on paper.
    :raises NoSuchEnquiry: when there is none for this person, or nobody referred.
    :raises ChangedMeanwhile: when it changed since the page was loaded.
    """
    seen = caseload.find_with_files(actor, reference)
    referred = paper.referred_in(seen)
    if referred is None or referred.referral is None:
        raise NoSuchEnquiry
    if not may_write(answer.answered, actor.roles):
        raise OnlyAClinician
    told = referred.referral
    # Set before the transaction, which everybody else's would wait for; what it was set from is as seen, or refused.
    to_referrer = paper.for_referrer(referred, told, answer, actor)
    copy = paper.for_patient(referred, told, answer, actor) if told.may_have_copy else None

    enquiry, at = caseload.take_to_change(actor, reference, version), clock.now()
    is_secure = secure_mail.may_carry(told.referrer.email)
    if shown != (told.referrer.email, is_secure):
        db.session.rollback()
        raise AddressChanged
    its_clock = opening.clock_of(enquiry.clinic)
    receipt.take_as_real(actor, enquiry, at)
    enquiry.contacted(at, its_clock)
    waits = answer.answered.waits_for_referrer and may_move(enquiry.status, Status.WAITING_FOR_REFERRER)
    if waits:
        enquiry.move_to(Status.WAITING_FOR_REFERRER, at, its_clock)
    email = letters.referral_answered(referred, told, to_referrer if is_secure else None)
    letter = outbox.queue(enquiry, LetterKind.ANSWER, email, at)
    happened(enquiry, Event.WROTE_BACK, at, actor, detail=answer.answered.value, text=answer.advice, letter=letter)
    if not is_secure:
        by_post = Contents(", ".join(paper.address_of_referrer(told)), paper.TITLE, "", "", paper=to_referrer)
        _to_post(enquiry, LetterKind.PAPER, by_post)
    if copy is not None:
        by_post = Contents(", ".join(paper.address_of_patient(referred, told)), paper.TITLE, "", "", paper=copy)
        _to_post(enquiry, LetterKind.COPY, by_post)
    audit.record(actor, AuditEvent.REFERRER_WRITTEN_TO, enquiry.id)
    if waits:
        audit.record(actor, AuditEvent.ENQUIRY_MOVED, enquiry.id)
    db.session.commit()
    return enquiry


def post(actor: Staff, reference: str, version: int, letter_id: UUID) -> Enquiry:
    """Say that a letter on paper was posted.

    :raises NoSuchLetter: when no such letter waits to be posted.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry, at = caseload.take_to_change(actor, reference, version), clock.now()
    outbox.posted(enquiry, letter_id, at)
    happened(enquiry, Event.POSTED, at, actor)
    audit.record(actor, AuditEvent.LETTER_POSTED, enquiry.id)
    db.session.commit()
    return enquiry


def _to_post(enquiry: Enquiry, kind: LetterKind, contents: Contents) -> None:
    happened(
        enquiry, Event.ON_PAPER, enquiry.changed_at, letter=outbox.to_post(enquiry, kind, contents, enquiry.changed_at)
    )
