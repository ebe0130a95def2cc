"""What a colleague decides about an enquiry: claim, rescue, move, urgency, note, transfer, close.

Each verb names the version of the enquiry that its person saw. If somebody changed it since, the verb does nothing
and raises ``ChangedMeanwhile``; what was typed stays in the form.
"""

from datetime import datetime

from enquiry import audit, caseload, clock, opening, receipt
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.letter import Letter
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome, Status
from enquiry.rules.urgency import Urgency, may_change, may_end


class NotDecided(Exception):
    """Base of refusals that have a reason for the person.

    NotDecided
    ├── AlreadyClaimed   somebody else has it
    ├── NotSetAside      it stands in the queue already
    └── OnlyAClinician   an urgency is lowered, and a red flag ended, only by a clinician
    """


class AlreadyClaimed(NotDecided):
    """Raised when an enquiry is claimed that already belongs to somebody."""

    def __init__(self, by: Staff, at: datetime) -> None:
        super().__init__("This enquiry is already claimed")
        self.by, self.at = by, at


class NotSetAside(NotDecided):
    """Raised when an enquiry is let into the queue that is not set aside as possible spam."""


class OnlyAClinician(NotDecided):
    """Raised when somebody who is not a clinician lowers an urgency, or ends an enquiry with a red flag."""


def claim(actor: Staff, reference: str, version: int) -> Enquiry:
    """Take a new enquiry as one's own. Of many who try at once, one has it and the others are told who.

    :raises AlreadyClaimed: with who has it and since when.
    :raises MoveNotAllowed: when it is not new.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it changed otherwise since the page was loaded.
    """
    try:
        enquiry = caseload.take_to_change(actor, reference, version)
    except caseload.ChangedMeanwhile as changed:
        _refuse_if_claimed(changed.enquiry)
        raise
    _refuse_if_claimed(enquiry)
    if enquiry.status is not Status.NEW:
        raise MoveNotAllowed(enquiry.status, Status.ASSIGNED)
    at = clock.now()
    enquiry.move_to(Status.ASSIGNED, at, opening.clock_of(enquiry.clinic))
    enquiry.assignee = actor
    happened(enquiry, Event.CLAIMED, at, actor, letter=_let_in(enquiry, at))
    audit.record(actor, AuditEvent.ENQUIRY_CLAIMED, enquiry.id)
    db.session.commit()
    return enquiry


def rescue(actor: Staff, reference: str, version: int) -> Enquiry:
    """Let an enquiry that looked like spam into the queue, with the urgency and due time it always had.

    :raises NotSetAside: when it is not set aside, or was ended as spam: then it is opened again.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    if enquiry.set_aside_at is None or not enquiry.is_open:
        db.session.rollback()
        raise NotSetAside
    at = clock.now()
    happened(enquiry, Event.RESCUED, at, actor, letter=_let_in(enquiry, at))
    audit.record(actor, AuditEvent.ENQUIRY_RESCUED, enquiry.id)
    db.session.commit()
    return enquiry


def move(actor: Staff, reference: str, version: int, status: Status, reason: str) -> Enquiry:
    """Change where an enquiry stands, with a reason. What nobody has is the actor's as soon as it is assigned.

    :raises MoveNotAllowed: when the table of moves does not lead there; to be closed it needs an outcome (``close``).
    :raises OnlyAClinician: when somebody else ends an enquiry with a red flag.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    if status is Status.CLOSED:
        raise MoveNotAllowed(enquiry.status, status)
    if not status.is_open:
        _refuse_unless_may_end(actor, enquiry)
    at = clock.now()
    enquiry.move_to(status, at, opening.clock_of(enquiry.clinic))
    if status is Status.ASSIGNED and enquiry.assignee is None:
        enquiry.assignee = actor
    letter = _let_in(enquiry, at) if status.is_open else None
    happened(enquiry, Event.MOVED, at, actor, detail=status.value, text=reason, letter=letter)
    audit.record(actor, AuditEvent.ENQUIRY_MOVED, enquiry.id)
    db.session.commit()
    return enquiry


def set_urgency(actor: Staff, reference: str, version: int, urgency: Urgency, reason: str) -> Enquiry:
    """Change how soon an enquiry must be seen to; a raise brings its due time forward, nothing puts it back.

    :raises OnlyAClinician: when somebody else lowers it.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    if not may_change(enquiry.urgency, urgency, actor.roles):
        db.session.rollback()
        raise OnlyAClinician
    at = clock.now()
    enquiry.hurry(urgency, at, opening.clock_of(enquiry.clinic))
    happened(enquiry, Event.URGENCY_SET, at, actor, detail=urgency.value, text=reason, letter=_let_in(enquiry, at))
    audit.record(actor, AuditEvent.URGENCY_SET, enquiry.id)
    db.session.commit()
    return enquiry


def write_note(actor: Staff, reference: str, version: int, text: str) -> Enquiry:
    """Add a note that only colleagues see.

    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    happened(enquiry, Event.NOTED, clock.now(), actor, text=text)
    audit.record(actor, AuditEvent.NOTE_WRITTEN, enquiry.id)
    db.session.commit()
    return enquiry


def transfer(actor: Staff, reference: str, version: int, clinic: Clinic, reason: str) -> Enquiry:
    """Hand an enquiry to the other clinic, where it is new and nobody's; its due time stays.

    :raises MoveNotAllowed: when the enquiry has ended, or is booked.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at = clock.now()
    if enquiry.status is not Status.NEW:
        enquiry.move_to(Status.NEW, at, opening.clock_of(enquiry.clinic))
    enquiry.clinic = clinic
    happened(enquiry, Event.TRANSFERRED, at, actor, detail=clinic.value, text=reason, letter=_let_in(enquiry, at))
    audit.record(actor, AuditEvent.ENQUIRY_TRANSFERRED, enquiry.id)
    db.session.commit()
    return enquiry


def close(actor: Staff, reference: str, version: int, outcome: Outcome, remark: str) -> Enquiry:
    """End an enquiry with what came of it.

    :raises MoveNotAllowed: when it has ended already.
    :raises OnlyAClinician: when somebody else ends an enquiry with a red flag.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``claim``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    _refuse_unless_may_end(actor, enquiry)
    at = clock.now()
    enquiry.move_to(Status.CLOSED, at, opening.clock_of(enquiry.clinic))
    enquiry.outcome = outcome
    happened(enquiry, Event.CLOSED, at, actor, detail=outcome.value, text=remark)
    audit.record(actor, AuditEvent.ENQUIRY_CLOSED, enquiry.id)
    db.session.commit()
    return enquiry


def _let_in(enquiry: Enquiry, at: datetime) -> Letter | None:
    """Return the receipt that now goes to somebody whose enquiry was set aside; whoever takes it up takes it as real.

    Why here and not in one deed alone: nothing that a colleague works on may lie out of the queue's sight.
    """
    if enquiry.set_aside_at is None:
        return None
    enquiry.set_aside_at = None
    return receipt.queue(enquiry, at)


def _refuse_unless_may_end(actor: Staff, enquiry: Enquiry) -> None:
    if not may_end(enquiry.is_flagged, actor.roles):
        db.session.rollback()
        raise OnlyAClinician


def _refuse_if_claimed(enquiry: Enquiry) -> None:
    if enquiry.assignee is not None:
        claims = (entry.at for entry in caseload.timeline(enquiry) if entry.event is Event.CLAIMED)
        raise AlreadyClaimed(enquiry.assignee, next(claims, enquiry.changed_at))
