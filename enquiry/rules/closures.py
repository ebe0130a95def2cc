"""Days on which a clinic is shut beside weekends and bank holidays, and whether it opens often enough at all.

Why there is a longest time to be shut: a clock that runs only while somebody is there never reaches a due time at a
clinic that does not open, and nobody could send an enquiry.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from enquiry.rules.working_time import OpeningHours

LONGEST_SHUT = 42  # days in a row; working time gives up after sixty
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Closure:
    """From which day to which a clinic is shut, both included, and why, for colleagues."""

    first: date
    last: date
    words: str

    @property
    def days(self) -> frozenset[date]:
        return frozenset(self.first + n * A_DAY for n in range((self.last - self.first).days + 1))


def days_of(closures: Iterable[Closure]) -> frozenset[date]:
    """Return every day on which any of these shuts a clinic."""
    return frozenset[date]().union(*(closure.days for closure in closures))


def shut_too_long(hours: OpeningHours, today: date) -> tuple[date, date] | None:
    """Return the first time from today that a clinic would be shut for more than six weeks, or ``None``."""
    day, last_open = today, today - A_DAY
    end = max(hours.closures, default=today) + (LONGEST_SHUT + 1) * A_DAY
    while day <= end:
        if hours.on(day):
            last_open = day
        elif (day - last_open).days > LONGEST_SHUT:
            return last_open + A_DAY, day
        day += A_DAY
    return None
