"""Taking a complaint: it is kept, confirmed by letter where there is an address, and on record, all or nothing.

Source: Data Protection Act 2018, section 164A (from the Data (Use and Access) Act 2025, in force since 19 June 2026): a
form to complain with; receipt confirmed within the 30 days that begin with the day on which it came; the outcome told
without undue delay.
"""

from uuid import UUID, uuid5

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from enquiry import audit, clock, letters, outbox
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.complaint import Complaint, Said
from enquiry.records.letter import LetterKind
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.references import OF_A_COMPLAINT, new_reference

CONFIRMED_WITHIN = 30  # days, the first of which is the day on which it came


def receive(nonce: UUID, said: Said) -> Complaint:
    """Keep a complaint, once: however often it is sent, the same one comes back.

    Whoever went back to the form and wrote something else complains once more.
    """
    nonce = uuid5(nonce, msgspec.json.encode(said).decode())
    begin_writing()
    complaint = _complaint(nonce, said)
    db.session.add(complaint)
    try:
        db.session.flush()
    except IntegrityError:  # it was sent before, or at this moment
        db.session.rollback()
        return db.session.scalars(select(Complaint).where(Complaint.nonce == nonce)).one()
    if said.email:
        contents = letters.complaint_received(complaint)
        outbox.queue(complaint, LetterKind.ACKNOWLEDGEMENT, contents, complaint.received_at)
    audit.record(audit.PUBLIC, AuditEvent.COMPLAINT_RECEIVED, complaint.id)
    db.session.commit()
    return complaint


def _complaint(nonce: UUID, said: Said) -> Complaint:
    own_id, at = new_id(), clock.now()
    complaint = Complaint(
        id=own_id,
        key=WrappedKey.made_for(own_id),
        nonce=nonce,
        reference=new_reference(OF_A_COMPLAINT),
        received_at=at,
        due_at=clock.beginning_of(clock.for_the_eye(at).date(), days_later=CONFIRMED_WITHIN),
    )
    complaint.said, complaint.outcome = said, ""
    return complaint
