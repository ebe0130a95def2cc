"""Working time: when somebody is there to read, and when a promise made in working hours falls due.

Source: clinical.md 5: the clock runs only in opening hours, Europe/London, and stops on England's bank holidays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON_TIME = ZoneInfo("Europe/London")
LONGEST_CLOSURE = timedelta(days=60)  # a week that never opens is a fault in the settings, not a long wait


class NeverOpen(Exception):
    """Raised when no opening can be found within sixty days."""


Span = tuple[time, time]
Week = Mapping[int, tuple[Span, ...]]  # for each weekday (0 is Monday), in local time

NINE_TO_FIVE: Week = {weekday: ((time(9), time(17)),) for weekday in range(5)}


@dataclass(frozen=True)
class OpeningHours:
    """When a clinic is open: spans for each weekday, and days on which it is shut."""

    spans: Week = field(default_factory=lambda: NINE_TO_FIVE)
    closures: frozenset[date] = frozenset()

    def on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return each opening and closing of one day in UTC; none when the clinic is shut."""
        if day in self.closures or day in _bank_holidays(day.year):
            return []
        spans = [(_in_utc(day, opens), _in_utc(day, closes)) for opens, closes in self.spans.get(day.weekday(), ())]
        return [(opens, closes) for opens, closes in spans if opens < closes]  # a night may lack the hour in between

    def is_open(self, moment: datetime) -> bool:
        """Return whether somebody is there at this moment."""
        today = moment.astimezone(LONDON_TIME).date()
        return any(opens <= moment < closes for opens, closes in self.on(today))

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

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments; none when the second is not later.

        What is paused keeps ``between(pause, due)``, and is due again ``after(resumption, that)``.
        """
        worked = timedelta()
        day = start.astimezone(LONDON_TIME).date()
        while day <= end.astimezone(LONDON_TIME).date():
            for opens, closes in self.on(day):
                worked += max(min(closes, end) - max(opens, start), timedelta())
            day += timedelta(days=1)
        return worked

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield each opening that has not yet ended at ``start``, in order."""
        day = start.astimezone(LONDON_TIME).date()
        last_open = day
        while day - last_open <= LONGEST_CLOSURE:
            for span in self.on(day):
                if span[1] > start:
                    last_open = day
                    yield span
            day += timedelta(days=1)
        raise NeverOpen


def _in_utc(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, LONDON_TIME).astimezone(UTC)


def bank_holidays(first: date, last: date) -> dict[date, str]:
    """Return the bank holidays of England between two days, in order, each with its name.

    One that falls on a weekend is there twice: on its own day, and on the day that stands in for it.
    """
    named = {day: name for year in range(first.year, last.year + 1) for day, name in _bank_holidays(year).items()}
    return {day: named[day].replace("observed", "substitute day") for day in sorted(named) if first <= day <= last}


@lru_cache
def _bank_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year, language="en_GB"))
