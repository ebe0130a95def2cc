"""What the queue says in words: how long, by when, and how calmly."""

from datetime import UTC, date, datetime, timedelta

import pytest

from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import Entry, Event
from enquiry.rules.status import Turn
from enquiry.web import words

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    "due_at, said, pressure",
    [
        (NOW + timedelta(hours=3), "Due today by 5pm", "today"),
        (NOW + timedelta(days=1), "Due tomorrow", "later"),
        (NOW + timedelta(days=5), "Due Monday", "later"),
        (NOW + timedelta(days=8), "Due 3 December", "later"),
        (NOW + timedelta(days=60), "Due 24 January 2027", "later"),
        (NOW, "Overdue since 2pm", "overdue"),
        (NOW - timedelta(days=1), "Overdue since yesterday", "overdue"),
        (NOW - timedelta(days=5), "Overdue since Friday", "overdue"),
        (NOW - timedelta(days=7), "Overdue since 18 November", "overdue"),
    ],
)
def test_when_an_enquiry_is_due_is_said_as_briefly_as_it_is_clear(due_at: datetime, said: str, pressure: str) -> None:
    assert words.due(Enquiry(turn=Turn.US, due_at=due_at), NOW) == (said, pressure)


@pytest.mark.parametrize("turn", Turn)
def test_the_clock_presses_only_while_the_clinic_is_the_one_to_act(turn: Turn) -> None:
    late = Enquiry(turn=turn, due_at=NOW - timedelta(days=3))
    assert (words.due(late, NOW).pressure == "overdue") is (turn is Turn.US)


def test_today_is_londons_today() -> None:
    late_in_june = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight, 1 July, in London
    assert words.when(late_in_june, late_in_june + timedelta(hours=1)) == "today at 12:30am"
    assert words.when(late_in_june - timedelta(hours=1), late_in_june) == "yesterday at 11:30pm"


def test_what_is_long_ago_has_a_date() -> None:
    assert words.when(datetime(2026, 10, 2, 8, 0, tzinfo=UTC), NOW) == "2 October at 9am"
    assert words.when(datetime(2025, 10, 2, 8, 0, tzinfo=UTC), NOW) == "2 October 2025 at 9am"


@pytest.mark.parametrize(
    "ago, said",
    [
        (timedelta(0), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_how_long_somebody_waits_is_said_in_one_unit(ago: timedelta, said: str) -> None:
    assert words.waited(NOW - ago, NOW) == said


@pytest.mark.parametrize("born, years", [(date(1980, 11, 25), 46), (date(1980, 11, 26), 45), (date(2004, 2, 29), 22)])
def test_people_grow_older_on_their_birthday(born: date, years: int) -> None:
    assert words.age(born, NOW) == years


@pytest.mark.parametrize(
    "event, detail, said",
    [
        (Event.MOVED, "with-clinician", "With clinician"),
        (Event.URGENCY_SET, "soon", "Soon"),
        (Event.TRANSFERRED, "norwich", "Norwich"),
        (Event.CALLED, "no-answer", "No answer"),
        (Event.CLOSED, "duplicate", "Duplicate"),
        (Event.LETTER_SETTLED, "sent-again", "Sent again"),
        (Event.NOTED, "", ""),
    ],
)
def test_what_happened_is_said_in_the_words_of_its_vocabulary(event: Event, detail: str, said: str) -> None:
    assert words.detail(Entry(event=event, detail=detail)) == said
