"""What Lena keys in while Pat speaks."""

from typing import Any

from tests.people import PAT

NEW = "/desk/new-enquiry"
LITTLE = {
    "red_flags": ["none"],
    "cancer": "no",
    "name": PAT,
    "is_of_age": "y",
    "telephone": "07700 900 982",
    "kind": "question",
    "about": "not-sure",
}
BORN = {"birth_date-day": "31", "birth_date-month": "3", "birth_date-year": "1980"}


def keyed(**others: Any) -> dict[str, Any]:
    """Return the little that must be said, and whatever else is."""
    return {**LITTLE, **others}
