"""Acknowledging what is pinned: a named person has seen it, and from then on it stands in its turn."""

from enquiry import audit, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import IN_TURN, Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.permissions import Action
from enquiry.rules.pinning import may_acknowledge
from enquiry.triage.refusals import NothingPinned, OnlyAClinician
from enquiry.triage.taking import take


def acknowledge(actor: Staff, reference: str, version: int) -> Enquiry:
    """Let a pinned enquiry stand in its turn; its due time stays, and another worrying message pins it again.

    :raises NothingPinned: when it is not pinned.
    :raises OnlyAClinician: when it has a red flag and somebody else acknowledges it.
    :raises NotNow, NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    enquiry = take(actor, Action.ACKNOWLEDGE, reference, version)
    if not enquiry.is_pinned:
        db.session.rollback()
        raise NothingPinned
    if not may_acknowledge(enquiry.is_flagged, actor.roles):
        db.session.rollback()
        raise OnlyAClinician
    enquiry.precedence = IN_TURN
    happened(enquiry, Event.PIN_ACKNOWLEDGED, clock.now(), actor)
    audit.record(actor, AuditEvent.PIN_ACKNOWLEDGED, enquiry.id)
    db.session.commit()
    return enquiry
