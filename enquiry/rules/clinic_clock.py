"""The clock of one clinic: by when it must answer, in its own working time, and what of that is left after a pause.

Sources: clinical.md 5 (targets); desk.md 11: it stands still while somebody else must act, and nothing that is taken
up again is overdue at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle

from enquiry.rules.urgency import FIRST_CONTACT, PROMISE, Urgency
from enquiry.rules.working_time import OpeningHours, Span

LEAST_LEFT = timedelta(hours=1)  # of working time, when it is the clinic's turn again


@dataclass(frozen=True)
class ClinicClock:
    """When a clinic is open, and within how much working time it answers."""

    hours: OpeningHours = field(default_factory=OpeningHours)
    targets: Mapping[Urgency, timedelta] = field(default_factory=lambda: FIRST_CONTACT)
    promise: timedelta = PROMISE

    def due(self, urgency: Urgency, since: datetime) -> datetime:
        """Return by when somebody must have been answered who has waited since this moment."""
        return self.hours.after(since, self.targets[urgency])

    def promised(self, since: datetime) -> datetime:
        """Return by when somebody was told that they will be answered."""
        return self.hours.after(since, self.promise)

    @property
    def promised_days(self) -> int:
        """Within how many working days everybody is answered, counted from the day after they wrote.

        Why not a number that somebody sets: what pages promise must be what the clock does, whatever the hours are.
        """
        worked = [day for weekday in range(7) if (day := _worked(self.hours.spans.get(weekday, ())))]
        return max(_days_until(self.promise, worked[first:] + worked[:first]) for first in range(len(worked)))

    def left(self, at: datetime, due_at: datetime) -> timedelta:
        """Return how much working time is left until an answer is due; none when it is overdue."""
        return self.hours.between(at, due_at)

    def due_again(self, at: datetime, left: timedelta) -> datetime:
        """Return when an answer is due after a pause that ends now.

        :param left: what ``left`` said when the pause began.
        """
        return self.hours.after(at, max(left, LEAST_LEFT))


def _worked(spans: tuple[Span, ...]) -> timedelta:
    """Return how long a day is in which the clinic opens like this."""
    return sum(
        (datetime.combine(date.min, closes) - datetime.combine(date.min, opens) for opens, closes in spans), timedelta()
    )


def _days_until(promise: timedelta, days: list[timedelta]) -> int:
    """Return with the end of which of these days, which come round again, so much working time has gone by."""
    number = 0
    for worked in cycle(days):
        if promise <= timedelta():
            break
        promise, number = promise - worked, number + 1
    return number
