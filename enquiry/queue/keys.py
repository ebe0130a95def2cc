"""Keys of the queue: single letters that press its buttons, for whoever wants them."""

from sqlalchemy import update

from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.staff import Staff

# What each key does, in the order in which the page lists them; each presses something that can be seen.
KEYS = {
    "j": "Next row",
    "k": "Row before",
    "x": "Tick the row",
    "Enter": "Open the enquiry",
    "c": "Claim it",
    "r": "Reply by email",
    "p": "Ring and record the call",
    "e": "Close it and go on to the next",
    "z": "Go back to what you did last, to undo it",
    "n": "Next that nobody has",
    "?": "Show or hide these keys",
}


def turn(actor: Staff, on: bool) -> None:
    """Turn somebody's keys on or off, on every computer."""
    begin_writing()
    db.session.execute(update(Staff).where(Staff.id == actor.id).values(uses_keys=on))
    db.session.commit()
