"""People are rung while the clinic is open, when it suits them, and not without end."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiry.rules.answers import Day, TimeOfDay
from enquiry.rules.callbacks import APART, Attempt, GoodTimes, first_try, is_enough, is_missed, next_try
from enquiry.rules.contact import CallOutcome
from enquiry.rules.urgency import Urgency
from enquiry.rules.working_time import LONDON_TIME, OpeningHours

HOURS = OpeningHours()
MORNINGS_ONLY = OpeningHours(
    spans={day: ((time(8, 30), time(11, 45)),) for day in (0, 2)}, closures=frozenset({date(2026, 12, 24)})
)
SPLIT = OpeningHours(spans={day: ((time(8, 30), time(12)), (time(13), time(17, 45))) for day in range(4)})

moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
clinics = st.sampled_from([HOURS, MORNINGS_ONLY, SPLIT])
wishes = st.builds(
    GoodTimes, st.lists(st.sampled_from(Day), unique=True), st.lists(st.sampled_from(TimeOfDay), unique=True)
)


def london(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON_TIME)  # type: ignore[misc]


def missed(*moments: tuple[int, ...]) -> list[Attempt]:
    return [Attempt(london(*moment), CallOutcome.NO_ANSWER) for moment in moments]


def suits(good: GoodTimes, moment: datetime) -> bool:
    """Say the slow way whether a moment is one that somebody named."""
    local = moment.astimezone(LONDON_TIME)
    is_their_day = not good.days or f"{local:%A}".lower() in good.days
    part = TimeOfDay.MORNING if local.hour < 12 else TimeOfDay.AFTERNOON
    return is_their_day and (not good.times or part in good.times)


@pytest.mark.parametrize(
    "good, asked, rung",
    [
        pytest.param(GoodTimes(), (2026, 11, 24, 10, 5), (2026, 11, 24, 10, 5), id="at once, whom any time suits"),
        pytest.param(GoodTimes(), (2026, 11, 20, 17, 1), (2026, 11, 23, 9, 0), id="on Monday, after Friday night"),
        pytest.param(
            GoodTimes(times=(TimeOfDay.AFTERNOON,)), (2026, 11, 24, 10, 5), (2026, 11, 24, 12, 0), id="in the afternoon"
        ),
        pytest.param(
            GoodTimes(times=(TimeOfDay.MORNING,)), (2026, 11, 24, 12, 0), (2026, 11, 25, 9, 0), id="next morning"
        ),
        pytest.param(
            GoodTimes((Day.MONDAY,), (TimeOfDay.MORNING,)), (2026, 12, 26, 10, 0), (2027, 1, 4, 9, 0),
            id="on the Monday after a bank holiday",
        ),
        pytest.param(
            GoodTimes((Day.MONDAY,), (TimeOfDay.AFTERNOON,)), (2026, 3, 28, 10, 0), (2026, 3, 30, 12, 0),
            id="at midday by the new clock, over the night the clocks go forward",
        ),
    ],
)  # fmt: skip
def test_somebody_is_rung_first(good: GoodTimes, asked: tuple[int, ...], rung: tuple[int, ...]) -> None:
    assert first_try(HOURS, good, london(*asked), Urgency.ROUTINE, london(2027, 6, 1)) == london(*rung)


@pytest.mark.parametrize("urgency", Urgency)
def test_what_is_urgent_does_not_wait_for_a_better_time(urgency: Urgency) -> None:
    due = london(2026, 11, 24, 14, 0)
    rung = first_try(HOURS, GoodTimes((Day.FRIDAY,)), london(2026, 11, 24, 10, 0), urgency, due)

    assert rung == (due if urgency in (Urgency.RED_FLAG_DECLARED, Urgency.URGENT) else london(2026, 11, 27, 9, 0))


@pytest.mark.parametrize(
    "attempts, again",
    [
        pytest.param([(2026, 11, 24, 10, 0)], (2026, 11, 24, 10, 15), id="after a quarter of an hour"),
        pytest.param([(2026, 11, 24, 16, 50)], (2026, 11, 25, 9, 0), id="in the morning, when the clinic closes first"),
        pytest.param(
            [(2026, 11, 24, 10, 0), (2026, 11, 24, 10, 15)], (2026, 11, 25, 9, 0), id="on another day, after two in one"
        ),
        pytest.param(
            [(2026, 11, 20, 10, 0), (2026, 11, 20, 15, 0)], (2026, 11, 23, 9, 0), id="after the weekend"
        ),
        pytest.param([(2026, 11, 24, 10, 0), (2026, 11, 25, 9, 0)], (2026, 11, 25, 9, 15), id="a third time"),
        pytest.param(
            [(2026, 11, 24, 10, 0), (2026, 11, 24, 11, 0), (2026, 11, 24, 12, 0)], (2026, 11, 25, 9, 0),
            id="on another day, after three in one",
        ),
        pytest.param([(2026, 11, 24, 10, 0), (2026, 11, 24, 10, 15), (2026, 11, 25, 9, 0)], None, id="no more"),
    ],
)  # fmt: skip
def test_somebody_who_was_missed_is_rung_again(attempts: list[tuple[int, ...]], again: tuple[int, ...] | None) -> None:
    assert next_try(HOURS, GoodTimes(), missed(*attempts)) == (london(*again) if again else None)


@settings(max_examples=300, deadline=None)
@given(clinics, wishes, moments)
def test_somebody_is_rung_while_somebody_is_there_and_when_it_suits_if_ever_it_does(
    hours: OpeningHours, good: GoodTimes, since: datetime
) -> None:
    rung = first_try(hours, good, since, Urgency.ROUTINE, since)

    assert rung >= since
    assert hours.is_open(rung)
    quarters = (since + timedelta(minutes=15) * step for step in range(12 * 24 * 4))
    could_be = [moment for moment in quarters if hours.is_open(moment) and suits(good, moment)]
    if could_be:
        assert suits(good, rung)
        assert rung <= could_be[0]


@settings(max_examples=200, deadline=None)
@given(clinics, wishes, moments)
def test_whoever_is_never_reached_is_let_go_after_three_tries_on_two_days_by_the_rule(
    hours: OpeningHours, good: GoodTimes, since: datetime
) -> None:
    rung: datetime | None = first_try(hours, good, since, Urgency.ROUTINE, since)
    attempts: list[Attempt] = []
    while rung is not None:
        assert hours.is_open(rung)
        if attempts:
            assert rung - attempts[-1].at >= APART
        attempts.append(Attempt(rung, CallOutcome.NO_ANSWER))
        rung = next_try(hours, good, attempts)

    days = [attempt.at.astimezone(LONDON_TIME).date() for attempt in attempts]
    assert is_enough(attempts)
    assert len(attempts) == 3
    assert len(set(days)) >= 2
    assert max(days.count(day) for day in days) <= 2


@given(st.lists(moments, max_size=6))
def test_it_was_often_enough_only_with_three_tries_on_two_days_of_london(rung: list[datetime]) -> None:
    attempts = [Attempt(moment, CallOutcome.MESSAGE_LEFT) for moment in sorted(rung)]
    days = {moment.astimezone(LONDON_TIME).date() for moment in rung}

    assert is_enough(attempts) == (len(rung) >= 3 and len(days) >= 2)


def test_a_wrong_number_missed_nobody_and_a_call_that_reached_them_did_not_either() -> None:
    assert {outcome for outcome in CallOutcome if is_missed(outcome)} == {
        CallOutcome.NO_ANSWER,
        CallOutcome.MESSAGE_LEFT,
    }
