"""Working time runs while somebody is there to read: not at night, at weekends, or on England's bank holidays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiry.rules.working_time import LONDON_TIME, NeverOpen, OpeningHours

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


moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


SPLIT = OpeningHours(
    spans={day: ((time(8, 30), time(12)), (time(13), time(17, 45))) for day in (0, 1, 3, 4)}
    | {5: ((time(9), time(11)),)},
    closures=frozenset({date(2026, 12, 24), date(2027, 6, 2), date(2028, 1, 4)}),
)
clinics = st.sampled_from([HOURS, SPLIT])


@settings(max_examples=80, deadline=None)
@given(clinics, moments, st.integers(1, 1000))
def test_it_equals_a_clock_watched_minute_by_minute(hours: OpeningHours, start: datetime, minutes: int) -> None:
    watched, moment = 0, start
    while watched < minutes:
        watched += hours.is_open(moment)
        moment += timedelta(minutes=1)

    assert hours.after(start, timedelta(minutes=minutes)) == moment


@given(clinics, moments, st.integers(1, 100_000))
def test_the_working_time_between_now_and_a_due_time_is_what_was_promised(
    hours: OpeningHours, start: datetime, minutes: int
) -> None:
    promised = timedelta(minutes=minutes)

    assert hours.between(start, hours.after(start, promised)) == promised


@given(clinics, moments, st.integers(1, 5000), st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_pause_conserves_what_is_left(
    hours: OpeningHours, start: datetime, minutes: int, until_pause: int, pause: int
) -> None:
    due = hours.after(start, timedelta(minutes=minutes))
    paused_at = min(start + timedelta(minutes=until_pause), due)
    resumed_at = paused_at + timedelta(minutes=pause)
    left = hours.between(paused_at, due)

    due_again = hours.after(resumed_at, left)

    assert hours.between(resumed_at, due_again) == left
    assert due_again >= min(due, resumed_at)


@given(clinics, moments, moments)
def test_no_working_time_lies_between_a_moment_and_an_earlier_one(
    hours: OpeningHours, one: datetime, other: datetime
) -> None:
    assert hours.between(max(one, other), min(one, other)) == timedelta()


@given(moments)
def test_the_next_opening_is_open_and_not_in_the_past(moment: datetime) -> None:
    opens = HOURS.next_opening(moment)

    assert HOURS.is_open(opens)
    assert opens >= moment


def test_the_bank_holidays_of_england_are_those_that_were_announced() -> None:
    """clinical.md 5."""
    announced = {
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
        date(2026, 12, 25), date(2026, 12, 28),
        date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31), date(2027, 8, 30),
        date(2027, 12, 27), date(2027, 12, 28),
    }  # fmt: skip
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(730))

    assert {day for day in days if day.weekday() < 5 and not HOURS.on(day)} == announced


def test_hours_that_never_come_are_a_fault_in_the_settings_not_an_endless_wait() -> None:
    with pytest.raises(NeverOpen):
        OpeningHours(spans={}).next_opening(london(2026, 11, 24, 10))


def test_a_clinic_may_open_on_saturdays_only() -> None:
    saturdays = OpeningHours(spans={5: ((time(10), time(12)),)})

    assert saturdays.after(london(2026, 11, 23, 9), timedelta(hours=3)) == london(2026, 12, 5, 11)
