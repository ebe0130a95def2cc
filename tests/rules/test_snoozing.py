"""Until which day something may be put off, and which days are offered first."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis.strategies import dates

from enquiry.rules.snoozing import LONGEST, days_offered, is_within_reach

THURSDAY = date(2026, 11, 26)


def test_the_days_that_are_offered_are_working_days_of_the_next_fortnight() -> None:
    assert days_offered(THURSDAY) == [date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 10)]


@given(dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_every_day_that_is_offered_is_within_reach_and_no_weekend(today: date) -> None:
    offered = days_offered(today)
    assert offered == sorted(set(offered))
    assert all(is_within_reach(day, today) and day.weekday() < 5 for day in offered)


def test_neither_today_nor_the_day_after_the_last_is_within_reach() -> None:
    reach = [day for day in range(-1, 100) if is_within_reach(THURSDAY + timedelta(days=day), THURSDAY)]
    assert (reach[0], reach[-1]) == (1, LONGEST.days)
