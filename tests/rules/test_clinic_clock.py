"""A clinic's clock: by when Pat must be answered, and what is left of that after a pause."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiry.records.enquiry import Enquiry
from enquiry.rules.clinic_clock import LEAST_LEFT, ClinicClock
from enquiry.rules.status import Status, Turn
from enquiry.rules.urgency import Urgency
from enquiry.rules.working_time import LONDON_TIME, OpeningHours
from tests.rules.slow_clock import MINUTE, closures, moments, spans

CLOCK = ClinicClock()
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON_TIME)
# A clinic, when Pat asks it, and for how long by turns the clinic has it and then Pat.
Way = tuple[ClinicClock, datetime, list[tuple[timedelta, timedelta]]]

WEDNESDAY, FRIDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=3)


def asked_on_tuesday(status: Status = Status.ASSIGNED) -> Enquiry:
    """Return a routine enquiry that is due on Wednesday at ten."""
    due_at = CLOCK.due(Urgency.ROUTINE, TUESDAY)
    assert due_at == WEDNESDAY
    return Enquiry(status=status, urgency=Urgency.ROUTINE, turn=Turn.US, due_at=due_at)


def test_while_pat_must_answer_the_clock_stands_still() -> None:
    enquiry = asked_on_tuesday()
    enquiry.move_to(Status.WAITING_FOR_PATIENT, TUESDAY + timedelta(hours=3), CLOCK)
    assert (enquiry.turn, enquiry.seconds_left) == (Turn.PATIENT, 5 * 3600)

    enquiry.move_to(Status.ASSIGNED, FRIDAY, CLOCK)

    assert (enquiry.turn, enquiry.seconds_left) == (Turn.US, None)
    assert enquiry.due_at == FRIDAY + timedelta(hours=5)


def test_what_was_overdue_when_it_paused_is_not_overdue_at_once_when_it_comes_back() -> None:
    enquiry = asked_on_tuesday()
    enquiry.move_to(Status.WAITING_FOR_PATIENT, WEDNESDAY + timedelta(hours=3), CLOCK)

    enquiry.move_to(Status.ASSIGNED, FRIDAY, CLOCK)

    assert enquiry.due_at == FRIDAY + LEAST_LEFT


def test_once_a_person_has_answered_the_next_answer_has_its_own_time() -> None:
    enquiry = asked_on_tuesday()
    enquiry.contacted(TUESDAY + timedelta(hours=1), CLOCK)
    assert enquiry.first_contact_at == TUESDAY + timedelta(hours=1)
    assert enquiry.due_at == WEDNESDAY + timedelta(hours=1)
    enquiry.move_to(Status.WAITING_FOR_PATIENT, TUESDAY + timedelta(hours=2), CLOCK)

    enquiry.move_to(Status.ASSIGNED, WEDNESDAY, CLOCK)

    assert enquiry.due_at == CLOCK.due(Urgency.ROUTINE, WEDNESDAY)


def test_only_the_first_answer_is_the_first_contact() -> None:
    enquiry = asked_on_tuesday()
    enquiry.contacted(TUESDAY, CLOCK)
    enquiry.contacted(WEDNESDAY, CLOCK)
    assert enquiry.first_contact_at == TUESDAY


def test_what_is_made_more_urgent_while_it_waits_comes_back_with_less_time() -> None:
    enquiry = asked_on_tuesday()
    enquiry.move_to(Status.WAITING_FOR_PATIENT, TUESDAY, CLOCK)
    enquiry.hurry(Urgency.RED_FLAG_DECLARED, TUESDAY, CLOCK)

    enquiry.move_to(Status.ASSIGNED, WEDNESDAY, CLOCK)

    assert enquiry.due_at == WEDNESDAY + CLOCK.targets[Urgency.RED_FLAG_DECLARED]


@pytest.mark.parametrize("urgency", Urgency)
def test_no_urgency_puts_a_due_time_back(urgency: Urgency) -> None:
    enquiry = asked_on_tuesday()
    enquiry.hurry(urgency, WEDNESDAY, CLOCK)
    assert enquiry.due_at <= WEDNESDAY


def test_what_is_opened_again_has_all_its_time() -> None:
    enquiry = asked_on_tuesday()
    enquiry.move_to(Status.CLOSED, FRIDAY, CLOCK, is_agreed=True)
    assert (enquiry.turn, enquiry.seconds_left) == (Turn.NOBODY, None)

    enquiry.move_to(Status.ASSIGNED, FRIDAY, CLOCK)

    assert enquiry.due_at == CLOCK.due(Urgency.ROUTINE, FRIDAY)


@st.composite
def clocks(draw: st.DrawFn, near: datetime) -> ClinicClock:
    """A clinic with any hours, closures and targets."""
    hours = OpeningHours(draw(spans()), draw(closures(near)))
    targets = {urgency: draw(st.integers(1, 40 * 60)) * MINUTE for urgency in Urgency}
    return ClinicClock(hours, targets, promise=timedelta(hours=16))


@st.composite
def pats_way(draw: st.DrawFn) -> Way:
    asked_at = draw(moments)
    clock = draw(clocks(near=asked_at))
    for_a_while = st.integers(0, 5 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
    return clock, asked_at, draw(st.lists(st.tuples(for_a_while, for_a_while), max_size=6))


def played(way: Way) -> tuple[Enquiry, timedelta, bool]:
    """Play it; return the enquiry, the working time it was given in all, and whether it ever came back with little."""
    clock, at, turns = way
    enquiry = Enquiry(status=Status.ASSIGNED, urgency=Urgency.SOON, turn=Turn.US, due_at=clock.due(Urgency.SOON, at))
    given_to_us, came_back_with_little = timedelta(), False
    for ours, pats in turns:
        given_to_us += clock.hours.between(at, min(at + ours, enquiry.due_at))
        enquiry.give_turn(Turn.PATIENT, at + ours, clock)
        came_back_with_little |= timedelta(seconds=enquiry.seconds_left or 0) < LEAST_LEFT
        at += ours + pats
        enquiry.give_turn(Turn.US, at, clock)
        assert enquiry.due_at >= clock.hours.after(at, LEAST_LEFT), (
            "it is overdue at once, or as soon as the door opens"
        )
    return enquiry, given_to_us + clock.left(at, enquiry.due_at), came_back_with_little


@settings(deadline=None)
@given(pats_way())
def test_however_often_it_waits_for_pat_the_clinic_has_all_its_time_and_no_more(
    way: Way,
) -> None:
    enquiry, given_to_us, came_back_with_little = played(way)
    target = way[0].targets[Urgency.SOON]

    assert enquiry.seconds_left is None
    if came_back_with_little:
        assert target <= given_to_us <= target + len(way[2]) * LEAST_LEFT
    else:
        assert given_to_us == target


@settings(deadline=None)
@given(pats_way(), st.lists(st.integers(1, 40 * 60), min_size=2, max_size=12))
def test_what_comes_back_all_at_once_falls_due_one_after_the_other_as_it_would_have(
    way: Way, minutes_left: list[int]
) -> None:
    """No burst on reopening: each has what it had, and at least an hour in which somebody is there."""
    clock, at, _ = way
    waiting = [
        Enquiry(urgency=Urgency.SOON, turn=Turn.PATIENT, seconds_left=minutes * 60) for minutes in sorted(minutes_left)
    ]
    for enquiry in waiting:
        enquiry.give_turn(Turn.US, at, clock)

    due = [enquiry.due_at for enquiry in waiting]
    assert due == sorted(due)
    for enquiry, minutes in zip(waiting, sorted(minutes_left), strict=True):
        assert clock.hours.between(at, enquiry.due_at) == max(minutes * MINUTE, LEAST_LEFT)


def test_a_turn_that_is_given_twice_is_given_once() -> None:
    enquiry = asked_on_tuesday()
    enquiry.give_turn(Turn.US, FRIDAY, CLOCK)
    assert enquiry.due_at == WEDNESDAY
    enquiry.give_turn(Turn.PATIENT, TUESDAY, CLOCK)
    enquiry.give_turn(Turn.REFERRER, FRIDAY, CLOCK)
    assert enquiry.seconds_left == 8 * 3600
