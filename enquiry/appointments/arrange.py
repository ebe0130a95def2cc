"""What every deed with an appointment rests on: the plan, its refusals, the clinician's time, the letter, the way on.

An enquiry stands where its appointment puts it, along the table of moves; nothing here closes one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enquiry import colleagues, diary, letters, outbox
from enquiry.extensions import db
from enquiry.records.appointment import Appointment, Arranged
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.letter import Letter, LetterKind
from enquiry.records.staff import Staff
from enquiry.rules import appointments as rules
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import AppointmentState, Tell
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.status import Outcome, Status


class NotArranged(Exception):
    """Base of refusals that have a reason for the person.

    NotArranged
    ├── HasOneAlready    the enquiry has an appointment that stands
    ├── HasNone          it has none, or it is not one with which this can be done
    ├── TimeTaken        the clinician is with somebody else
    ├── NotAClinician    nobody of this clinic who sees patients
    ├── TooLate          it would begin in the past
    ├── ClinicClosed     the clinic is shut then, and nobody said that it opens for this
    └── NoAddress        a letter was asked for, and there is no email address
    """


class HasOneAlready(NotArranged):
    """Raised when an appointment is offered or booked beside one that stands."""


class HasNone(NotArranged):
    """Raised when something is done with an appointment that an enquiry does not have."""


class TimeTaken(NotArranged):
    """Raised when a clinician's time is taken; it knows what is in the diary of that time, and not whose it is."""

    def __init__(self, clinician: Staff, taken: list[tuple[datetime, datetime]]) -> None:
        super().__init__("This time is taken")
        self.clinician, self.taken = clinician.name, taken


class NotAClinician(NotArranged):
    """Raised when whoever was chosen is no clinician of the enquiry's clinic."""


class TooLate(NotArranged):
    """Raised when an appointment would begin in the past."""


class ClinicClosed(NotArranged):
    """Raised when the clinic is shut at that time, and nobody said that it opens."""


class NoAddress(NotArranged):
    """Raised when a person is to be written to who gave no email address."""


@dataclass(frozen=True)
class Plan:
    """When, how long, with whom and how; what the person is told of it, and a note."""

    clinician_id: UUID
    starts_at: datetime
    minutes: int
    visit: Visit
    arranged: Arranged
    although_closed: bool = False  # a colleague knows that somebody is there


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Leave nothing behind of a verb that refuses half-way."""
    try:
        yield
    except Exception:
        db.session.rollback()
        raise


def waits_for_it(enquiry: Enquiry) -> bool:
    """Return whether an enquiry stands where its appointment put it: open, offered or booked, or closed as booked."""
    is_closed_as_booked = enquiry.outcome is Outcome.APPOINTMENT_BOOKED
    return enquiry.status in (Status.OFFERED, Status.BOOKED) or is_closed_as_booked


def go(enquiry: Enquiry, wanted: Status, at: datetime, its_clock: ClinicClock) -> None:
    """Let an enquiry stand where its appointment puts it."""
    for status in rules.way(enquiry.status, wanted):
        enquiry.move_to(status, at, its_clock)


def letter_about(enquiry: Enquiry, appointment: Appointment, kind: LetterKind, at: datetime) -> Letter | None:
    """Queue a letter about an appointment, unless its person is to hear of it by telephone alone.

    What an earlier letter says of it is true no longer: one that could not leave yet, with the mail server away, would
    tell somebody of a time at which nobody expects them. Fees are owed to whoever is still to come.
    """
    if kind is not LetterKind.APPOINTMENT_REMINDER:
        also = {LetterKind.FEES} if kind is LetterKind.APPOINTMENT_CANCELLED else set()
        outbox.overtake(enquiry, also | {one for one in LetterKind if one.tells_when})
    if not appointment.arranged.tell.is_written or not enquiry.contact.email:
        return None
    return outbox.queue(enquiry, kind, letters.appointment(kind, enquiry, appointment, at), at)


def refuse_unless_taken_on(enquiry: Enquiry, wanted: Status) -> None:
    """Refuse what nobody has claimed, since nobody would answer for it, and what has ended."""
    if enquiry.status is Status.NEW or not enquiry.is_open:
        raise MoveNotAllowed(enquiry.status, wanted)


def arrange(appointment: Appointment, enquiry: Enquiry, plan: Plan, at: datetime, its_clock: ClinicClock) -> None:
    """Put a plan into an appointment, once it is one that can be kept."""
    clinician = next((one for one in colleagues.clinicians_of(enquiry.clinic) if one.id == plan.clinician_id), None)
    if clinician is None:
        raise NotAClinician
    if plan.starts_at <= at:
        raise TooLate
    if not plan.although_closed and not rules.is_open_for(its_clock.hours, plan.starts_at, plan.minutes):
        raise ClinicClosed
    if plan.arranged.tell.is_written and not enquiry.contact.email:
        raise NoAddress
    appointment.clinic, appointment.clinician, appointment.clinician_id = enquiry.clinic, clinician, clinician.id
    appointment.starts_at, appointment.minutes, appointment.visit = plan.starts_at, plan.minutes, plan.visit
    appointment.arranged = plan.arranged
    is_offer = appointment.state is AppointmentState.OFFERED
    appointment.held_until = rules.held_until(its_clock.hours, at, plan.starts_at) if is_offer else None
    plan_reminder(appointment, at, its_clock)


def plan_reminder(appointment: Appointment, at: datetime, its_clock: ClinicClock) -> None:
    """Say when the reminder goes, if one is wanted; an offer has none, since nothing is agreed."""
    is_wanted = appointment.arranged.tell is Tell.LETTER_AND_REMINDER and appointment.held_until is None
    appointment.remind_at = rules.reminder_at(its_clock.hours, at, appointment.starts_at) if is_wanted else None


def take_time(appointment: Appointment, at: datetime) -> None:
    """Take the clinician's time in the diary; whoever is too late learns what is there instead."""
    clinician, begins, ends = appointment.clinician, appointment.starts_at, appointment.ends_at
    try:
        diary.take_time(appointment, at)
    except diary.SlotTaken:
        db.session.rollback()
        raise TimeTaken(clinician, list(diary.taken_between(clinician.id, begins, ends))) from None


def let_go_what_has_run_out(enquiry: Enquiry, at: datetime) -> None:
    """Make room for another appointment, if the one that stands is an offer that has run out."""
    appointment = diary.standing(enquiry)
    if appointment is None:
        return
    if not appointment.has_run_out(at):
        raise HasOneAlready
    appointment.state = AppointmentState.EXPIRED
    db.session.flush()  # before the other one is there: the database lets one stand
    diary.free_time(appointment)


def standing(enquiry: Enquiry, state: AppointmentState | None = None) -> Appointment:
    """Return the appointment that stands, in a certain state if that is asked for, or refuse."""
    appointment = diary.standing(enquiry)
    if appointment is None or state not in (None, appointment.state):
        raise HasNone
    return appointment
