"""How long somebody waited for the first answer by a person, in the steps in which that is counted.

Source: clinical.md 5: targets from two working hours to a working day of eight, and an outer promise of two days.
"""

from datetime import timedelta
from enum import StrEnum


class Wait(StrEnum):
    """So much working time at most."""

    HALF_AN_HOUR = "half-an-hour"
    ONE_HOUR = "one-hour"
    TWO_HOURS = "two-hours"
    FOUR_HOURS = "four-hours"
    ONE_DAY = "one-day"
    TWO_DAYS = "two-days"
    LONGER = "longer"

    @property
    def label(self) -> str:
        return {
            Wait.HALF_AN_HOUR: "Up to half an hour",
            Wait.ONE_HOUR: "Up to 1 hour",
            Wait.TWO_HOURS: "Up to 2 hours",
            Wait.FOUR_HOURS: "Up to 4 hours",
            Wait.ONE_DAY: "Up to 1 working day",
            Wait.TWO_DAYS: "Up to 2 working days",
            Wait.LONGER: "Longer",
        }[self]


STEPS = {
    Wait.HALF_AN_HOUR: timedelta(minutes=30),
    Wait.ONE_HOUR: timedelta(hours=1),
    Wait.TWO_HOURS: timedelta(hours=2),
    Wait.FOUR_HOURS: timedelta(hours=4),
    Wait.ONE_DAY: timedelta(hours=8),
    Wait.TWO_DAYS: timedelta(hours=16),
}


def step(waited: timedelta) -> Wait:
    """Return the shortest step that is long enough.

    :param waited: in working time.
    """
    return next((wait for wait, at_most in STEPS.items() if waited <= at_most), Wait.LONGER)
