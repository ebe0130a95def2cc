"""Acknowledging what is pinned: a named person has seen it, and from then on it stands in its turn."""

from datetime import datetime

from enquiry import audit, caseload, clock, directory, opening, tallies
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
    at = clock.now()
    _note_practices(enquiry, at)
    enquiry.precedence = IN_TURN
    happened(enquiry, Event.PIN_ACKNOWLEDGED, at, actor)
    audit.record(actor, AuditEvent.PIN_ACKNOWLEDGED, enquiry.id)
    db.session.commit()
    return enquiry


def _note_practices(enquiry: Enquiry, at: datetime) -> None:
    """Know the practices that referred from now on, and count each referral when somebody has first seen it."""
    seen_at = [entry.at for entry in caseload.whole_timeline(enquiry) if entry.event is Event.PIN_ACKNOWLEDGED]
    for one in (enquiry, *enquiry.merged):
        referral = one.referral
        if referral is not None and not any(seen >= one.received_at for seen in seen_at):
            practice = directory.note(referral.referrer, at)
            waited = opening.clock_of(one.clinic).hours.between(one.received_at, at)
            tallies.referred(practice.id, one, at, waited)
