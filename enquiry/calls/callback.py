"""Callbacks: somebody is to be rung, from a time that a colleague chose or that the rule gives, or no longer."""

from collections.abc import Sequence
from datetime import datetime

from enquiry import audit, caseload, clock, opening, receipt
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules import callbacks
from enquiry.rules.callbacks import FURTHEST, Attempt
from enquiry.rules.contact import CallOutcome


class NotArranged(Exception):
    """Base of refusals that have a reason for the person.

    NotArranged
    ├── NotAhead       the time has gone by, or is too far ahead
    ├── ClinicClosed   nobody is there to ring then
    ├── NoNumber       the person gave none
    ├── HasEnded       the enquiry has ended
    └── NoCallback     there is none to end
    """


class NotAhead(NotArranged):
    """Raised when somebody is to be rung in the past, or so far ahead that the date was mistyped."""


class ClinicClosed(NotArranged):
    """Raised when the clinic is closed at the time that was chosen."""


class NoNumber(NotArranged):
    """Raised when somebody is to be rung who gave no number."""


class HasEnded(NotArranged):
    """Raised when somebody is to be rung about an enquiry that has ended."""


class NoCallback(NotArranged):
    """Raised when a callback is to end, and nobody is to be rung."""


def arrange(actor: Staff, reference: str, version: int, ring_at: datetime | None, why: str) -> Enquiry:
    """Let somebody be rung from a certain time; there is one callback, so another time takes the place of the first.

    :raises NotAhead, ClinicClosed, NoNumber, HasEnded: when it cannot be.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it changed since the page was loaded.
    """
    enquiry, at = caseload.take_to_change(actor, reference, version), clock.now()
    ring_at = checked(enquiry, ring_at, at)
    enquiry.ring_at = ring_at
    receipt.take_as_real(actor, enquiry, at)
    happened(enquiry, Event.CALLBACK_ARRANGED, at, actor, detail=ring_at.isoformat(), text=why)
    audit.record(actor, AuditEvent.CALLBACK_ARRANGED, enquiry.id)
    db.session.commit()
    return enquiry


def call_off(actor: Staff, reference: str, version: int, why: str) -> Enquiry:
    """Say that somebody need not be rung any more.

    :raises NoCallback: when nobody is to be rung.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``arrange``.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    if enquiry.ring_at is None:
        db.session.rollback()
        raise NoCallback
    enquiry.ring_at = None
    happened(enquiry, Event.CALLBACK_CALLED_OFF, clock.now(), actor, text=why)
    audit.record(actor, AuditEvent.CALLBACK_CALLED_OFF, enquiry.id)
    db.session.commit()
    return enquiry


def first_time(enquiry: Enquiry, now: datetime) -> datetime:
    """Return from when the rule says to ring somebody who is to be rung."""
    hours = opening.clock_of(enquiry.clinic).hours
    return callbacks.first_try(hours, enquiry.contact.good_to_ring, now, enquiry.urgency, enquiry.due_at)


def next_time(enquiry: Enquiry, attempts: Sequence[Attempt], now: datetime) -> datetime | None:
    """Return from when the rule says to ring somebody again whom nobody reaches now; ``None`` if that was enough."""
    this_one = Attempt(now, CallOutcome.NO_ANSWER)
    hours = opening.clock_of(enquiry.clinic).hours
    return callbacks.next_try(hours, enquiry.contact.good_to_ring, [*attempts, this_one])


def checked(enquiry: Enquiry, ring_at: datetime | None, now: datetime) -> datetime:
    """Return a time that a colleague chose, if the person can be rung then; otherwise end the verb's transaction.

    :raises NotAhead: when it has gone by, or is more than sixty days ahead.
    :raises ClinicClosed: when nobody is there.
    :raises NoNumber, HasEnded: when there is nobody to ring.
    """
    refused: type[NotArranged]
    if not enquiry.is_open:
        refused = HasEnded
    elif not enquiry.contact.telephone:
        refused = NoNumber
    elif ring_at is None or not now <= ring_at <= now + FURTHEST:
        refused = NotAhead
    elif opening.clock_of(enquiry.clinic).hours.is_open(ring_at):
        return ring_at
    else:
        refused = ClinicClosed
    db.session.rollback()
    raise refused
