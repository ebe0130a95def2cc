"""The clinic sees adults."""

from datetime import date

import pytest

from enquiry.rules.scope import is_adult


@pytest.mark.parametrize(
    "born, today, adult",
    [
        ("2008-11-22", "2026-11-22", True),
        ("2008-11-23", "2026-11-22", False),
        ("2008-02-29", "2026-02-28", False),
        ("2008-02-29", "2026-03-01", True),
        ("1931-07-23", "2026-11-22", True),
    ],
)
def test_somebody_is_an_adult_from_their_eighteenth_birthday(born: str, today: str, adult: bool) -> None:
    assert is_adult(date.fromisoformat(born), date.fromisoformat(today)) is adult
