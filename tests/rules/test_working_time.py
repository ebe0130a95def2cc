"""Working time runs while somebody is there to read: not at night, at weekends, or on England's bank holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiry.rules.working_time import LONDON_TIME, NeverOpen, OpeningHours, bank_holidays
from tests.rules.slow_clock import ANNOUNCED, MINUTE, SlowClock, closures, moments, spans

HOURS = OpeningHours()


def london(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON_TIME)  # type: ignore[misc]


@pytest.mark.parametrize(
    "asked, hours, due",
    [
        pytest.param((2026, 11, 24, 10, 0), 8, (2026, 11, 25, 10, 0), id="one working day from Tuesday morning"),
        pytest.param((2026, 11, 20, 17, 1), 8, (2026, 11, 23, 17, 0), id="Friday a minute after closing"),
        pytest.param((2026, 11, 20, 16, 0), 16, (2026, 11, 24, 16, 0), id="over a weekend"),
        pytest.param((2026, 12, 24, 16, 0), 8, (2026, 12, 29, 16, 0), id="over Christmas and its substitute day"),
        pytest.param((2027, 3, 26, 12, 0), 1, (2027, 3, 30, 10, 0), id="from Good Friday to after Easter Monday"),
        pytest.param((2026, 3, 27, 16, 0), 2, (2026, 3, 30, 10, 0), id="over the night the clocks go forward"),
        pytest.param((2026, 10, 23, 16, 0), 2, (2026, 10, 26, 10, 0), id="over the night the clocks go back"),
        pytest.param((2026, 11, 25, 3, 0), 1, (2026, 11, 25, 10, 0), id="in the small hours"),
    ],
)
def test_a_promise_falls_due(asked: tuple[int, ...], hours: int, due: tuple[int, ...]) -> None:
    assert HOURS.after(london(*asked), timedelta(hours=hours)) == london(*due)


@dataclass(frozen=True)
class Situation:
    """Pat writes to some clinic at some moment, and is promised an answer within so many working minutes."""

    hours: OpeningHours
    slow: SlowClock
    start: datetime
    minutes: int

    @property
    def due(self) -> datetime:
        return self.hours.after(self.start, self.minutes * MINUTE)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    week, start = draw(spans()), draw(moments)
    shut = draw(closures(near=start))
    in_a_week = sum(_minutes(closes) - _minutes(opens) for day in week.values() for opens, closes in day)
    minutes = draw(st.integers(1, min(in_a_week, 40 * 60)))
    return Situation(OpeningHours(week, shut), SlowClock(week, shut), start, minutes)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


@settings(max_examples=60, deadline=None)
@given(situations())
def test_it_equals_a_clock_watched_minute_by_minute(asked: Situation) -> None:
    assert asked.due == asked.slow.after(asked.start, asked.minutes)


@settings(deadline=None)
@given(situations(), st.integers(0, 60))
def test_what_is_due_is_due_while_somebody_is_there(asked: Situation, seconds: int) -> None:
    due = asked.hours.after(asked.start + timedelta(seconds=seconds), asked.minutes * MINUTE)

    assert asked.slow.is_open(due - timedelta(seconds=1))
    assert due > asked.start


@given(situations())
def test_the_door_is_open_when_the_wall_says_so(asked: Situation) -> None:
    for minutes in range(0, 24 * 60, 15):
        moment = asked.start + minutes * MINUTE
        assert asked.hours.is_open(moment) == asked.slow.is_open(moment)


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(0, 6 * 24 * 60))
def test_working_time_between_two_moments_is_what_somebody_watched(asked: Situation, later: int) -> None:
    end = asked.start + later * MINUTE

    assert asked.hours.between(asked.start, end) == asked.slow.between(asked.start, end) * MINUTE


@given(situations())
def test_the_working_time_between_now_and_a_due_time_is_what_was_promised(asked: Situation) -> None:
    assert asked.hours.between(asked.start, asked.due) == asked.minutes * MINUTE


@given(situations(), st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_pause_conserves_what_is_left(asked: Situation, until_pause: int, pause: int) -> None:
    hours, due = asked.hours, asked.due
    paused_at = min(asked.start + until_pause * MINUTE, due)
    resumed_at = paused_at + pause * MINUTE
    left = hours.between(paused_at, due)

    due_again = hours.after(resumed_at, left)

    assert hours.between(resumed_at, due_again) == left
    assert due_again >= min(due, resumed_at)
    assert hours.between(asked.start, paused_at) + left == asked.minutes * MINUTE


@given(situations(), moments)
def test_no_working_time_lies_between_a_moment_and_an_earlier_one(asked: Situation, other: datetime) -> None:
    later, earlier = max(asked.start, other), min(asked.start, other)

    assert asked.hours.between(later, earlier) == timedelta()


@settings(max_examples=60, deadline=None)
@given(situations())
def test_the_next_opening_is_the_first_moment_at_which_somebody_is_there(asked: Situation) -> None:
    assert asked.hours.next_opening(asked.start) == asked.slow.after(asked.start, 1) - MINUTE


def test_the_bank_holidays_of_england_are_those_that_were_announced() -> None:
    """clinical.md 5: 2026 and 2027 were announced, 2028 follows from the rule."""
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 365 + 1))

    assert {day for day in days if day.weekday() < 5 and not HOURS.on(day)} == ANNOUNCED


def test_bank_holidays_have_names_and_say_which_day_stands_in_for_another() -> None:
    assert bank_holidays(date(2027, 12, 20), date(2028, 1, 10)) == {
        date(2027, 12, 25): "Christmas Day",
        date(2027, 12, 26): "Boxing Day",
        date(2027, 12, 27): "Christmas Day (substitute day)",
        date(2027, 12, 28): "Boxing Day (substitute day)",
        date(2028, 1, 1): "New Year's Day",
        date(2028, 1, 3): "New Year's Day (substitute day)",
    }
    assert not bank_holidays(date(2028, 1, 4), date(2028, 4, 13))


def test_a_clinic_that_is_open_in_the_night_when_clocks_go_forward_loses_no_time() -> None:
    """Between half past one and a quarter past two on the wall there is no time at all that night."""
    at_night = OpeningHours({6: ((time(1, 30), time(2, 15)),), 0: ((time(9), time(17)),)})

    assert at_night.after(london(2026, 3, 28, 12), timedelta(hours=1)) == london(2026, 3, 30, 10)


def test_hours_that_never_come_are_a_fault_in_the_settings_not_an_endless_wait() -> None:
    with pytest.raises(NeverOpen):
        OpeningHours(spans={}).next_opening(london(2026, 11, 24, 10))


def test_a_clinic_may_open_on_saturdays_only() -> None:
    saturdays = OpeningHours(spans={5: ((time(10), time(12)),)})

    assert saturdays.after(london(2026, 11, 23, 9), timedelta(hours=3)) == london(2026, 12, 5, 11)
