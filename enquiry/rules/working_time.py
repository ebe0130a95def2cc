"""Working time: when somebody is there to read, and when a promise made in working hours falls due.

Source: clinical.md 5: the clock runs only in opening hours, Europe/London, and stops on England's bank holidays.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON_TIME = ZoneInfo("Europe/London")
LONGEST_CLOSURE = timedelta(days=60)  # a week that never opens is a fault in the settings, not a long wait


class NeverOpen(Exception):
    """Raised when no opening can be found within sixty days."""


@dataclass(frozen=True)
class OpeningHours:
    """When a clinic is open: a span for each weekday (0 is Monday), local time."""

    spans: dict[int, tuple[time, time]] = field(
        default_factory=lambda: {weekday: (time(9), time(17)) for weekday in range(5)}
    )

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return opening and closing of one day in UTC, or ``None`` when the clinic is shut."""
        if day.weekday() not in self.spans or day in _bank_holidays(day.year):
            return None
        opens, closes = (
            datetime.combine(day, moment, LONDON_TIME).astimezone(UTC) for moment in self.spans[day.weekday()]
        )
        return opens, closes

    def is_open(self, moment: datetime) -> bool:
        """Return whether somebody is there at this moment."""
        span = self.on(moment.astimezone(LONDON_TIME).date())
        return span is not None and span[0] <= moment < span[1]

    def next_opening(self, moment: datetime) -> datetime:
        """Return this moment if the clinic is open, or when it opens next.

        :raises NeverOpen: when it does not open within sixty days.
        """
        return next(max(opens, moment) for opens, _ in self._from(moment))

    def after(self, start: datetime, working: timedelta) -> datetime:
        """Return the moment at which this much working time has gone by since ``start``.

        :raises NeverOpen: when the clinic does not open for sixty days on the way.
        """
        for opens, closes in self._from(start):
            begins = max(opens, start)
            if working <= closes - begins:
                return begins + working
            working -= closes - begins
        raise NeverOpen

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield each opening that has not yet ended at ``start``, in order."""
        day = start.astimezone(LONDON_TIME).date()
        last_open = day
        while day - last_open <= LONGEST_CLOSURE:
            span = self.on(day)
            if span is not None and span[1] > start:
                last_open = day
                yield span
            day += timedelta(days=1)
        raise NeverOpen


@lru_cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
