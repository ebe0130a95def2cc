"""How soon an enquiry must be seen to, and who may say otherwise.

Source: clinical.md 5 (targets) and 7.3: staff may raise an urgency; only a clinician lowers it, with a reason.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum

from enquiry.rules.permissions import Role
from enquiry.rules.red_flags import RedFlag, is_emergency


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

# Within this a clinician has looked at what may be an emergency or cancer: the same working day.
SAME_DAY = timedelta(hours=8)

# The outer promise that a patient is told, in working time: clinical.md 5, two working days.
PROMISE = timedelta(hours=16)


def at_arrival(told: Sequence[RedFlag], written: Sequence[RedFlag] = (), is_worsening: bool = False) -> Urgency:
    """Return the urgency that an enquiry has of its own.

    An emergency arrives only from somebody who has been seen in hospital for it already: a declared red flag. Words and
    what gets worse quickly raise an urgency and never lower one (clinical.md 2.4).

    :param told: the rows that the safety screen was told.
    :param written: the rows whose words stand in the story.
    """
    if is_emergency(told):
        return Urgency.RED_FLAG_DECLARED
    if any(flag.action.is_for_a_clinician for flag in (*told, *written)):
        return Urgency.URGENT
    return Urgency.SOON if is_worsening else Urgency.ROUTINE


def kept(own: Urgency, earlier: Iterable[Urgency]) -> Urgency:
    """Return the urgency with which a repeat enquiry arrives: never lower than any earlier one of the same person.

    Source: clinical.md 1 (HSSIB): a second request was rated routine because the cancer history stood on the first.

    Why however long ago: a history of cancer does not grow old, and what is no longer kept is no longer looked at.
    A clinician may lower any of them, and what counts is how urgent each is now.

    :param own: what it would be if it stood alone.
    """
    return min([own, *earlier], key=lambda urgency: urgency.rank)


def may_change(current: Urgency, wanted: Urgency, roles: frozenset[Role]) -> bool:
    """Return whether a person with these roles may give an enquiry this urgency: anybody up, a clinician down."""
    return wanted.rank <= current.rank or Role.CLINICIAN in roles
