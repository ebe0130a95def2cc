"""What may be put off until a day, and until which: nobody disappears by it whom the clinic owes something.

Why these bounds: a snoozed enquiry is out of sight and due to nobody. What stands above the clock is looked at first
(desk.md 12). Whoever was promised an answer and has had none is back before the promise falls due (clinical.md 5).
"""

from datetime import date, timedelta

LONGEST = timedelta(days=90)
SOON = (1, 3, 7, 14)  # days that a page offers at one press


def days_offered(today: date) -> list[date]:
    """Return the days that are offered first: tomorrow and later, none of them at a weekend, each once."""
    return list(dict.fromkeys(_on_a_weekday(today + timedelta(days=days)) for days in SOON))


def is_within_reach(until: date, today: date) -> bool:
    """Return whether it may be put off until this day at all."""
    return today < until <= today + LONGEST


def _on_a_weekday(day: date) -> date:
    return day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0)
