"""How an enquiry ends at the desk: at once, or when a second person agrees with the first (clinical.md 7.3).

Why a proposal lies in the timeline: it stands as long as it is the last thing that happened. Whatever comes after it, a
message, a note or a letter that was settled, is something that the first of the two had not seen, and voids it.
"""

from datetime import datetime

from enquiry import audit, caseload, clock, diary, opening
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event, happened, proposed_end
from enquiry.rules.ending import Ending, may_agree
from enquiry.rules.permissions import Action
from enquiry.rules.status import Outcome, RejectReason, Status
from enquiry.triage.refusals import IS_EXPECTED, MayNotAgree, NothingProposed, NotNow
from enquiry.triage.taking import take

_AUDITED = {
    Status.CLOSED: AuditEvent.ENQUIRY_CLOSED,
    Status.REJECTED: AuditEvent.ENQUIRY_REJECTED,
    Status.WITHDRAWN: AuditEvent.ENQUIRY_MOVED,
}


def end_or_propose(actor: Staff, enquiry: Enquiry, ending: Ending, at: datetime, remark: str) -> Enquiry:
    """Finish the transaction of a verb that ends an enquiry: it ends, or waits for a second person to agree.

    :raises MoveNotAllowed: when the table of moves does not lead there.
    :raises NotNow: when somebody would come to an appointment of an enquiry that has ended otherwise than as booked.
    """
    if ending.word is not Outcome.APPOINTMENT_BOOKED and diary.is_expected(enquiry, at):
        db.session.rollback()
        raise NotNow(IS_EXPECTED)
    if enquiry.needs_two_to_end:
        happened(enquiry, Event.END_PROPOSED, at, actor, detail=ending.written, text=remark)
        audit.record(actor, AuditEvent.END_PROPOSED, enquiry.id)
        db.session.commit()
        return enquiry
    return _end(actor, enquiry, ending, at, remark)


def agree(actor: Staff, reference: str, version: int) -> Enquiry:
    """End an enquiry as a colleague proposed; the timeline names both.

    :raises NothingProposed: when no proposal stands.
    :raises MayNotAgree: when one proposed it oneself, or neither of the two is a clinician.
    :raises NotNow: when it has ended already.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    enquiry = take(actor, Action.AGREE, reference, version)
    proposal = _proposal(enquiry)
    if not can_agree(actor, proposal):
        db.session.rollback()
        raise MayNotAgree
    return _end(actor, enquiry, Ending.read(proposal.detail), clock.now(), "")


def refuse(actor: Staff, reference: str, version: int, why: str) -> Enquiry:
    """Say that an enquiry is not to end as a colleague proposed, or take back one's own proposal.

    :raises NothingProposed: when no proposal stands.
    :raises NotNow, NoSuchEnquiry, ChangedMeanwhile: as for ``agree``.
    """
    enquiry = take(actor, Action.AGREE, reference, version)
    _proposal(enquiry)
    happened(enquiry, Event.END_REFUSED, clock.now(), actor, text=why)
    audit.record(actor, AuditEvent.END_REFUSED, enquiry.id)
    db.session.commit()
    return enquiry


def can_agree(actor: Staff, proposal: Entry) -> bool:
    """Return whether somebody may be the second of two."""
    first = proposal.actor
    roles = first.roles if first is not None and first.active else frozenset()
    return may_agree(roles, actor.roles, are_two_people=proposal.actor_id != actor.id)


def _proposal(enquiry: Enquiry) -> Entry:
    proposal = proposed_end(caseload.timeline(enquiry))
    if proposal is None:
        db.session.rollback()
        raise NothingProposed
    return proposal


def _end(actor: Staff, enquiry: Enquiry, ending: Ending, at: datetime, remark: str) -> Enquiry:
    enquiry.move_to(ending.status, at, opening.clock_of(enquiry.clinic), is_agreed=enquiry.proposed_by_id is not None)
    event, detail = Event.MOVED, ending.status.value
    if isinstance(ending.word, Outcome):
        enquiry.outcome, event, detail = ending.word, Event.CLOSED, ending.word.value
    elif isinstance(ending.word, RejectReason):
        enquiry.reject_reason, event, detail = ending.word, Event.REJECTED, ending.word.value
    happened(enquiry, event, at, actor, detail=detail, text=remark)
    audit.record(actor, _AUDITED[ending.status], enquiry.id)
    db.session.commit()
    return enquiry
