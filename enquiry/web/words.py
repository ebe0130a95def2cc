"""The words in which the desk speaks of an enquiry: how old, how long, by when, and what happened."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from flask import current_app

from enquiry.caseload import ToRing
from enquiry.clock import for_the_eye, moment_in_words, time_in_words
from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import Entry, Event
from enquiry.rules.answers import Paying
from enquiry.rules.appointments import CancelledBy, FeesBy
from enquiry.rules.callbacks import Attempt, GoodTimes
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.rules.ending import Ending
from enquiry.rules.referrals import PAYING
from enquiry.rules.sources import Source
from enquiry.rules.status import Outcome, RejectReason, Status, Turn
from enquiry.rules.urgency import Urgency
from enquiry.rules.writing_back import Answered
from enquiry.web.filters import date_in_words, in_sentence

_DETAILS: dict[Event, type[StrEnum]] = {
    Event.RECEIVED: Source,
    Event.MOVED: Status,
    Event.URGENCY_KEPT: Urgency,
    Event.URGENCY_RAISED: Urgency,
    Event.URGENCY_SET: Urgency,
    Event.TRANSFERRED: Clinic,
    Event.REPLIED: Status,  # where it stands since, if the reply changed that
    Event.CALLED: CallOutcome,
    Event.CLOSED: Outcome,
    Event.REJECTED: RejectReason,
    Event.UNDONE: Event,
    Event.APPOINTMENT_CANCELLED: CancelledBy,
    Event.FEES_TOLD: FeesBy,
    Event.WROTE_BACK: Answered,
}
_ABOUT_ANOTHER = frozenset({Event.MERGED, Event.TOOK_IN, Event.UNMERGED, Event.MERGED_ONE_WROTE})


class Due(NamedTuple):
    """By when an enquiry must be seen to, and how that presses: ``overdue``, ``today``, ``later`` or ``not-us``."""

    words: str
    pressure: str


def condition_title(slug: str) -> str:
    """Return what an enquiry is about, as the library calls it."""
    titles: dict[str, str] = current_app.extensions["condition_titles"]
    return titles.get(slug, slug.replace("-", " ").capitalize())


def nhs_number(digits: str) -> str:
    """Return an NHS number as it is read out, for example ``947 671 9931``."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if digits else "not known"


def who_pays(paying: Paying) -> str:
    """Return who pays, as a referrer said it."""
    return PAYING[paying]


def age(birth_date: date, now: datetime) -> int:
    """Return how many years old somebody is."""
    today = for_the_eye(now).date()
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def born(birth_date: date | None) -> str:
    """Return when somebody was born, to be read out within a sentence."""
    return f"born {date_in_words(birth_date)}" if birth_date else "whose date of birth is not known"


def waited(since: datetime, now: datetime) -> str:
    """Return how long ago something was, for example ``3 hours``."""
    minutes = (now - since) // timedelta(minutes=1)
    if minutes < 60:
        return _counted(max(minutes, 1), "minute")
    if minutes < 24 * 60:
        return _counted(minutes // 60, "hour")
    return _counted(minutes // (24 * 60), "day")


def due(enquiry: Enquiry, now: datetime) -> Due:
    """Return by when an enquiry must be seen to, said calmly."""
    if enquiry.snoozed_until is not None:
        return Due(f"Snoozed until {_near(enquiry.snoozed_until, now)}", "not-us")
    if enquiry.turn is not Turn.US:
        return Due("Nothing due", "not-us")
    if enquiry.due_at <= now:
        return Due(f"Overdue since {_near(enquiry.due_at, now)}", "overdue")
    if _days_between(now, enquiry.due_at) == 0:
        return Due(f"Due today by {time_in_words(enquiry.due_at)}", "today")
    return Due(f"Due {_near(enquiry.due_at, now)}", "later")


def when(moment: datetime, now: datetime) -> str:
    """Return a moment as colleagues say it, for example ``today at 10:42am`` or ``20 November at 9am``."""
    days = _days_between(moment, now)
    day = {0: "today", 1: "yesterday"}.get(days) or _date(moment, now)
    return f"{day} at {time_in_words(moment)}"


def detail(entry: Entry) -> str:
    """Return what an entry of the timeline says beside its event, for example the new status."""
    if entry.event is Event.LETTER_SETTLED:
        return {"sent-again": "Sent again", "dealt-with": "Dealt with"}[entry.detail]
    if entry.event is Event.CALLBACK_ARRANGED:
        return moment_in_words(datetime.fromisoformat(entry.detail))
    if entry.event in (Event.WROTE, Event.ASKED_TO_WITHDRAW) and entry.detail:
        return f"status was {in_sentence(Status(entry.detail).label)}"
    if entry.event is Event.END_PROPOSED:
        return Ending.read(entry.detail).label
    if entry.event is Event.SNOOZED:
        return f"until {date_in_words(date.fromisoformat(entry.detail))}"
    if entry.event in _ABOUT_ANOTHER:
        return entry.detail  # a reference
    vocabulary = _DETAILS.get(entry.event) if entry.detail else None
    return "" if vocabulary is None else str(vocabulary(entry.detail).label)  # type: ignore[attr-defined]


def ring(moment: datetime, now: datetime) -> Due:
    """Return from when somebody is to be rung, said calmly."""
    days = _days_between(now, moment)
    if moment <= now:
        since = f", since {_near(moment, now)}" if days else ""
        return Due(f"Ring now{since}", "overdue" if days else "today")
    day = {0: "today", 1: "tomorrow"}.get(days) or f"on {_near(moment, now)}"
    return Due(f"Ring {day} from {time_in_words(moment)}", "later" if days else "today")


def by_window(to_ring: Sequence[ToRing], now: datetime) -> list[tuple[str, list[ToRing]]]:
    """Return those who are to be rung, who stand in order, under the heading of their window."""
    windows = groupby(to_ring, lambda one: _window(one.enquiry.ring_at, now))
    return [(heading, list(rows)) for heading, rows in windows]


def tried(attempts: Sequence[Attempt], now: datetime) -> str:
    """Return how often somebody was rung, for example ``Tried twice: yesterday at 3pm, today at 9am``."""
    if not attempts:
        return "Not tried yet"
    often = {1: "once", 2: "twice"}.get(len(attempts), f"{len(attempts)} times")
    return f"Tried {often}: {', '.join(when(attempt.at, now) for attempt in attempts)}"


def good_to_ring(good: GoodTimes) -> str:
    """Return when it suits somebody to be rung, for example ``Monday or Friday, mornings``; or nothing."""
    days = " or ".join(day.label for day in good.days)
    times = " or ".join(f"{one.value}s" for one in good.times)
    return ", ".join(filter(None, (days, times)))


def _window(moment: datetime | None, now: datetime) -> str:
    if moment is None or moment <= now:
        return "Now"
    return "Later today" if _days_between(now, moment) == 0 else "On the next days"


def _near(moment: datetime, now: datetime) -> str:
    """Return a day as briefly as it is clear: a time today, a weekday within the week, a date beyond."""
    days = _days_between(now, moment)
    if days == 0:
        return time_in_words(moment)
    if days in (-1, 1):
        return "yesterday" if days < 0 else "tomorrow"
    return f"{for_the_eye(moment):%A}" if abs(days) < 7 else _date(moment, now)


def _date(moment: datetime, now: datetime) -> str:
    local = for_the_eye(moment)
    year = "" if local.year == for_the_eye(now).year else f" {local.year}"
    return f"{local.day} {local:%B}{year}"


def _days_between(first: datetime, second: datetime) -> int:
    return (for_the_eye(second).date() - for_the_eye(first).date()).days


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
