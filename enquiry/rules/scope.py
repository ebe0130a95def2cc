"""Whom the clinic sees: people from their 18th birthday on.

Source: clinical.md 2.1 row 18. NICE NG59 begins at 16; the clinic has not said that it sees anybody younger than 18.
"""

from datetime import date

OF_AGE = 18  # years


def is_adult(birth_date: date, today: date) -> bool:
    """Return whether somebody has had their 18th birthday; born on 29 February, they have it on 1 March."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday) >= OF_AGE
