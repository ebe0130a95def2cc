"""An appointment in one sentence, as the timeline keeps it."""

from enquiry.clock import moment_in_words
from enquiry.records.appointment import Appointment


def in_words(appointment: Appointment, said: str = "") -> str:
    """Return when, where and with whom an appointment is, and beneath it what a colleague wrote."""
    facts = (
        moment_in_words(appointment.starts_at),
        f"{appointment.minutes} minutes",
        "by video" if appointment.is_by_video else f"in person at {appointment.clinic.label}",
        f"with {appointment.clinician.name}",
    )
    return "\n\n".join(filter(None, (", ".join(facts), said)))
