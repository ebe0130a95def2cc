"""Appointments that tests arrange: a plan, an enquiry that Lena has claimed, and days on which clinics are open."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from enquiry import diary
from enquiry.appointments.arrange import Plan
from enquiry.extensions import db
from enquiry.records.appointment import Appointment, Arranged
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import Tell, begins
from enquiry.rules.clinics import Clinic
from enquiry.triage import decide
from tests.people import RAI, hire, pat_asks

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)  # a working morning, well clear of holidays and clock changes
AT_NINE = begins(date(2026, 12, 1), time(9))  # a Tuesday

Still = Callable[[datetime], None]


def the_rai() -> Staff:
    """Return Mr Rai, who may not have been hired yet."""
    return db.session.scalar(select(Staff).where(Staff.email == RAI.email)) or hire(RAI)


def plan(starts_at: datetime = AT_NINE, minutes: int = 30, **changes: Any) -> Plan:
    """Return what was agreed with Mr Rai: in person, by email and with a reminder, unless said otherwise."""
    arranged = {"tell": Tell.LETTER_AND_REMINDER, "joining": "", "note": ""}
    arranged |= {key: changes.pop(key) for key in list(changes) if key in arranged}
    wanted: dict[str, Any] = {"visit": Visit.IN_PERSON, **changes}
    return Plan(the_rai().id, starts_at, minutes, arranged=Arranged(**arranged), **wanted)


def pat_is_claimed(by: Staff, clinic: Clinic = Clinic.LONDON, **pages: dict[str, Any]) -> Enquiry:
    """Let Pat ask, and somebody claim it."""
    enquiry = pat_asks(clinic, **pages)
    return decide.claim(by, enquiry.reference, enquiry.version)


def the_appointment(enquiry: Enquiry) -> Appointment:
    """Return the latest appointment of an enquiry, as the database has it."""
    return diary.of(enquiry)[0]
