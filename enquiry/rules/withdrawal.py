"""What becomes of an enquiry that its patient withdraws: most end at once, some a person must look at first.

Source: clinical.md 7.3: two people close an item with a red flag or cancer in it. Somebody who is worse, afraid or
alone may withdraw as well; so what is urgent is not ended by a button. Nor is what has an appointment, which must be
given back.
"""

from enquiry.rules.status import Status
from enquiry.rules.urgency import Urgency

_WITH_AN_APPOINTMENT = frozenset({Status.OFFERED, Status.BOOKED})


def ends_at_once(status: Status, urgency: Urgency, needs_two: bool, has_appointment: bool = False) -> bool:
    """Return whether an open enquiry ends when its patient says so; otherwise a person of the clinic is asked."""
    is_expected = has_appointment or status in _WITH_AN_APPOINTMENT
    return not needs_two and urgency.rank > Urgency.URGENT.rank and not is_expected
