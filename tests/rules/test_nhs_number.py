"""An NHS number checks itself: Dr Grey's secretary mistypes one digit, and it is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules.nhs_number import NotAnNhsNumber, read_nhs_number

PATS = "9434765919"


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


def is_accepted(typed: str) -> bool:
    try:
        read_nhs_number(typed)
    except NotAnNhsNumber:
        return False
    return True
