"""The rules of appointments: times as they are typed, steps that overlap, working days, and the ways of a status."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules import appointments as rules
from enquiry.rules.status import MOVES, Status
from enquiry.rules.working_time import NeverOpen, OpeningHours

NINE_TO_FIVE = OpeningHours()
TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed, read",
    [
        ("9:30", time(9, 30)), ("09.30", time(9, 30)), ("9", time(9)), ("9am", time(9)), ("2pm", time(14)),
        ("2:15 PM", time(14, 15)), ("14:00", time(14)),
        ("12pm", time(12)), ("12am", time(0)), (" 17:55 ", time(17, 55)),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(typed: str, read: time) -> None:
    assert rules.read_time(typed) == read


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "9:60", "9:32", "13pm", "0am", "9:3", "930", "-1", "9:30:00"])
def test_what_is_no_time_on_five_minutes_is_refused(typed: str) -> None:
    with pytest.raises(rules.NotATime):
        rules.read_time(typed)


@pytest.mark.parametrize(
    "day, in_utc", [(date(2026, 3, 27), 9), (date(2026, 3, 30), 8), (date(2026, 10, 23), 8), (date(2026, 10, 26), 9)]
)
def test_nine_oclock_is_nine_oclock_before_and_after_the_clocks_change(day: date, in_utc: int) -> None:
    assert rules.begins(day, time(9)) == datetime(day.year, day.month, day.day, in_utc, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=["the hour is skipped", "it comes twice"])
def test_a_time_that_no_clock_or_every_clock_twice_will_show_is_refused(day: date) -> None:
    with pytest.raises(rules.NoSuchMoment):
        rules.begins(day, time(1, 30))


moments = st.integers(min_value=0, max_value=200).map(lambda step: TUESDAY + step * rules.STEP)
lengths = st.sampled_from(rules.LENGTHS)


@given(moments, lengths, moments, lengths)
def test_two_appointments_overlap_exactly_when_they_have_a_step_in_common(
    first: datetime, one: int, second: datetime, other: int
) -> None:
    overlap = first < second + timedelta(minutes=other) and second < first + timedelta(minutes=one)
    assert bool(set(rules.steps(first, one)) & set(rules.steps(second, other))) is overlap


@pytest.mark.parametrize(
    "at, until",
    [
        ("2026-11-23T10:00", "2026-11-25T17:00"),  # Monday: Wednesday's close
        ("2026-11-26T16:59", "2026-11-30T17:00"),  # Thursday: over the weekend to Monday
        ("2026-11-27T18:30", "2026-12-01T17:00"),  # Friday evening: Tuesday
        ("2026-12-24T10:00", "2026-12-30T17:00"),  # over Christmas and its Monday off
        ("2026-03-26T10:00", "2026-03-30T16:00"),  # over the change of the clocks
    ],
)
def test_an_offer_is_held_to_the_close_of_the_second_working_day(at: str, until: str) -> None:
    moment, end = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (at, until))
    assert rules.held_until(NINE_TO_FIVE, moment, moment + timedelta(days=30)) == end


def test_an_offer_is_not_held_beyond_its_own_beginning() -> None:
    assert rules.held_until(NINE_TO_FIVE, TUESDAY, TUESDAY + timedelta(hours=3)) == TUESDAY + timedelta(hours=3)


def test_a_clinic_that_never_opens_holds_nothing() -> None:
    with pytest.raises(NeverOpen):
        rules.held_until(OpeningHours({}), TUESDAY, TUESDAY + timedelta(days=30))


@pytest.mark.parametrize(
    "starts_at, reminder",
    [
        ("2026-12-03T14:00", "2026-12-01T09:00"),
        ("2026-12-07T09:00", "2026-12-03T09:00"),  # Monday: Thursday
        ("2026-12-29T09:00", "2026-12-23T09:00"),  # Christmas, the weekend and a Monday off lie between
        ("2026-03-31T08:00", "2026-03-27T09:00"),  # across the change of the clocks, at nine by the clock on the wall
        ("2026-12-02T14:00", None),  # it would have been yesterday
    ],
)
def test_a_reminder_goes_two_working_days_before_as_the_clinic_opens(starts_at: str, reminder: str | None) -> None:
    moment = datetime.fromisoformat(starts_at).replace(tzinfo=UTC)
    at = min(TUESDAY - timedelta(minutes=5), moment - timedelta(days=20)) if moment.day != 2 else TUESDAY
    found = rules.reminder_at(NINE_TO_FIVE, at, moment)
    assert found == (datetime.fromisoformat(reminder).replace(tzinfo=UTC) if reminder else None)


@pytest.mark.parametrize(
    "starts_at, minutes, is_open",
    [
        ("2026-12-01T09:00", 30, True),
        ("2026-12-01T16:30", 30, True),
        ("2026-12-01T16:45", 30, False),
        ("2026-12-01T08:55", 15, False),
        ("2026-12-05T10:00", 30, False),  # a Saturday
        ("2026-12-25T10:00", 30, False),
    ],
)
def test_a_clinic_is_open_from_the_beginning_to_the_end_or_not_at_all(
    starts_at: str, minutes: int, is_open: bool
) -> None:
    moment = datetime.fromisoformat(starts_at).replace(tzinfo=UTC)
    assert rules.is_open_for(NINE_TO_FIVE, moment, minutes) is is_open


@pytest.mark.parametrize("wanted", [Status.OFFERED, Status.BOOKED, Status.ASSIGNED, Status.DID_NOT_ATTEND])
@pytest.mark.parametrize("current", Status)
def test_every_way_of_an_appointment_follows_the_table_of_moves(current: Status, wanted: Status) -> None:
    here = current
    for there in rules.way(current, wanted):
        assert there in MOVES[here]
        assert there.is_open
        here = there
    assert here is wanted
