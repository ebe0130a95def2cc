"""When each clinic is open and how soon it answers, as its managers have set it, and the same in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select

from enquiry.clock import wall_time_in_words
from enquiry.extensions import db
from enquiry.records.setting import Setting
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.clinics import Clinic
from enquiry.rules.closures import Closure, days_of
from enquiry.rules.urgency import FIRST_CONTACT, PROMISE, Urgency
from enquiry.rules.working_time import NINE_TO_FIVE, OpeningHours, Span, Week

TARGETS = "targets"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Opening:
    """When one clinic is open and when it is shut; version 0 is as the product comes."""

    week: Week = field(default_factory=lambda: NINE_TO_FIVE)
    closures: tuple[Closure, ...] = ()
    version: int = 0

    @property
    def hours(self) -> OpeningHours:
        return OpeningHours(self.week, days_of(self.closures))


@dataclass(frozen=True)
class Targets:
    """Within how much working time both clinics answer; version 0 is as the product comes."""

    first_contact: Mapping[Urgency, timedelta] = field(default_factory=lambda: FIRST_CONTACT)
    promise: timedelta = PROMISE
    version: int = 0


@dataclass(frozen=True)
class AsSet:
    """Everything that managers have set about time."""

    openings: Mapping[Clinic, Opening] = field(default_factory=lambda: dict.fromkeys(Clinic, Opening()))
    targets: Targets = field(default_factory=Targets)

    def clock_of(self, clinic: Clinic) -> ClinicClock:
        """Return a clinic's clock."""
        return ClinicClock(self.openings[clinic].hours, self.targets.first_contact, self.targets.promise)

    def answers_within(self, *clinics: Clinic) -> str:
        """Return within how many working days everybody is answered, at these clinics or any: ``two working days``."""
        days = max(self.clock_of(clinic).promised_days for clinic in clinics or self.openings)
        return f"{NUMBERS[days] if days < len(NUMBERS) else days} working day{'' if days == 1 else 's'}"


def hours_name(clinic: Clinic) -> str:
    """Return the name under which a clinic's opening hours and closures are set."""
    return f"hours.{clinic}"


def as_set(clinics: Collection[Clinic] = tuple(Clinic)) -> AsSet:
    """Return what is set for these clinics, in one question to the database."""
    names = [TARGETS, *(hours_name(clinic) for clinic in clinics)]
    found = {row.name: row for row in db.session.scalars(select(Setting).where(Setting.name.in_(names)))}
    openings = {clinic: read_opening(found.get(hours_name(clinic))) for clinic in clinics}
    return AsSet(openings, read_targets(found.get(TARGETS)))


def clock_of(clinic: Clinic) -> ClinicClock:
    """Return a clinic's clock, in one question to the database."""
    return as_set([clinic]).clock_of(clinic)


def opens_again(now: datetime, clinics: Collection[Clinic] = tuple(Clinic)) -> datetime | None:
    """Return when somebody is there to read, at one of these clinics, or ``None`` if somebody is there now."""
    each = [opening.hours for opening in as_set(clinics).openings.values()]
    return None if any(hours.is_open(now) for hours in each) else min(hours.next_opening(now) for hours in each)


def written_opening(week: Week, closures: Collection[Closure] = ()) -> dict[str, Any]:
    """Return a clinic's hours and closures as they are stored."""
    return {
        "spans": {
            str(weekday): [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in spans]
            for weekday, spans in week.items()
        },
        "closures": [
            {"first": closure.first.isoformat(), "last": closure.last.isoformat(), "words": closure.words}
            for closure in closures
        ],
    }


def read_opening(stored: Setting | None) -> Opening:
    """Return a clinic's hours and closures from the row that holds them, or from none."""
    if stored is None:
        return Opening()
    week = {
        int(weekday): tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in of_day)
        for weekday, of_day in stored.value["spans"].items()
    }
    closures = (
        Closure(date.fromisoformat(closure["first"]), date.fromisoformat(closure["last"]), closure["words"])
        for closure in stored.value["closures"]
    )
    return Opening(week, tuple(closures), stored.version)


def written_targets(first_contact: Mapping[Urgency, timedelta], promise: timedelta) -> dict[str, int]:
    """Return targets as they are stored: in minutes of working time."""
    every = {**{urgency.value: target for urgency, target in first_contact.items()}, "promise": promise}
    return {name: target // timedelta(minutes=1) for name, target in every.items()}


def read_targets(stored: Setting | None) -> Targets:
    """Return targets from the row that holds them, or from none."""
    if stored is None:
        return Targets()
    set_ones = {urgency: timedelta(minutes=stored.value[urgency]) for urgency in Urgency if urgency in stored.value}
    return Targets({**FIRST_CONTACT, **set_ones}, timedelta(minutes=stored.value["promise"]), stored.version)


def week_in_words(week: Week) -> list[str]:
    """Return when a clinic is open as people say it, for example ``Monday to Friday, 9am to 5pm``."""
    alike: dict[tuple[Span, ...], list[int]] = {}
    for weekday in range(7):
        if week.get(weekday):
            alike.setdefault(week[weekday], []).append(weekday)
    return [
        f"{_days_in_words(days)}, {_listed([_span_in_words(span) for span in spans])}" for spans, days in alike.items()
    ]


def _span_in_words(span: Span) -> str:
    opens, closes = span
    return f"{wall_time_in_words(opens)} to {wall_time_in_words(closes)}"


def _days_in_words(days: list[int]) -> str:
    """Return weekdays by name; three or more in a row are said from the first to the last."""
    named: list[str] = []
    for _, run in groupby(enumerate(days), lambda place: place[1] - place[0]):
        in_a_row = [WEEKDAYS[day] for _, day in run]
        named += [f"{in_a_row[0]} to {in_a_row[-1]}"] if len(in_a_row) > 2 else in_a_row
    return _listed(named)


def _listed(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
