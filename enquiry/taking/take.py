"""Taking an enquiry by telephone: it arrives by the same rules as one from the form, and says who took it.

Why nothing here looks for spam: a colleague has spoken to a person.
"""

from collections.abc import Iterable
from uuid import UUID, uuid5

import msgspec
from sqlalchemy.exc import IntegrityError

from enquiry import arrival, audit, caseload, clock, tallies
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.records.staff import Staff
from enquiry.records.told import Contact, Patient, Request
from enquiry.rules.clinics import Clinic
from enquiry.rules.red_flags import RedFlag
from enquiry.rules.sources import Source


def take(
    actor: Staff, nonce: UUID, clinic: Clinic, kind: Kind, patient: Patient, contact: Contact, request: Request
) -> Enquiry:
    """Put what a caller says into a clinic's queue, once: however often the form is sent, the same enquiry comes back.

    Whoever went back to it and corrected anything has another: the case of either says that both are of one person.

    :param nonce: of the form.
    :param clinic: that the caller wants; it need not be one of the actor's, as a patient may choose any.
    """
    said = msgspec.json.encode((clinic, kind, patient, contact, request)).decode()
    nonce = uuid5(nonce, said)
    begin_writing()
    try:
        taken = caseload.sent_with(nonce) or _taken(actor, nonce, clinic, kind, patient, contact, request)
        db.session.commit()
    except IntegrityError:  # two presses at once: the other was quicker
        db.session.rollback()
        sent = caseload.sent_with(nonce)
        if sent is None:
            raise
        return sent
    return taken


def count_told(flags: Iterable[RedFlag]) -> None:
    """Count that a caller was told to get help at once; nothing else is kept of them."""
    begin_writing()
    tallies.diverted(flags, clock.now())
    db.session.commit()


def _taken(
    actor: Staff, nonce: UUID, clinic: Clinic, kind: Kind, patient: Patient, contact: Contact, request: Request
) -> Enquiry:
    enquiry = arrival.new_enquiry(nonce, clinic, kind, patient, contact, request, clock.now())
    arrival.receive(enquiry, Source.TELEPHONE, taken_by=actor)
    audit.record(actor, AuditEvent.ENQUIRY_TAKEN, enquiry.id)
    return enquiry
