"""A status changes only along the table of moves."""

from itertools import product

import pytest

from enquiry.rules.status import ENDED, MOVES, Outcome, Status, Turn, may_move


def test_every_status_is_in_the_table() -> None:
    assert set(MOVES) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_no_move_leads_to_where_it_began(status: Status) -> None:
    assert not may_move(status, status)


@pytest.mark.parametrize("ended, wanted", list(product(sorted(ENDED), Status)))
def test_what_has_ended_can_only_be_taken_up_again_by_somebody(ended: Status, wanted: Status) -> None:
    assert may_move(ended, wanted) == (wanted is Status.ASSIGNED)


def test_a_new_enquiry_is_claimed_before_it_is_worked_on() -> None:
    assert {wanted for wanted in Status if may_move(Status.NEW, wanted)} == {Status.ASSIGNED, *ENDED}


@pytest.mark.parametrize(
    "status, turn",
    [
        (Status.NEW, Turn.US),
        (Status.ASSIGNED, Turn.US),
        (Status.WITH_CLINICIAN, Turn.US),
        (Status.DID_NOT_ATTEND, Turn.US),
        (Status.WAITING_FOR_PATIENT, Turn.PATIENT),
        (Status.OFFERED, Turn.PATIENT),
        (Status.WAITING_FOR_REFERRER, Turn.REFERRER),
        (Status.BOOKED, Turn.NOBODY),
        *((ended, Turn.NOBODY) for ended in sorted(ENDED)),
    ],
)
def test_every_status_says_who_must_act_next(status: Status, turn: Turn) -> None:
    assert status.turn is turn


@pytest.mark.parametrize("word", [*Status, *Outcome, *Turn])
def test_every_word_has_a_label(word: Status | Outcome | Turn) -> None:
    assert word.label[0].isupper()
