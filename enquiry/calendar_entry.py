"""What a person's own calendar is told of an appointment: a small file that goes with the letter (RFC 5545 and 5546).

Why it is published and not an invitation: to an invitation (METHOD:REQUEST) mail programs offer “Decline”, and send the
answer to a mailbox where nobody takes it for a cancellation. The person would stay away, and the clinic not know. So
an entry is published; whoever wants another time rings. A cancelled one goes with METHOD:CANCEL. Both keep their UID,
and SEQUENCE counts up, so that a calendar changes the entry that it has.

Why in UTC: it is the same moment in every calendar whatever it knows of Europe/London, and no program has to read rules
for clock changes out of the file. A calendar shows it in its owner's time.

Why so little in it: calendars are shared with families and employers. It names neither the clinician nor anything of
health, and is marked private.
"""

from datetime import UTC, datetime

from flask import current_app
from icalendar import Calendar, Event

from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Enclosure
from enquiry.rules.appointments import AppointmentState

NAME = "appointment.ics"
PRODUCT = "-//The London Norwich Clinic//Appointments//EN"


def of(enquiry: Enquiry, appointment: Appointment, sender: str, at: datetime) -> Enclosure:
    """Return the calendar entry of an appointment as it stands now.

    :param sender: the clinic's name as a patient's calendar may show it.
    """
    is_off = appointment.state is AppointmentState.CANCELLED
    method = "CANCEL" if is_off else "PUBLISH"
    calendar = Calendar()
    for name, value in (("version", "2.0"), ("prodid", PRODUCT), ("method", method)):
        calendar.add(name, value)
    calendar.add_component(_event(enquiry, appointment, sender, at, is_off))
    return Enclosure(NAME, "text/calendar", calendar.to_ical(), {"charset": "utf-8", "method": method})


def _event(enquiry: Enquiry, appointment: Appointment, sender: str, at: datetime, is_off: bool) -> Event:
    facts = appointment.clinic.facts
    address = current_app.config["MAIL_DEFAULT_SENDER"]
    event = Event()
    event.add("uid", f"{appointment.id}@{address.rpartition('@')[2]}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", f"Appointment, {sender}")
    event.add("location", "By video" if appointment.is_by_video else _place(appointment))
    event.add("description", f"To change it, ring {facts.telephone} and say your reference: {enquiry.reference}")
    event.add("organizer", f"mailto:{address}", parameters={"cn": sender})
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _place(appointment: Appointment) -> str:
    facts = appointment.clinic.facts
    return ", ".join((facts.hospital, *facts.address, facts.postcode))
