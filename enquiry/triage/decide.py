"""What a colleague decides about an enquiry: claim, rescue, move, urgency, note, transfer, close, reject.

Each verb names the version of the enquiry that its person saw. If somebody changed it since, the verb does nothing
and raises ``ChangedMeanwhile``; what was typed stays in the form.
"""

from enquiry import audit, caseload, clock, opening, receipt
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import PINNED, Enquiry, MoveNotAllowed
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.clinics import Clinic
from enquiry.rules.ending import Ending
from enquiry.rules.permissions import Action
from enquiry.rules.pinning import may_acknowledge
from enquiry.rules.status import Outcome, RejectReason, Status
from enquiry.rules.urgency import Urgency, may_change
from enquiry.triage import end
from enquiry.triage.refusals import AlreadyClaimed, NotSetAside, OnlyAClinician
from enquiry.triage.taking import permit, take


def claim(actor: Staff, reference: str, version: int) -> Enquiry:
    """Take a new enquiry as one's own. Of many who try at once, one has it and the others are told who.

    :raises AlreadyClaimed: with who has it and since when.
    :raises NotNow: when it is not new.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it changed otherwise since the page was loaded.
    """
    try:
        enquiry = caseload.take_to_change(actor, reference, version)
    except caseload.ChangedMeanwhile as changed:
        _refuse_if_claimed(changed.enquiry)
        raise
    _refuse_if_claimed(enquiry)
    permit(actor, Action.CLAIM, enquiry)
    at = clock.now()
    enquiry.move_to(Status.ASSIGNED, at, opening.clock_of(enquiry.clinic))
    enquiry.assignee = actor
    happened(enquiry, Event.CLAIMED, at, actor, letter=receipt.let_in(enquiry, at))
    audit.record(actor, AuditEvent.ENQUIRY_CLAIMED, enquiry.id)
    db.session.commit()
    return enquiry


def rescue(actor: Staff, reference: str, version: int) -> Enquiry:
    """Let an enquiry that looked like spam into the queue, with the urgency and due time it always had.

    :raises NotSetAside: when it is not set aside.
    :raises NotNow: when it was ended as spam: then it is opened again.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = take(actor, Action.RESCUE, reference, version)
    if enquiry.set_aside_at is None:
        db.session.rollback()
        raise NotSetAside
    at = clock.now()
    happened(enquiry, Event.RESCUED, at, actor, letter=receipt.let_in(enquiry, at))
    audit.record(actor, AuditEvent.ENQUIRY_RESCUED, enquiry.id)
    db.session.commit()
    return enquiry


def move(actor: Staff, reference: str, version: int, status: Status, reason: str) -> Enquiry:
    """Change where an enquiry stands, with a reason. What nobody has is the actor's as soon as it is assigned.

    What the patient withdrew ends with this, or is proposed to, as for ``close``.

    :raises MoveNotAllowed: when the table of moves does not lead there; to be closed it needs an outcome (``close``),
        and to be rejected one of the reasons (``reject``).
    :raises NotNow: when it was merged into another.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = take(actor, Action.MOVE, reference, version)
    if status in (Status.CLOSED, Status.REJECTED):
        raise MoveNotAllowed(enquiry.status, status)
    at = clock.now()
    if status is Status.WITHDRAWN:
        return end.end_or_propose(actor, enquiry, Ending(status), at, reason)
    enquiry.move_to(status, at, opening.clock_of(enquiry.clinic))
    if status is Status.ASSIGNED and enquiry.assignee is None:
        enquiry.assignee = actor
    happened(enquiry, Event.MOVED, at, actor, detail=status.value, text=reason, letter=receipt.let_in(enquiry, at))
    audit.record(actor, AuditEvent.ENQUIRY_MOVED, enquiry.id)
    db.session.commit()
    return enquiry


def set_urgency(actor: Staff, reference: str, version: int, urgency: Urgency, reason: str) -> Enquiry:
    """Change how soon an enquiry must be seen to; a raise brings its due time forward, nothing puts it back.

    What somebody raises to a red flag who may not acknowledge one is pinned for somebody who may.

    :raises OnlyAClinician: when somebody else lowers it.
    :raises NotNow: when it has ended.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = take(actor, Action.SET_URGENCY, reference, version)
    if not may_change(enquiry.urgency, urgency, actor.roles):
        db.session.rollback()
        raise OnlyAClinician
    at = clock.now()
    enquiry.hurry(urgency, at, opening.clock_of(enquiry.clinic))
    if urgency is Urgency.RED_FLAG_DECLARED and not may_acknowledge(is_flagged=True, roles=actor.roles):
        enquiry.precedence = PINNED
    happened(
        enquiry, Event.URGENCY_SET, at, actor, detail=urgency.value, text=reason, letter=receipt.let_in(enquiry, at)
    )
    audit.record(actor, AuditEvent.URGENCY_SET, enquiry.id)
    db.session.commit()
    return enquiry


def write_note(actor: Staff, reference: str, version: int, text: str) -> Enquiry:
    """Add a note that only colleagues see.

    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = take(actor, Action.WRITE_NOTE, reference, version)
    happened(enquiry, Event.NOTED, clock.now(), actor, text=text)
    audit.record(actor, AuditEvent.NOTE_WRITTEN, enquiry.id)
    db.session.commit()
    return enquiry


def transfer(actor: Staff, reference: str, version: int, clinic: Clinic, reason: str) -> Enquiry:
    """Hand an enquiry to the other clinic, where it is new and nobody's; its due time stays.

    :raises NotNow: when the enquiry has ended, or is booked.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = take(actor, Action.TRANSFER, reference, version)
    at, its_clock, taken_in = clock.now(), opening.clock_of(enquiry.clinic), enquiry.merged
    if enquiry.status is not Status.NEW:
        enquiry.move_to(Status.NEW, at, its_clock)
    enquiry.clinic = clinic
    for merged in taken_in:  # read from there, and so it goes there
        merged.clinic = clinic
        happened(merged, Event.TRANSFERRED, at, actor, detail=clinic.value)
    happened(
        enquiry, Event.TRANSFERRED, at, actor, detail=clinic.value, text=reason, letter=receipt.let_in(enquiry, at)
    )
    audit.record(actor, AuditEvent.ENQUIRY_TRANSFERRED, enquiry.id)
    db.session.commit()
    return enquiry


def close(actor: Staff, reference: str, version: int, outcome: Outcome, remark: str) -> Enquiry:
    """End an enquiry with what came of it; one with a red flag or cancer in it is only proposed to end (``agree``).

    :raises NotNow: when it has ended already.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = take(actor, Action.CLOSE, reference, version)
    return end.end_or_propose(actor, enquiry, Ending(Status.CLOSED, outcome), clock.now(), remark)


def reject(actor: Staff, reference: str, version: int, reason: RejectReason, remark: str) -> Enquiry:
    """Take an enquiry no further, with one of the reasons; otherwise the same as ``close``."""
    enquiry = take(actor, Action.REJECT, reference, version)
    return end.end_or_propose(actor, enquiry, Ending(Status.REJECTED, reason), clock.now(), remark)


def _refuse_if_claimed(enquiry: Enquiry) -> None:
    if enquiry.assignee is not None:
        claims = (entry.at for entry in caseload.timeline(enquiry) if entry.event is Event.CLAIMED)
        raise AlreadyClaimed(enquiry.assignee, next(claims, enquiry.changed_at))
