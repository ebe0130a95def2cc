"""Answering by telephone: writing down a call and what came of it."""

from enquiry import audit, caseload, clock, opening
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.contact import CallOutcome, may_leave_message


class MessageNotAllowed(Exception):
    """Raised when a message was left for somebody who did not say that it is safe."""


def record_call(actor: Staff, reference: str, version: int, outcome: CallOutcome, note: str) -> Enquiry:
    """Write down one attempt to ring the person.

    :raises MessageNotAllowed: for a message where none may be left.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it changed since the page was loaded.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    if not may_leave_message(outcome, enquiry.contact.voicemail_ok):
        db.session.rollback()
        raise MessageNotAllowed
    at = clock.now()
    if outcome is CallOutcome.SPOKE:
        enquiry.contacted(at, opening.clock_of(enquiry.clinic))
    happened(enquiry, Event.CALLED, at, actor, detail=outcome.value, text=note)
    audit.record(actor, AuditEvent.CALL_RECORDED, enquiry.id)
    db.session.commit()
    return enquiry
