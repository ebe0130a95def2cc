"""What the worker does about appointments: offers end that nobody took up, and reminders go.

Each is one transaction that takes the enquiry first, looks once more, and leaves a mark in the same breath as the
letter: two workers at once, or one that dies, end no offer and send no reminder twice.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import update

from enquiry import audit, caseload, diary, opening
from enquiry.appointments.arrange import all_or_nothing, go, letter_about
from enquiry.appointments.words import in_words
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import LetterKind
from enquiry.records.timeline import Event, happened
from enquiry.rules.appointments import AppointmentState, Tell
from enquiry.rules.status import Status
from enquiry.sealing import SealBroken

AT_ONCE = 200  # appointments in one minute

log = structlog.get_logger()


def sweep(now: datetime) -> None:
    """End the offers that have run out, and send the reminders that are due."""
    _each(diary.offers_run_out(now, AT_ONCE), end_offer, now)
    _each(diary.reminders_due(now, AT_ONCE), remind, now)


@all_or_nothing()
def end_offer(enquiry_id: UUID, appointment_id: UUID, now: datetime) -> None:
    """End an offer that has run out; its enquiry is the clinic's turn again, also one that does not open."""
    enquiry = caseload.take_for_diary(enquiry_id)
    appointment = _its(enquiry, appointment_id)
    if enquiry is None or appointment is None or not appointment.has_run_out(now):
        db.session.rollback()
        return
    its_clock = opening.clock_of(enquiry.clinic)
    appointment.state = AppointmentState.EXPIRED
    diary.free_time(appointment)
    if enquiry.status is Status.OFFERED:
        go(enquiry, Status.ASSIGNED, now, its_clock)
    try:
        happened(enquiry, Event.OFFER_EXPIRED, now, text=in_words(appointment))
    except SealBroken:
        log.error("offer ended of an enquiry that does not open", enquiry=str(enquiry.id))
    audit.record(audit.SYSTEM, AuditEvent.OFFER_EXPIRED, enquiry.id)
    db.session.commit()


@all_or_nothing()
def remind(enquiry_id: UUID, appointment_id: UUID, now: datetime) -> None:
    """Send the reminder of an appointment, once; none when it is past, or nobody comes to it any more."""
    enquiry = caseload.take_for_diary(enquiry_id)
    appointment = _its(enquiry, appointment_id)
    if enquiry is None or appointment is None or appointment.remind_at is None or appointment.remind_at > now:
        db.session.rollback()
        return
    appointment.remind_at = None
    if _is_to_be_reminded(enquiry, appointment, now):
        letter = letter_about(enquiry, appointment, LetterKind.APPOINTMENT_REMINDER, now)
        happened(enquiry, Event.REMINDED, now, text=in_words(appointment), letter=letter)
        audit.record(audit.SYSTEM, AuditEvent.REMINDER_QUEUED, enquiry.id)
    db.session.commit()


def _is_to_be_reminded(enquiry: Enquiry, appointment: Appointment, now: datetime) -> bool:
    """Return whether somebody is to come, and is to be written to about it."""
    is_to_come = appointment.state is AppointmentState.BOOKED and not appointment.has_begun(now)
    has_asked = appointment.arranged.tell is Tell.LETTER_AND_REMINDER and bool(enquiry.contact.email)
    return is_to_come and has_asked


def _its(enquiry: Enquiry | None, appointment_id: UUID) -> Appointment | None:
    if enquiry is None:
        return None
    return next((one for one in diary.of(enquiry) if one.id == appointment_id), None)


def _each(due: diary.Due, deed: Callable[[UUID, UUID, datetime], None], now: datetime) -> None:
    """Do it for each, each in its own transaction; one that does not open keeps none of the others waiting."""
    db.session.commit()
    for enquiry_id, appointment_id in due:
        try:
            deed(enquiry_id, appointment_id, now)
        except SealBroken:
            log.error("appointment does not open", enquiry=str(enquiry_id))
            _leave_to_people(appointment_id)


def _leave_to_people(appointment_id: UUID) -> None:
    """Try no reminder again that cannot be written; the day's list says that the record does not open."""
    db.session.execute(update(Appointment).where(Appointment.id == appointment_id).values(remind_at=None))
    db.session.commit()
