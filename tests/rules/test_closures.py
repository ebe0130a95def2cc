"""A clinic may be shut for a while, but never for so long that the clock finds no way on."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.closures import LONGEST_SHUT, Closure, days_of, shut_too_long
from enquiry.rules.urgency import FIRST_CONTACT, PROMISE
from enquiry.rules.working_time import LONDON_TIME, OpeningHours, Week
from tests.rules.slow_clock import MINUTE, Spans, spans

MONDAY = date(2026, 11, 23)
NINE_TO_FIVE = OpeningHours().spans


def shut_for(days: int) -> OpeningHours:
    """Return hours with a closure that begins next Monday."""
    first = MONDAY + timedelta(days=7)
    return OpeningHours(closures=Closure(first, first + timedelta(days=days - 1), "Building").days)


def test_closures_shut_from_the_first_day_to_the_last() -> None:
    christmas = Closure(date(2026, 12, 24), date(2026, 12, 31), "Christmas")
    training = Closure(date(2026, 12, 3), date(2026, 12, 3), "Staff training")

    assert len(christmas.days) == 8
    assert days_of([christmas, training]) == {*christmas.days, date(2026, 12, 3)}
    assert days_of([]) == frozenset()


def test_a_week_that_never_opens_is_too_long() -> None:
    assert shut_too_long(OpeningHours({}), MONDAY) == (MONDAY, MONDAY + timedelta(days=LONGEST_SHUT))


def test_six_weeks_may_be_shut_and_no_more() -> None:
    # Weekends count, too: after 39 days it opens on a Friday, and after 40 not before Monday.
    assert shut_too_long(shut_for(39), MONDAY) is None
    assert shut_too_long(shut_for(40), MONDAY) == (date(2026, 11, 28), date(2027, 1, 9))


@settings(deadline=None)
@given(spans(), st.lists(st.tuples(st.integers(0, 120), st.integers(1, 60)), max_size=4), st.integers(0, 200))
def test_whatever_may_be_set_leads_on_from_every_moment(
    week: Spans, shut: list[tuple[int, int]], days_later: int
) -> None:
    closures = [Closure(MONDAY + timedelta(days=a), MONDAY + timedelta(days=a + n), "x") for a, n in shut]
    hours = OpeningHours(week, days_of(closures))
    if shut_too_long(hours, MONDAY) is None:
        moment = datetime(2026, 11, 23, 8, tzinfo=LONDON_TIME) + timedelta(days=days_later)
        assert hours.after(moment, PROMISE) > moment


@pytest.mark.parametrize(
    "week, days",
    [
        (NINE_TO_FIVE, 2),
        (dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(16)))), 3),
        ({0: ((time(9), time(21)),), 3: ((time(9), time(13)),)}, 2),
        ({0: ((time(9), time(10)),)}, 16),
        (dict.fromkeys(range(5), ((time(5), time(22)),)), 1),
    ],
)
def test_what_patients_are_promised_is_said_in_working_days(week: Week, days: int) -> None:
    assert ClinicClock(OpeningHours(week)).promised_days == days


@settings(deadline=None, max_examples=60)
@given(spans(), st.integers(0, 7 * 24 * 60), st.integers(1, 20 * 60))
def test_nobody_waits_longer_than_the_working_days_that_pages_promise(week: Spans, minutes: int, promise: int) -> None:
    clock = ClinicClock(OpeningHours(week), FIRST_CONTACT, promise * MINUTE)
    asked = datetime(2026, 6, 1, tzinfo=LONDON_TIME) + minutes * MINUTE  # weeks without a bank holiday
    due = clock.promised(asked).astimezone(LONDON_TIME).date()

    days_between = range((due - asked.astimezone(LONDON_TIME).date()).days)
    worked = [day for n in days_between if clock.hours.on(day := due - timedelta(days=n))]

    assert len(worked) <= clock.promised_days
