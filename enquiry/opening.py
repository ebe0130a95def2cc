"""When each clinic is open and how soon it answers, as its managers have set it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.setting import Setting
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.clinics import Clinic
from enquiry.rules.urgency import Urgency
from enquiry.rules.working_time import OpeningHours

TARGETS = "targets"


def hours_name(clinic: Clinic) -> str:
    """Return the name under which a clinic's opening hours are set."""
    return f"hours.{clinic}"


def clock_of(clinic: Clinic) -> ClinicClock:
    """Return a clinic's clock, in one question to the database."""
    found = _found(hours_name(clinic), TARGETS)
    targets = found.get(TARGETS)
    if targets is None:
        return ClinicClock(_read_hours(found.get(hours_name(clinic))))
    minutes = {urgency: timedelta(minutes=targets[urgency]) for urgency in Urgency}
    promise = timedelta(minutes=targets["promise"])
    return ClinicClock(_read_hours(found.get(hours_name(clinic))), minutes, promise)


def opens_again(now: datetime) -> datetime | None:
    """Return when somebody is there to read, at either clinic, or ``None`` if somebody is there now."""
    found = _found(*(hours_name(clinic) for clinic in Clinic))
    each = [_read_hours(found.get(hours_name(clinic))) for clinic in Clinic]
    return None if any(hours.is_open(now) for hours in each) else min(hours.next_opening(now) for hours in each)


def written_hours(hours: OpeningHours) -> dict[str, Any]:
    """Return opening hours as they are stored."""
    return {
        "spans": {
            str(weekday): [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in spans]
            for weekday, spans in hours.spans.items()
        },
        "closures": [day.isoformat() for day in sorted(hours.closures)],
    }


def _found(*names: str) -> dict[str, Any]:
    rows = db.session.execute(select(Setting.name, Setting.value).where(Setting.name.in_(names)))
    return {row.name: row.value for row in rows}


def _read_hours(stored: dict[str, Any] | None) -> OpeningHours:
    if stored is None:
        return OpeningHours()
    spans = {
        int(weekday): tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in of_day)
        for weekday, of_day in stored["spans"].items()
    }
    return OpeningHours(spans, frozenset(date.fromisoformat(day) for day in stored["closures"]))
