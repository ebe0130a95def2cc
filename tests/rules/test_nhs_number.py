"""An NHS number checks itself: Dr Grey's secretary mistypes one digit, and it is noticed."""

import random

import nhs_number
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules.nhs_number import NotAnNhsNumber, read_nhs_number

PATS = "9434765919"
HOW_MANY = 100_000


@pytest.mark.parametrize("typed", [PATS, "943 476 5919", " 943-476-5919 ", "943–476–5919"])
def test_it_is_read_as_people_write_it(typed: str) -> None:
    assert read_nhs_number(typed) == PATS


@pytest.mark.parametrize("typed", ["", "943 476 591", "943 476 59190", "943 476 591X", "٩٤٣٤٧٦٥٩١٩", "QQ123456C"])
def test_what_has_not_ten_digits_is_none(typed: str) -> None:
    with pytest.raises(NotAnNhsNumber):
        read_nhs_number(typed)


@given(st.integers(0, 9), st.integers(1, 9))
def test_any_one_wrong_digit_is_noticed(place: int, by: int) -> None:
    wrong = PATS[:place] + str((int(PATS[place]) + by) % 10) + PATS[place + 1 :]
    with pytest.raises(NotAnNhsNumber):
        read_nhs_number(wrong)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_nine_digits_have_one_check_digit_or_none(nine: str) -> None:
    weighted = sum(int(digit) * (10 - place) for place, digit in enumerate(nine))
    expected = (11 - weighted % 11) % 11
    accepted = [last for last in range(10) if is_accepted(f"{nine}{last}")]
    assert accepted == ([] if expected == 10 else [expected])


def test_a_hundred_thousand_numbers_are_judged_as_another_program_judges_them() -> None:
    """The other one knows Scotland's numbers as well: there it asks for a date of birth besides the check digit."""
    some = random.Random("Dr Grey")  # noqa: S311 - the same numbers each time
    for made in range(HOW_MANY):
        nine = f"{some.randrange(10**9):09}"
        check_digit = nhs_number.calculate_checksum(nine)
        number = f"{nine}{check_digit % 10 if made % 2 else some.randrange(10)}"
        is_right = int(number[-1]) == check_digit
        is_scottish = nhs_number.REGION_SCOTLAND.contains_number(number)
        assert is_accepted(number) is is_right, number
        assert nhs_number.is_valid(number) is is_right or is_scottish, number


def is_accepted(typed: str) -> bool:
    try:
        read_nhs_number(typed)
    except NotAnNhsNumber:
        return False
    return True
