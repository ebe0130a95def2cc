"""Answering by email: the reply, the timeline's word of it and its letter, in one transaction."""

from enquiry import audit, caseload, clock, letters, opening, outbox, receipt
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.letter import LetterKind
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.reply_templates import AFTER_A_REPLY
from enquiry.rules.status import Status, may_move


class NoAddress(Exception):
    """Raised when the person gave no email address."""


class AddressChanged(Exception):
    """Raised when the address is no longer the one that the page showed beside the reply."""


def send_reply(
    actor: Staff, reference: str, version: int, shown_address: str, text: str, then: Status | None = None
) -> Enquiry:
    """Queue a reply to the person, at the address that the colleague saw when they pressed the button.

    :param then: where the enquiry stands afterwards, or ``None`` to leave it: one deed, and one line of the timeline.
    :param shown_address: frozen here: a reply never goes to an address that nobody read (FreeScout #5121).
    :raises NoAddress: when there is none to write to.
    :raises AddressChanged: when the enquiry's address is not the one shown.
    :raises MoveNotAllowed: when it cannot stand there.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it changed since the page was loaded.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    address = enquiry.contact.email
    if not address or address != shown_address:
        db.session.rollback()
        raise AddressChanged if address else NoAddress
    if then is not None and not (then in AFTER_A_REPLY and may_move(enquiry.status, then)):
        db.session.rollback()
        raise MoveNotAllowed(enquiry.status, then)
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    receipt.take_as_real(actor, enquiry, at)
    enquiry.contacted(at, its_clock)
    if then is not None:
        enquiry.move_to(then, at, its_clock)
    letter = outbox.queue(enquiry, LetterKind.REPLY, letters.reply(enquiry, text, actor), at)
    happened(enquiry, Event.REPLIED, at, actor, detail=then.value if then else "", text=text, letter=letter)
    audit.record(actor, AuditEvent.REPLY_QUEUED, enquiry.id)
    if then is not None:
        audit.record(actor, AuditEvent.ENQUIRY_MOVED, enquiry.id)
    db.session.commit()
    return enquiry
