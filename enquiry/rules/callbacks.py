"""When somebody is rung: in the clinic's working time, when it suits them, and how often before the clinic lets go.

Sources: clinical.md 5 (two attempts fifteen minutes apart; three attempts on at least two different days, then a
closing letter) and 7.1 (good times to ring). What is ours: somebody whose enquiry is urgent is rung by its due time,
whether that suits them or not; and a wrong number is no attempt, for nobody was missed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from enquiry.rules.answers import Answer, Day, TimeOfDay
from enquiry.rules.contact import CallOutcome
from enquiry.rules.urgency import Urgency
from enquiry.rules.working_time import LONDON_TIME, OpeningHours

APART = timedelta(minutes=15)
ON_ONE_DAY = 2  # attempts
ENOUGH = 3  # attempts
ON_DAYS = 2
FURTHEST = timedelta(days=60)  # a day that was mistyped is no callback
_LOOK_AHEAD = 14  # days, for a time that suits the person

_MIDDAY = time(12)
_MISSED = frozenset({CallOutcome.NO_ANSWER, CallOutcome.MESSAGE_LEFT})


class Again(Answer):
    """Whether and when somebody is to be rung again."""

    BY_RULE = "by-rule", "By the rule"
    AT = "at", "On another day or at another time"
    NOT = "not", "No"


@dataclass(frozen=True)
class Attempt:
    """One time that somebody was rung and not reached."""

    at: datetime
    outcome: CallOutcome


@dataclass(frozen=True)
class GoodTimes:
    """When it suits somebody to be rung; what they left open suits them all the same."""

    days: Sequence[Day] = ()
    times: Sequence[TimeOfDay] = ()

    def within(self, hours: OpeningHours, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield, in UTC, each part of a clinic's day that suits the person."""
        if self.days and day.weekday() not in {list(Day).index(one) for one in self.days}:
            return
        midday = datetime.combine(day, _MIDDAY, LONDON_TIME).astimezone(UTC)
        for opens, closes in hours.on(day):
            if len(set(self.times)) != 1:
                yield opens, closes
            elif TimeOfDay.MORNING in self.times and opens < midday:
                yield opens, min(closes, midday)
            elif TimeOfDay.AFTERNOON in self.times and closes > midday:
                yield max(opens, midday), closes


def is_missed(outcome: CallOutcome) -> bool:
    """Return whether a call with this outcome was an attempt to reach somebody that did not."""
    return outcome in _MISSED


def first_try(hours: OpeningHours, good: GoodTimes, since: datetime, urgency: Urgency, due_at: datetime) -> datetime:
    """Return from when somebody is to be rung who has waited since this moment.

    :param due_at: of the enquiry. One that is urgent does not wait beyond it for a better time.
    """
    suits = _suits(hours, good, since)
    return min(suits, due_at) if urgency.rank <= Urgency.URGENT.rank else suits


def next_try(hours: OpeningHours, good: GoodTimes, attempts: Sequence[Attempt]) -> datetime | None:
    """Return from when somebody is to be rung again who was not reached, or ``None`` once that was tried often enough.

    :param attempts: since they were last heard from, the latest last; at least one.
    """
    if is_enough(attempts):
        return None
    latest = attempts[-1].at
    today = _day(latest)
    if [_day(attempt.at) for attempt in attempts].count(today) < ON_ONE_DAY:
        return _suits(hours, good, latest + APART)
    return _suits(hours, good, datetime.combine(today + timedelta(days=1), time.min, LONDON_TIME).astimezone(UTC))


def is_enough(attempts: Sequence[Attempt]) -> bool:
    """Return whether somebody was tried often enough to be told by letter that the clinic lets go."""
    return len(attempts) >= ENOUGH and len({_day(attempt.at) for attempt in attempts}) >= ON_DAYS


def _suits(hours: OpeningHours, good: GoodTimes, since: datetime) -> datetime:
    """Return the first moment that suits both; the clinic's next opening where none does for two weeks."""
    first = _day(since)
    for day in (first + timedelta(days=days) for days in range(_LOOK_AHEAD)):
        for begins, ends in good.within(hours, day):
            if ends > since:
                return max(begins, since)
    return hours.next_opening(since)


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON_TIME).date()
