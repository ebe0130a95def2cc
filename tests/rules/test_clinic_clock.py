"""A clinic's clock: by when Pat must be answered, and what is left of that after a pause."""

from datetime import datetime, timedelta

import pytest

from enquiry.records.enquiry import Enquiry
from enquiry.rules.clinic_clock import LEAST_LEFT, ClinicClock
from enquiry.rules.status import Status, Turn
from enquiry.rules.urgency import Urgency
from enquiry.rules.working_time import LONDON_TIME

CLOCK = ClinicClock()
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON_TIME)
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
