"""What is set, line by line, as the record of what was changed keeps it."""

from collections.abc import Collection
from datetime import date, timedelta

from enquiry.opening import WEEKDAYS, Opening, Targets
from enquiry.rules.closures import Closure
from enquiry.rules.hours_typed import written_day

HOUR = timedelta(hours=1)


def lines_of_opening(opening: Opening) -> list[str]:
    """Return a clinic's hours, a line for each weekday, and its closures."""
    week = (f"{name} {written_day(opening.week.get(weekday, ())) or 'shut'}" for weekday, name in enumerate(WEEKDAYS))
    return [*week, *(line_of_closure(closure) for closure in opening.closures)]


def line_of_closure(closure: Closure) -> str:
    """Return a closure in words, for example ``Shut 24 December 2026 to 28 December 2026: staff training``."""
    last = f" to {_day(closure.last)}" if closure.last != closure.first else ""
    return f"Shut {_day(closure.first)}{last}: {closure.words}"


def lines_of_targets(targets: Targets) -> list[str]:
    """Return the targets, a line for each."""
    first = (f"{urgency.label}: {hours(target)} hours" for urgency, target in targets.first_contact.items())
    return [*first, f"Promise to patients: {hours(targets.promise)} hours"]


def lines_of_domains(domains: Collection[str]) -> list[str]:
    """Return the domains of secure mail, a line for each."""
    return sorted(domains)


def hours(working: timedelta) -> str:
    """Return working time in hours as one types it, for example ``8`` or ``1.5``."""
    return f"{working / HOUR:.2f}".rstrip("0").rstrip(".")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
