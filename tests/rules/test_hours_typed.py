"""Max types opening hours as he would write them on a door, and is told in words what cannot be meant."""

from datetime import time

import pytest
from hypothesis import given

from enquiry.rules.hours_typed import NotHours, read_day, written_day
from tests.rules.slow_clock import Spans, spans

NINE_TO_FIVE = ((time(9), time(17)),)
WITH_LUNCH = ((time(9), time(12, 30)), (time(13, 30), time(17)))


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("09:00–17:00", NINE_TO_FIVE),
        ("9-17", NINE_TO_FIVE),
        ("9.00 - 17.00", NINE_TO_FIVE),
        ("9am to 5pm", NINE_TO_FIVE),
        (" 9 am until 5 PM ", NINE_TO_FIVE),
        ("09:00–12:30, 13:30–17:00", WITH_LUNCH),
        ("09:00-12:30;13:30-17:00", WITH_LUNCH),
        ("9–12.30 and 1.30pm–5pm", WITH_LUNCH),
        ("13:30–17:00, 09:00–12:30", WITH_LUNCH),
        ("12pm–12:30pm", ((time(12), time(12, 30)),)),
        ("09:00–12:00, 12:00–17:00", ((time(9), time(12)), (time(12), time(17)))),
        ("", ()),
        ("  ", ()),
        ("Closed", ()),
        ("–", ()),
    ],
)
def test_max_types_hours_in_many_ways(typed: str, meant: object) -> None:
    assert read_day(typed) == meant


@pytest.mark.parametrize(
    "typed, why",
    [
        ("nine to five", "enter hours like"),
        ("09:00", "enter hours like"),
        ("9–12 13–17", "enter hours like"),
        ("9–5", "09:00–05:00 ends before it begins; write the afternoon like 17:00 or 5pm"),
        ("9–9", "ends before it begins"),
        ("25:00–26:00", "25:00 is not a time"),
        ("09:75–10:00", "09:75 is not a time"),
        ("13pm–2pm", "13pm is not a time"),
        ("9–24", "24:00 is not a time"),
        ("04:00–17:00", "hours begin at 05:00 or later"),
        ("09:00–13:00, 12:00–17:00", "12:00–17:00 begins before 09:00–13:00 ends"),
        ("7–8, 9–10, 11–12, 13–14", "three openings at most"),
        ("9–12,", "enter hours like"),
        ("٩–١٧", "enter hours like"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(typed: str, why: str) -> None:
    with pytest.raises(NotHours) as refused:
        read_day(typed)
    assert why in str(refused.value)


@given(spans())
def test_whatever_is_set_can_be_typed_again(week: Spans) -> None:
    assert all(read_day(written_day(of_day)) == of_day for of_day in week.values())


@pytest.mark.timeout(5)
def test_what_is_pasted_without_end_keeps_nobody_waiting() -> None:
    """Thirty thousand spaces kept a whole process busy for half a minute, and a megabyte of them for hours."""
    with pytest.raises(NotHours, match="100 characters at most"):
        read_day(f"9{' ' * 1_000_000}-10")
