"""The one place that asks what time it is, and the one that says it in London's words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON_TIME = ZoneInfo("Europe/London")


def now() -> datetime:
    """Return this moment in UTC, the only zone the database knows."""
    return datetime.now(UTC)


def for_the_eye(moment: datetime) -> datetime:
    """Return a stored moment as the clock on a wall in England shows it."""
    return moment.astimezone(LONDON_TIME)


def day_in_words(moment: datetime) -> str:
    """Return a day as people write it, for example ``Tuesday 24 November 2026``."""
    local = for_the_eye(moment)
    return f"{local:%A} {local.day} {local:%B %Y}"


def beginning_of(day: date, days_later: int = 0) -> datetime:
    """Return the moment at which a day begins in London, or one that many days after it."""
    return datetime.combine(day + timedelta(days=days_later), time.min, LONDON_TIME)


def time_in_words(moment: datetime) -> str:
    """Return a time of day as people say it, for example ``9am``, ``5:30pm`` or ``midday``."""
    return wall_time_in_words(for_the_eye(moment).time())


def wall_time_in_words(shown: time) -> str:
    """Return what a clock on a wall shows as people say it; the same as ``time_in_words`` otherwise."""
    if (shown.hour, shown.minute) == (12, 0):
        return "midday"
    minutes = f":{shown:%M}" if shown.minute else ""
    return f"{shown.hour % 12 or 12}{minutes}{'am' if shown.hour < 12 else 'pm'}"


def moment_in_words(moment: datetime) -> str:
    """Return a day and a time together, for example ``Tuesday 24 November 2026, 5:30pm``."""
    return f"{day_in_words(moment)}, {time_in_words(moment)}"
