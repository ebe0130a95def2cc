"""How soon an enquiry must be seen to, and who may say otherwise.

Source: clinical.md 5 (targets) and 7.3: staff may raise an urgency; only a clinician lowers it, with a reason.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from enquiry.rules.permissions import Role
from enquiry.rules.red_flags import RedFlag


class Urgency(StrEnum):
    """From the most to the least urgent."""

    RED_FLAG_DECLARED = "red-flag-declared"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"

    @property
    def label(self) -> str:
        return {
            Urgency.RED_FLAG_DECLARED: "Red flag declared",
            Urgency.URGENT: "Urgent",
            Urgency.SOON: "Soon",
            Urgency.ROUTINE: "Routine",
        }[self]

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return list(Urgency).index(self)


# Working time from arrival to the first human contact. A working day here is eight hours, 9am to 5pm.
FIRST_CONTACT = {
    Urgency.RED_FLAG_DECLARED: timedelta(hours=2),
    Urgency.URGENT: timedelta(hours=4),
    Urgency.SOON: timedelta(hours=8),
    Urgency.ROUTINE: timedelta(hours=8),
}

# The outer promise that a patient is told, in working time: clinical.md 5, two working days.
PROMISE = timedelta(hours=16)


def at_arrival(flags: Sequence[RedFlag]) -> Urgency:
    """Return the urgency with which an enquiry arrives: somebody told to seek help the same day is not routine."""
    return Urgency.URGENT if flags else Urgency.ROUTINE


def may_end(is_flagged: bool, roles: frozenset[Role]) -> bool:
    """Return whether a person with these roles may end an enquiry: one with a red flag, only a clinician."""
    return not is_flagged or Role.CLINICIAN in roles


def may_change(current: Urgency, wanted: Urgency, roles: frozenset[Role]) -> bool:
    """Return whether a person with these roles may give an enquiry this urgency: anybody up, a clinician down."""
    return wanted.rank <= current.rank or Role.CLINICIAN in roles
