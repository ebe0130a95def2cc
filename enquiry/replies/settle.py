"""Settling a letter that is stuck: a person says whether it goes again, or is taken as sent."""

from uuid import UUID

from enquiry import audit, caseload, clock, outbox
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened


def settle(actor: Staff, reference: str, version: int, letter_id: UUID, send_again: bool) -> Enquiry:
    """Decide what becomes of a letter that failed, or that may or may not have gone.

    :param send_again: queue it once more under the same Message-ID; otherwise leave it and say that it is dealt with.
    :raises NoSuchLetter: when no letter of this enquiry waits for a person.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at = clock.now()
    outbox.settle(enquiry, letter_id, send_again, at)
    happened(enquiry, Event.LETTER_SETTLED, at, actor, detail="sent-again" if send_again else "dealt-with")
    audit.record(actor, AuditEvent.LETTER_SETTLED, enquiry.id)
    db.session.commit()
    return enquiry
