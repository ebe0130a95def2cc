"""What is agreed about an appointment: offered, booked, accepted, moved, cancelled.

Each verb names the version of the enquiry that its person saw, and leaves nothing behind when it refuses.
"""

from enquiry import audit, caseload, clock, diary, opening
from enquiry.appointments.arrange import (
    Plan,
    TooLate,
    all_or_nothing,
    arrange,
    go,
    let_go_what_has_run_out,
    letter_about,
    plan_reminder,
    refuse_unless_taken_on,
    standing,
    take_time,
    waits_for_it,
)
from enquiry.appointments.words import in_words
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import LetterKind
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.records.types import new_id
from enquiry.rules.appointments import AppointmentState, CancelledBy
from enquiry.rules.status import Status


@all_or_nothing()
def book(actor: Staff, reference: str, version: int, plan: Plan, is_agreed: bool) -> Enquiry:
    """Book an appointment that was agreed, or hold one as an offer until the second working day from now.

    :raises NotArranged: as its family says.
    :raises MoveNotAllowed: when nobody has claimed the enquiry yet, or it has ended.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    state = AppointmentState.BOOKED if is_agreed else AppointmentState.OFFERED
    wanted = Status.BOOKED if is_agreed else Status.OFFERED
    refuse_unless_taken_on(enquiry, wanted)
    let_go_what_has_run_out(enquiry, at)
    appointment = Appointment(id=new_id(), key=enquiry.key, enquiry_id=enquiry.id, state=state, sequence=0)
    arrange(appointment, enquiry, plan, at, its_clock)
    db.session.add(appointment)
    take_time(appointment, at)
    enquiry.contacted(at, its_clock)
    go(enquiry, wanted, at, its_clock)
    kind = LetterKind.APPOINTMENT_BOOKED if is_agreed else LetterKind.APPOINTMENT_OFFERED
    letter = letter_about(enquiry, appointment, kind, at)
    event = Event.BOOKED if is_agreed else Event.OFFERED
    happened(enquiry, event, at, actor, text=in_words(appointment, plan.arranged.note), letter=letter)
    audit.record(actor, AuditEvent.APPOINTMENT_BOOKED if is_agreed else AuditEvent.APPOINTMENT_OFFERED, enquiry.id)
    db.session.commit()
    return enquiry


@all_or_nothing()
def accept(actor: Staff, reference: str, version: int) -> Enquiry:
    """Book what was offered. An offer that has run out can still be accepted, as long as its time is nobody else's.

    :raises HasNone: when nothing is offered.
    :raises TooLate, TimeTaken, MoveNotAllowed: as for ``book``.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    refuse_unless_taken_on(enquiry, Status.BOOKED)
    appointment = standing(enquiry, AppointmentState.OFFERED)
    if appointment.has_begun(at):
        raise TooLate
    appointment.state, appointment.held_until = AppointmentState.BOOKED, None
    plan_reminder(appointment, at, its_clock)
    take_time(appointment, at)
    enquiry.contacted(at, its_clock)
    go(enquiry, Status.BOOKED, at, its_clock)
    letter = letter_about(enquiry, appointment, LetterKind.APPOINTMENT_BOOKED, at)
    happened(enquiry, Event.BOOKED, at, actor, text=in_words(appointment), letter=letter)
    audit.record(actor, AuditEvent.APPOINTMENT_BOOKED, enquiry.id)
    db.session.commit()
    return enquiry


@all_or_nothing()
def move(actor: Staff, reference: str, version: int, plan: Plan) -> Enquiry:
    """Move an appointment that stands to another time, length, clinician or way; whoever was told is told again.

    :raises NotArranged: as its family says; then it stands where it stood.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    appointment = standing(enquiry)
    appointment.sequence += 1
    arrange(appointment, enquiry, plan, at, its_clock)
    take_time(appointment, at)
    enquiry.contacted(at, its_clock)
    is_offer = appointment.state is AppointmentState.OFFERED
    kind = LetterKind.APPOINTMENT_OFFERED if is_offer else LetterKind.APPOINTMENT_MOVED
    letter = letter_about(enquiry, appointment, kind, at)
    text = in_words(appointment, plan.arranged.note)
    happened(enquiry, Event.APPOINTMENT_MOVED, at, actor, text=text, letter=letter)
    audit.record(actor, AuditEvent.APPOINTMENT_MOVED, enquiry.id)
    db.session.commit()
    return enquiry


@all_or_nothing()
def cancel(actor: Staff, reference: str, version: int, by: CancelledBy, reason: str) -> Enquiry:
    """Cancel an appointment that stands. What waited for it is the clinic's turn again.

    :raises HasNone: when none stands.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    appointment = standing(enquiry)
    appointment.state, appointment.remind_at = AppointmentState.CANCELLED, None
    appointment.sequence += 1
    diary.free_time(appointment)
    if waits_for_it(enquiry):
        go(enquiry, Status.ASSIGNED, at, its_clock)
    letter = letter_about(enquiry, appointment, LetterKind.APPOINTMENT_CANCELLED, at)
    text = in_words(appointment, reason)
    happened(enquiry, Event.APPOINTMENT_CANCELLED, at, actor, detail=by.value, text=text, letter=letter)
    audit.record(actor, AuditEvent.APPOINTMENT_CANCELLED, enquiry.id)
    db.session.commit()
    return enquiry
