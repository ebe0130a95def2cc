"""The register of complaints: what managers read there, and how each is confirmed and closed.

Why it knows no clinics: whoever complains about their information complains to the practice, which answers for both.
"""

from collections.abc import Sequence

from sqlalchemy import Select, select

from enquiry import audit, clock, outbox
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.complaint import Complaint
from enquiry.records.staff import Staff

AT_MOST = 100  # complaints in a list


class NoSuchComplaint(Exception):
    """Raised when no complaint has this reference."""


class NotStuck(Exception):
    """Raised when a receipt is to be sent again that has gone, or is on its way."""


class AlreadyClosed(Exception):
    """Raised when somebody else closed the complaint first."""


def open_ones() -> Sequence[Complaint]:
    """Return the complaints that wait for an outcome, the oldest first."""
    return _some(select(Complaint).where(Complaint.closed_at.is_(None)).order_by(Complaint.due_at))


def closed_ones() -> Sequence[Complaint]:
    """Return the complaints that were closed last."""
    return _some(select(Complaint).where(Complaint.closed_at.is_not(None)).order_by(Complaint.closed_at.desc()))


def open_complaint(actor: Staff, reference: str) -> Complaint:
    """Return a complaint, and put on record who looked.

    :raises NoSuchComplaint: when there is none.
    """
    complaint = _take(reference)
    audit.record(actor, AuditEvent.COMPLAINT_OPENED, complaint.id)
    db.session.commit()
    return complaint


def send_receipt_again(actor: Staff, reference: str) -> Complaint:
    """Let the receipt of a complaint go once more that could not be delivered.

    :raises NoSuchComplaint: when there is none.
    :raises NotStuck: when it has gone, or is on its way.
    """
    complaint = _take(reference)
    try:
        _settle(complaint, send_again=True)
    except outbox.NoSuchLetter:
        raise NotStuck from None
    audit.record(actor, AuditEvent.LETTER_SETTLED, complaint.id)
    db.session.commit()
    return complaint


def confirm(actor: Staff, reference: str) -> Complaint:
    """Write down that a colleague confirmed to somebody, by telephone or otherwise, that we have their complaint.

    :raises NoSuchComplaint: when there is none.
    """
    complaint = _take(reference)
    if complaint.confirmed_at is None:
        complaint.confirmed_at = clock.now()
    if complaint.letter is not None and complaint.letter.state.needs_a_person:
        _settle(complaint, send_again=False)
    audit.record(actor, AuditEvent.COMPLAINT_CONFIRMED, complaint.id)
    db.session.commit()
    return complaint


def close(actor: Staff, reference: str, outcome: str) -> Complaint:
    """End a complaint with what came of it.

    :param outcome: sealed; it is not changed afterwards.
    :raises NoSuchComplaint: when there is none.
    :raises AlreadyClosed: when somebody was quicker.
    """
    complaint = _take(reference)
    if not complaint.is_open:
        db.session.rollback()
        raise AlreadyClosed
    complaint.outcome, complaint.closed_at = outcome, clock.now()
    audit.record(actor, AuditEvent.COMPLAINT_CLOSED, complaint.id)
    db.session.commit()
    return complaint


def _some(wanted: Select[Complaint]) -> Sequence[Complaint]:
    return db.session.scalars(wanted.limit(AT_MOST)).all()


def _take(reference: str) -> Complaint:
    """Begin the transaction of a verb, and return the complaint it is about."""
    begin_writing()
    wanted = select(Complaint).where(Complaint.reference == reference).with_for_update(of=Complaint)
    complaint = db.session.scalar(wanted.execution_options(populate_existing=True))
    if complaint is None:
        db.session.rollback()
        raise NoSuchComplaint
    return complaint


def _settle(complaint: Complaint, send_again: bool) -> None:
    if complaint.letter is None:
        db.session.rollback()
        raise outbox.NoSuchLetter
    outbox.settle(complaint, complaint.letter.id, send_again, clock.now())
