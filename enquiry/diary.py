"""The diary: which appointments an enquiry has, and whose time they take; it gives no time of a clinician's twice.

Why a clinician is locked first: it keeps two who change the same diary from waiting for each other's steps for ever.
What decides is the unique constraint of the steps (``records/appointment.py``), lock or no lock.

Why an offer that has run out gives way to whoever comes: the worker that ends it may be dead. It loses its steps to the
next booking, in the same transaction; until then whoever was offered it can still have it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from enquiry.extensions import db
from enquiry.records.appointment import Appointment, TakenStep
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.appointments import AppointmentState, steps

Due = Sequence[tuple[UUID, UUID]]  # enquiries, each with an appointment of theirs


class SlotTaken(Exception):
    """Raised when a clinician's time, or a part of it, is somebody else's already."""


def of(enquiry: Enquiry) -> Sequence[Appointment]:
    """Return the appointments of an enquiry that was found for its asker, the latest first."""
    wanted = select(Appointment).where(Appointment.enquiry_id == enquiry.id).order_by(Appointment.id.desc())
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def standing(enquiry: Enquiry) -> Appointment | None:
    """Return the appointment of an enquiry that is offered or booked, if there is one."""
    return next((appointment for appointment in of(enquiry) if appointment.state.stands), None)


def is_expected(enquiry: Enquiry, now: datetime) -> bool:
    """Return whether somebody is still to come, or may still take what they were offered."""
    appointment = standing(enquiry)
    return appointment is not None and not appointment.has_begun(now) and not appointment.has_run_out(now)


def take_time(appointment: Appointment, at: datetime) -> None:
    """Give an appointment its clinician's time, and let go what it had, in the transaction of a verb.

    :raises SlotTaken: when any of it is taken; the transaction cannot go on then.
    """
    wanted = steps(appointment.starts_at, appointment.minutes)
    db.session.flush()
    _lock({appointment.clinician_id, *_whose_time(appointment)})
    free_time(appointment)
    _free_what_has_run_out(appointment.clinician_id, wanted, at)
    rows = [
        {"clinician_id": appointment.clinician_id, "step": step, "appointment_id": appointment.id} for step in wanted
    ]
    try:
        db.session.execute(insert(TakenStep).values(rows))
    except IntegrityError:
        raise SlotTaken from None


def free_time(appointment: Appointment) -> None:
    """Let go the time that an appointment takes."""
    db.session.execute(delete(TakenStep).where(TakenStep.appointment_id == appointment.id))


def taken_between(clinician_id: UUID, begins: datetime, ends: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Return what is in a clinician's diary from one moment to another: times alone, and not whose they are."""
    within = steps(begins, (ends - begins) // timedelta(minutes=1))
    taken = select(TakenStep.appointment_id).where(
        TakenStep.clinician_id == clinician_id, TakenStep.step >= within.start, TakenStep.step < within.stop
    )
    rows = db.session.scalars(select(Appointment).where(Appointment.id.in_(taken)).order_by(Appointment.starts_at))
    return [(row.starts_at, row.ends_at) for row in rows]


def offers_run_out(now: datetime, most: int) -> Due:
    """Return the offers that nobody took up in time, the oldest first; asked by the system, for both clinics."""
    chosen = select(Appointment.enquiry_id, Appointment.id).where(
        Appointment.state == AppointmentState.OFFERED, Appointment.held_until <= now
    )
    return [(row[0], row[1]) for row in db.session.execute(chosen.order_by(Appointment.held_until).limit(most))]


def reminders_due(now: datetime, most: int) -> Due:
    """Return the appointments of which their people are to be reminded now; asked as ``offers_run_out`` is."""
    chosen = select(Appointment.enquiry_id, Appointment.id).where(Appointment.remind_at <= now)
    return [(row[0], row[1]) for row in db.session.execute(chosen.order_by(Appointment.remind_at).limit(most))]


def _whose_time(appointment: Appointment) -> Sequence[UUID]:
    """Return whose time an appointment has taken so far."""
    own = select(TakenStep.clinician_id).where(TakenStep.appointment_id == appointment.id)
    return db.session.scalars(own.distinct()).all()


def _lock(staff: Collection[UUID]) -> None:
    """Let nobody else change the diaries of these people until the transaction ends; they can go on working."""
    rows = select(Staff.id).where(Staff.id.in_(staff)).order_by(Staff.id)
    db.session.execute(rows.with_for_update(key_share=True))


def _free_what_has_run_out(clinician_id: UUID, wanted: range, at: datetime) -> None:
    run_out = select(Appointment.id).where(Appointment.state == AppointmentState.OFFERED, Appointment.held_until <= at)
    db.session.execute(
        delete(TakenStep).where(
            TakenStep.clinician_id == clinician_id,
            TakenStep.step >= wanted.start,
            TakenStep.step < wanted.stop,
            TakenStep.appointment_id.in_(run_out),
        )
    )
