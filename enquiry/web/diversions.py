"""Who was sent to urgent help: counted without a name, and remembered in their own browser as no more than a yes.

Why remembered: somebody who changes an answer until the form lets them through is at risk, and a clinician must know
that it happened (clinical.md 2.4). Why no more: which row it was is nobody's business before they send anything.
"""

from collections.abc import Iterable

from flask import session

from enquiry import clock, tallies
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.rules.red_flags import RedFlag
from enquiry.web import drafts, throttle
from enquiry.web.throttle import Throttle, TooMany

DIVERSIONS = Throttle("diversions", of_address="300 per hour", of_browser="30 per hour")  # counted; all are shown help

_WORD = "was sent to help"


def divert(flags: Iterable[RedFlag]) -> None:
    """Count that these emergencies were shown, and remember in the browser that one was.

    A visitor who is shown them without end is no longer counted; what they are shown does not change.
    """
    session[_WORD] = True
    try:
        throttle.count(DIVERSIONS, drafts.browser())
    except TooMany:
        return
    begin_writing()
    tallies.diverted(flags, clock.now())
    db.session.commit()


def was_diverted() -> bool:
    """Return whether this browser was shown an emergency since it last sent or cleared anything."""
    return _WORD in session


def forget() -> None:
    """Begin anew: the next enquiry of this browser may be another person's."""
    session.pop(_WORD, None)
