"""What came before a call: a callback that is open, attempts on other days, and a time at which somebody can ring."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from enquiry import clock
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import Entry, Event
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules.contact import CallOutcome
from enquiry.rules.working_time import OpeningHours

THREE_ON_TWO_DAYS = (timedelta(days=2), timedelta(days=1, minutes=20), timedelta(days=1))


def an_open_hour() -> dict[str, str]:
    """Return a day and a time from tomorrow on at which the clinic is open, as a browser sends them."""
    moment = clock.for_the_eye(OpeningHours().next_opening(clock.now() + timedelta(days=1)))
    return {"day": moment.date().isoformat(), "time": f"{moment:%H:%M}"}


def is_to_be_rung(enquiry_id: UUID) -> None:
    """Let there be a callback, since a minute; call it in an application context."""
    since = clock.now() - timedelta(minutes=1)
    db.session.execute(update(Enquiry).where(Enquiry.id == enquiry_id).values(ring_at=since))
    db.session.commit()


def was_tried(enquiry_id: UUID, *ago: timedelta, outcome: CallOutcome = CallOutcome.NO_ANSWER) -> None:
    """Let somebody have been rung so long ago, the longest first; call it in an application context."""
    key = db.session.get_one(WrappedKey, enquiry_id)
    for one in ago or THREE_ON_TWO_DAYS:
        entry = Entry(id=new_id(), key=key, enquiry_id=enquiry_id, at=clock.now() - one, event=Event.CALLED)
        entry.detail, entry.text = outcome.value, ""
        db.session.add(entry)
    db.session.commit()
