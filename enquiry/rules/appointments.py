"""Appointments: how they are agreed and told, when they begin, and by which working day something about them is due.

Sources: clinical.md 5 (an offered time is held for two working days); ux.md 3 (article 22 of the Private Healthcare
Order 2014: a consultant's fees are told in writing beforehand, or by word of mouth at short notice). What is ours: the
steps of five minutes, the lengths, and the reminder two working days before.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from enquiry.rules.answers import Answer
from enquiry.rules.status import MOVES, Status
from enquiry.rules.working_time import LONDON_TIME, LONGEST_CLOSURE, NeverOpen, OpeningHours

STEP = timedelta(minutes=5)  # a clinician's time is given out in these
LENGTHS = (15, 20, 30, 40, 45, 60, 90)  # minutes
USUAL_LENGTH = 30
HELD_FOR = 2  # working days
REMINDED_BEFORE = 2  # working days
FURTHEST = timedelta(days=366)  # a year that was mistyped is no appointment

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?")


class NotATime(ValueError):
    """Raised when what was typed is no time of day at which an appointment can begin."""


class NoSuchMoment(ValueError):
    """Raised when the clocks change: the time of day does not exist on that day, or comes twice."""


class AppointmentState(StrEnum):
    """What has become of an appointment. OFFERED → BOOKED → ATTENDED or DID_NOT_ATTEND, or it stands no more."""

    OFFERED = "offered"
    BOOKED = "booked"
    ATTENDED = "attended"
    DID_NOT_ATTEND = "did-not-attend"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # an offer that nobody took up

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()

    @property
    def stands(self) -> bool:
        """Whether it is still to come, and takes the clinician's time."""
        return self in (AppointmentState.OFFERED, AppointmentState.BOOKED)

    @property
    def took_place(self) -> bool:
        """Whether its time came."""
        return self in (AppointmentState.ATTENDED, AppointmentState.DID_NOT_ATTEND)


class Tell(Answer):
    """How a person hears of their appointment. The last is for whoever others may read or watch."""

    LETTER_AND_REMINDER = "letter-and-reminder", "By email, and a reminder two working days before"
    LETTER = "letter", "By email, without a reminder"
    TELEPHONE = "telephone", "By telephone only: nothing is written to them"

    @property
    def is_written(self) -> bool:
        return self is not Tell.TELEPHONE


class CancelledBy(Answer):
    """Who cancelled."""

    PATIENT = "patient", "The patient"
    CLINIC = "clinic", "The clinic"


class FeesBy(Answer):
    """How the fees were told."""

    EMAIL = "email", "By email"
    POST = "post", "By post"
    HANDED = "handed", "Handed over"
    SPOKEN = "spoken", "By telephone, at short notice"


def read_time(typed: str) -> time:
    """Return a time of day from what somebody typed, for example ``9:30``, ``14.00`` or ``2pm``.

    :raises NotATime: when it is none, or not on a step of five minutes.
    """
    found = _TIME.fullmatch(typed.strip().lower())
    if found is None:
        raise NotATime(typed)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise NotATime(typed)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or timedelta(minutes=minute) % STEP:
        raise NotATime(typed)
    return time(hour, minute)


def begins(day: date, at: time) -> datetime:
    """Return when an appointment begins, in UTC, from what a clock on a wall in England will show.

    :raises NoSuchMoment: when no clock will show it that day, or each clock twice.
    """
    first, second = (datetime.combine(day, at.replace(fold=fold), LONDON_TIME).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise NoSuchMoment
    return first


def steps(starts_at: datetime, minutes: int) -> range:
    """Return the steps of time that an appointment takes: each counts five minutes since 1970.

    Two appointments overlap exactly when they have a step in common, since all begin and end on one.
    """
    length = int(STEP.total_seconds())
    first = int(starts_at.timestamp()) // length
    return range(first, first + minutes * 60 // length)


def held_until(hours: OpeningHours, at: datetime, starts_at: datetime) -> datetime:
    """Return until when an offer is held: the close of the second working day from now, or its own beginning.

    :raises NeverOpen: when the clinic does not open for so long.
    """
    days = _working_days(hours, _day_of(at), timedelta(days=1))
    last = next(islice(days, HELD_FOR - 1, None), None)
    if last is None:
        raise NeverOpen
    return min(hours.on(last)[-1][1], starts_at)


def reminder_at(hours: OpeningHours, at: datetime, starts_at: datetime) -> datetime | None:
    """Return when a reminder goes: as the clinic opens, two working days before; ``None`` when that has been."""
    days = _working_days(hours, _day_of(starts_at), -timedelta(days=1))
    day = next(islice(days, REMINDED_BEFORE - 1, None), None)
    opens = hours.on(day)[0][0] if day else at
    return opens if opens > at else None


def is_open_for(hours: OpeningHours, starts_at: datetime, minutes: int) -> bool:
    """Return whether the clinic is open from an appointment's beginning to its end."""
    ends_at = starts_at + timedelta(minutes=minutes)
    return any(opens <= starts_at and ends_at <= closes for opens, closes in hours.on(_day_of(starts_at)))


def way(current: Status, wanted: Status) -> tuple[Status, ...]:
    """Return the fewest moves by which an enquiry gets where its appointment puts it, along the table of moves.

    Somebody who did not come, or whose enquiry was closed when it was booked, is taken up again on the way.
    """
    ways: list[tuple[Status, ...]] = [(current,)]
    for so_far in ways:  # it grows meanwhile, the shorter ways first
        if so_far[-1] is wanted:
            return so_far[1:]
        onward = sorted(status for status in MOVES[so_far[-1]] if status.is_open and status not in so_far)
        ways += [(*so_far, status) for status in onward]
    raise LookupError(f"No way leads from {current} to {wanted}")


def _day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON_TIME).date()


def _working_days(hours: OpeningHours, day: date, stride: timedelta) -> Iterator[date]:
    """Yield the working days after or before a day, the nearest first, as far as anybody may look."""
    for _ in range(LONGEST_CLOSURE.days):
        day += stride
        if hours.on(day):
            yield day
