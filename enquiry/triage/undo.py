"""Undoing the last move: the enquiry stands exactly where it stood, and the timeline says that it does.

Why nothing is deleted: somebody may have seen it as it was meanwhile, and acted on it.
"""

from collections.abc import Sequence
from datetime import datetime

from enquiry import audit, caseload, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.standing import Standing
from enquiry.records.timeline import CAN_BE_UNDONE, Entry, Event, happened
from enquiry.rules.permissions import Action
from enquiry.rules.undoing import WITHIN, may_undo
from enquiry.triage.refusals import NothingToUndo
from enquiry.triage.taking import permit


def undo(actor: Staff, reference: str, version: int) -> Enquiry:
    """Put back the last move of somebody's own, if nothing happened since; also what they have just transferred.

    :raises NothingToUndo: when there is none, or too long ago; or when a letter went with it.
    :raises NotNow, NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    at = clock.now()
    enquiry = caseload.take_to_undo(actor, reference, version, at - WITHIN)
    permit(actor, Action.UNDO, enquiry)
    last = undoable(actor, caseload.timeline(enquiry), at)
    if last is None or last.before is None:
        db.session.rollback()
        raise NothingToUndo
    taken_in = enquiry.merged if last.event is Event.TRANSFERRED else ()
    Standing.read(last.before).put_back(enquiry)
    for merged in taken_in:
        merged.clinic = enquiry.clinic
        happened(merged, Event.UNDONE, at, actor, detail=last.event.value)
    happened(enquiry, Event.UNDONE, at, actor, detail=last.event.value)
    audit.record(actor, AuditEvent.MOVE_UNDONE, enquiry.id)
    db.session.commit()
    return enquiry


def undoable(actor: Staff, latest_first: Sequence[Entry], now: datetime) -> Entry | None:
    """Return the move that somebody may undo now."""
    last = latest_first[0] if latest_first else None
    if last is None or last.before is None or last.event not in CAN_BE_UNDONE or last.letter_id is not None:
        return None
    return last if may_undo(last.at, now, is_ones_own=last.actor_id == actor.id) else None
