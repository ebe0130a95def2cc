"""Which of two enquiries may be merged into the other.

Why not one with an appointment: it would lie closed beside an appointment that is not. Merge the other into it instead.
Why not one that took others in: whoever follows a merge finds what was asked in one step.
"""

from enquiry.rules.status import ENDED, Status

WITH_AN_APPOINTMENT = frozenset({Status.OFFERED, Status.BOOKED, Status.DID_NOT_ATTEND})


def why_not(kept: Status, merged: Status, has_taken_in: bool) -> str:
    """Return why one enquiry cannot be merged into another; empty when it can.

    :param has_taken_in: whether others were merged into the one that would be merged.
    """
    if kept in ENDED or merged in ENDED:
        return "Only open enquiries are merged"
    if merged in WITH_AN_APPOINTMENT:
        return "It has an appointment: merge the other one into it"
    if has_taken_in:
        return "Others were merged into it: merge this one into it instead"
    return ""
