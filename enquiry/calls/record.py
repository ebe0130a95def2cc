"""Answering by telephone: writing down a call, what came of it, and when the person is to be rung again."""

from datetime import datetime

from enquiry import audit, caseload, clock, opening, receipt
from enquiry.audit import AuditEvent
from enquiry.calls.callback import checked, next_time
from enquiry.extensions import db
from enquiry.records.attempts import attempts_in
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.callbacks import Again, is_missed
from enquiry.rules.contact import CallOutcome, may_leave_message


class MessageNotAllowed(Exception):
    """Raised when a message was left for somebody who did not say that it is safe."""


def record_call(
    actor: Staff,
    reference: str,
    version: int,
    outcome: CallOutcome,
    note: str,
    again: Again = Again.BY_RULE,
    ring_at: datetime | None = None,
) -> Enquiry:
    """Write down one attempt to ring the person. Whatever callback was open ends; there may be another.

    :param again: whether they are rung again. By the rule that is so until they were tried often enough, and not once
        somebody spoke to them or the number was wrong.
    :param ring_at: from when, if the colleague chose.
    :raises MessageNotAllowed: for a message where none may be left.
    :raises NotAhead, ClinicClosed, NoNumber, HasEnded: when nobody can ring at the time that was chosen.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it changed since the page was loaded.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    if not may_leave_message(outcome, enquiry.contact.voicemail_ok):
        db.session.rollback()
        raise MessageNotAllowed
    at = clock.now()
    chosen = checked(enquiry, ring_at, at) if again is Again.AT else None
    by_rule = _by_rule(enquiry, outcome, at) if again is Again.BY_RULE else None
    enquiry.ring_at = chosen or by_rule
    if outcome is not CallOutcome.WRONG_NUMBER or chosen:
        receipt.take_as_real(actor, enquiry, at)
    if outcome is CallOutcome.SPOKE:
        enquiry.contacted(at, opening.clock_of(enquiry.clinic))
    happened(enquiry, Event.CALLED, at, actor, detail=outcome.value, text=note)
    audit.record(actor, AuditEvent.CALL_RECORDED, enquiry.id)
    db.session.commit()
    return enquiry


def _by_rule(enquiry: Enquiry, outcome: CallOutcome, at: datetime) -> datetime | None:
    """Return when the rule says to ring again, if it does; an enquiry that has ended is let be."""
    if not enquiry.is_open or not is_missed(outcome):
        return None
    return next_time(enquiry, attempts_in(caseload.timeline(enquiry)), at)
