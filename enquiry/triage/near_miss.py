"""Writing down that something nearly went wrong with an enquiry.

Source: clinical.md 1 (HSSIB): incidents are under-reported, so each case has the way to report one. The timeline says
that it was done and by whom; what was written is for the managers who review it (``near_misses``).
"""

from enquiry import audit, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.near_miss import NearMiss
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.permissions import Action
from enquiry.triage.taking import take


def report(actor: Staff, reference: str, version: int, what: str) -> Enquiry:
    """Write down what nearly went wrong, for a manager to review.

    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    enquiry = take(actor, Action.REPORT_NEAR_MISS, reference, version)
    own_id, at = new_id(), clock.now()
    near_miss = NearMiss(
        id=own_id, key=WrappedKey.made_for(own_id), enquiry_id=enquiry.id, reported_at=at, reported_by=actor
    )
    near_miss.told, near_miss.outcome = what, ""
    db.session.add(near_miss)
    happened(enquiry, Event.NEAR_MISS, at, actor)
    audit.record(actor, AuditEvent.NEAR_MISS_REPORTED, enquiry.id)
    db.session.commit()
    return enquiry
