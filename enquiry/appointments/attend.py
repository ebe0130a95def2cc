"""Whether somebody came to their appointment; said on the day, and put right when it was said by mistake.

Why it is the clinic's turn then: an enquiry that is booked is due to nobody, and would lie open for ever. Whoever came
is seen to further, or their enquiry is closed; whoever did not is asked why. One that was closed as booked stays closed
when they came, and is taken up again when they did not.
"""

from datetime import datetime
from uuid import UUID

from enquiry import audit, caseload, clock, diary, opening
from enquiry.appointments.arrange import HasNone, NotArranged, all_or_nothing, go, waits_for_it
from enquiry.appointments.words import in_words
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.rules.appointments import AppointmentState
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.status import Status


class TooEarly(NotArranged):
    """Raised when somebody is said to have come, or not, before their appointment has begun."""


@all_or_nothing()
def record_attendance(actor: Staff, reference: str, version: int, appointment_id: UUID, came: bool) -> Enquiry:
    """Write down whether the person came to an appointment: the latest of their enquiry that was not given up.

    :raises HasNone: when it is another one, or this is what it says already.
    :raises TooEarly: when it has not begun.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for every verb on an enquiry.
    """
    enquiry = caseload.take_to_change(actor, reference, version)
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    state = AppointmentState.ATTENDED if came else AppointmentState.DID_NOT_ATTEND
    appointment = _to_say_it_of(enquiry, appointment_id, state)
    if not appointment.has_begun(at):
        raise TooEarly
    appointment.state, appointment.remind_at = state, None
    (_take_up_again if came else _ask_why)(enquiry, at, its_clock)
    happened(enquiry, Event.ATTENDED if came else Event.DID_NOT_ATTEND, at, actor, text=in_words(appointment))
    audit.record(actor, AuditEvent.ATTENDANCE_RECORDED, enquiry.id)
    db.session.commit()
    return enquiry


def _to_say_it_of(enquiry: Enquiry, appointment_id: UUID, state: AppointmentState) -> Appointment:
    kept = (one for one in diary.of(enquiry) if one.state is AppointmentState.BOOKED or one.state.took_place)
    appointment = next(kept, None)
    if appointment is None or appointment.id != appointment_id or appointment.state is state:
        raise HasNone
    return appointment


def _take_up_again(enquiry: Enquiry, at: datetime, its_clock: ClinicClock) -> None:
    if enquiry.status in (Status.BOOKED, Status.DID_NOT_ATTEND):
        go(enquiry, Status.ASSIGNED, at, its_clock)


def _ask_why(enquiry: Enquiry, at: datetime, its_clock: ClinicClock) -> None:
    if enquiry.is_open or waits_for_it(enquiry):
        go(enquiry, Status.DID_NOT_ATTEND, at, its_clock)
