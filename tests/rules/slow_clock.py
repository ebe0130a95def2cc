"""The slow reference for working time: somebody watches a clock on a wall, minute by minute, with a list of holidays.

It shares no code with what it checks, and knows the bank holidays from clinical.md 5 and not from a library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)

ANNOUNCED = {
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
    date(2026, 12, 25), date(2026, 12, 28),
    date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31), date(2027, 8, 30),
    date(2027, 12, 27), date(2027, 12, 28),
    date(2028, 1, 3), date(2028, 4, 14), date(2028, 4, 17), date(2028, 5, 1), date(2028, 5, 29), date(2028, 8, 28),
    date(2028, 12, 25), date(2028, 12, 26),
}  # fmt: skip
# The days themselves, where another stands in for them: a clinic that opens on Saturdays is shut then, too.
AT_A_WEEKEND = {date(2026, 12, 26), date(2027, 12, 25), date(2027, 12, 26), date(2028, 1, 1)}

Spans = Mapping[int, tuple[tuple[time, time], ...]]


@dataclass(frozen=True)
class SlowClock:
    """A clinic as somebody sees it who stands before its door."""

    spans: Spans
    closures: frozenset[date]

    def is_open(self, moment: datetime) -> bool:
        """Return whether the door is open: what the clock on the wall shows, and what day it is, decide."""
        wall = moment.astimezone(LONDON)
        if wall.date() in self.closures | ANNOUNCED | AT_A_WEEKEND:
            return False
        return any(opens <= wall.time() < closes for opens, closes in self.spans.get(wall.weekday(), ()))

    def after(self, start: datetime, minutes: int) -> datetime:
        """Return when so many minutes have been watched through."""
        moment = start
        while minutes:
            minutes -= self.is_open(moment)
            moment += MINUTE
        return moment

    def between(self, start: datetime, end: datetime) -> int:
        """Return how many minutes the door is open between two moments."""
        minutes = range(max((end - start) // MINUTE, 0))
        return sum(self.is_open(start + number * MINUTE) for number in minutes)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """A week with up to three openings a day, between five in the morning and midnight, and some hours at least."""
    week = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        quarters = draw(st.lists(st.integers(5 * 4, 24 * 4 - 1), min_size=2, max_size=6, unique=True).map(sorted))
        marks = [time(quarter // 4, quarter % 4 * 15) for quarter in quarters]
        week[weekday] = tuple(zip(marks[::2], marks[1::2], strict=False))
    return week


# Days on which a clock is apt to be wrong: the nights when London's clocks change, Christmas, Easter, New Year.
TURNING_POINTS = [
    datetime(*day, tzinfo=UTC)
    for day in [
        (2026, 3, 27), (2026, 10, 23), (2027, 3, 26), (2027, 10, 29), (2028, 3, 24), (2028, 10, 27),
        (2026, 12, 23), (2027, 12, 23), (2027, 12, 30), (2028, 4, 12), (2026, 5, 1), (2028, 8, 25),
    ]
]  # fmt: skip

near_turning_points = st.builds(
    lambda day, minutes: day + minutes * MINUTE, st.sampled_from(TURNING_POINTS), st.integers(0, 5 * 24 * 60)
)
anywhen = st.integers(0, (2 * 365 + 300) * 24 * 60).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + m * MINUTE)
moments = near_turning_points | anywhen


@st.composite
def closures(draw: st.DrawFn, near: datetime) -> frozenset[date]:
    """Up to three times at which a clinic is shut, of up to nine days each, within a month of a moment."""
    begins = draw(st.lists(st.tuples(st.integers(-2, 30), st.integers(1, 9)), max_size=3))
    return frozenset(near.date() + timedelta(days=first + day) for first, length in begins for day in range(length))
