"""Opening hours as people type them: “09:00–12:30, 13:30–17:00”, and the same in words when they cannot be meant.

Why nothing before five in the morning: once a year the hour from one to two is not there, and once it is there twice.
"""

import re
from datetime import time
from itertools import pairwise

from enquiry.rules.working_time import Span

EARLIEST = time(5)
MOST_SPANS = 3  # in one day
# Three openings fit in half of these characters, and to take spaces apart takes the square of their number.
LONGEST = 100

_SHUT = {"", "closed", "shut", "-", "–"}
_BETWEEN_SPANS = re.compile(r"\s*(?:[,;&\n]|\band\b)\s*", re.IGNORECASE)
_TIME = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|—|to|until)\s*{_TIME}", re.IGNORECASE)


class NotHours(ValueError):
    """Raised with the reason, in words for the person who typed."""


def read_day(typed: str) -> tuple[Span, ...]:
    """Return the openings of one day in order; none when it is left empty or says that the clinic is shut.

    :raises NotHours: when it cannot be read, or cannot be meant.
    """
    if typed.strip().casefold() in _SHUT:
        return ()
    if len(typed) > LONGEST:
        raise NotHours(f"enter {LONGEST} characters at most")
    spans = sorted(_read_span(part) for part in _BETWEEN_SPANS.split(typed.strip()))
    if len(spans) > MOST_SPANS:
        raise NotHours("enter three openings at most")
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise NotHours(f"{_written(after)} begins before {_written(before)} ends")
    return tuple(spans)


def written_day(spans: tuple[Span, ...]) -> str:
    """Return the openings of one day as ``read_day`` reads them."""
    return ", ".join(_written(span) for span in spans)


def _read_span(typed: str) -> Span:
    found = _SPAN.fullmatch(typed)
    if found is None:
        raise NotHours("enter hours like 09:00–12:30, with a comma between two openings, or leave it empty")
    opens, closes = _read_time(*found.groups()[:3]), _read_time(*found.groups()[3:])
    if closes <= opens:
        raise NotHours(f"{_written((opens, closes))} ends before it begins; write the afternoon like 17:00 or 5pm")
    if opens < EARLIEST:
        raise NotHours(f"hours begin at {EARLIEST:%H:%M} or later")
    return opens, closes


def _read_time(hour: str, minute: str | None, half: str | None) -> time:
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise NotHours(f"{hour}{half} is not a time")
        hours = hours % 12 + (12 if half.casefold() == "pm" else 0)
    try:
        return time(hours, int(minute or 0))
    except ValueError:
        raise NotHours(f"{hour}:{minute or '00'} is not a time") from None


def _written(span: Span) -> str:
    opens, closes = span
    return f"{opens:%H:%M}–{closes:%H:%M}"
