"""Looking at a near miss, and writing down what its review came to.

Why a manager sees so little: what to learn stands in the report. The reference is there to speak of it with somebody at
the desk; the enquiry itself opens to a manager no more than before.
"""

from uuid import UUID

from enquiry import audit, caseload, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.near_miss import NearMiss
from enquiry.records.staff import Staff


class AlreadyReviewed(Exception):
    """Raised when somebody else reviewed the near miss first."""


def open_near_miss(actor: Staff, near_miss_id: UUID) -> tuple[NearMiss, str]:
    """Return a near miss and the reference of its enquiry, and put on record who looked.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    near_miss, reference = caseload.near_miss(actor, near_miss_id)
    audit.record(actor, AuditEvent.NEAR_MISS_OPENED, near_miss.enquiry_id)
    db.session.commit()
    return near_miss, reference


def review(actor: Staff, near_miss_id: UUID, outcome: str) -> NearMiss:
    """Write down what a review came to.

    :param outcome: sealed; it is not changed afterwards.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises AlreadyReviewed: when somebody was quicker.
    """
    near_miss, _ = caseload.near_miss(actor, near_miss_id)
    if near_miss.reviewed_at is not None:
        db.session.rollback()
        raise AlreadyReviewed
    near_miss.outcome, near_miss.reviewed_at, near_miss.reviewed_by = outcome, clock.now(), actor
    audit.record(actor, AuditEvent.NEAR_MISS_REVIEWED, near_miss.enquiry_id)
    db.session.commit()
    return near_miss
