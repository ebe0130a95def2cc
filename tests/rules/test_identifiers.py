"""Dr Grey's secretary types codes as they stand on a letter: they are read, doubted or refused in words."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules.identifiers import Identifier, NotAnIdentifier, gmc, ods, postcode

READERS = [gmc, ods, postcode]
Reader = Callable[[str], Identifier]

SEVEN_DIGITS = st.from_regex(r"[0-9]{7}", fullmatch=True)
OF_A_PRACTICE = st.from_regex(r"[A-Z][0-9]{5}|[A-Z][0-9][A-Z][0-9][A-Z]", fullmatch=True)
ANY_ODS = st.from_regex(r"[A-Z0-9]{3,10}", fullmatch=True)
GIVEN_OUT = st.sampled_from(["NR4 7TD", "NW8 9NH", "M1 1AE", "B33 8TH", "W1A 0AX", "EC1A 1BB", "DN55 1PT"])


@pytest.mark.parametrize(
    "typed", ["1234567", " 123 4567 ", "123-4567", "C1234567", "c1234567", "GMC 1234567", "GMC C1234567"]
)
def test_a_gmc_number_is_read_as_doctors_write_it(typed: str) -> None:
    assert gmc(typed) == Identifier("1234567")


def test_a_gmc_number_that_begins_with_l_is_taken_and_doubted() -> None:
    read = gmc("l 123456")

    assert read.value == "L123456"
    assert "begins with L" in read.warning


@pytest.mark.parametrize("typed", ["", "123456", "12345678", "C12345678", "A1234567", "L1234567", "١٢٣٤٥٦٧", "123456X"])
def test_what_is_no_gmc_number_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotAnIdentifier, match="seven digits"):
        gmc(typed)


@pytest.mark.parametrize("typed, code", [("G82080", "G82080"), ("g82 080", "G82080"), ("g7h8j", "G7H8J")])
def test_a_practices_code_is_read_old_and_new(typed: str, code: str) -> None:
    assert ods(typed) == Identifier(code)


@pytest.mark.parametrize("typed", ["RM1", "8J094", "NX122", "ABC", "G820801", "1234567890"])
def test_a_code_that_is_not_a_practices_is_taken_and_doubted(typed: str) -> None:
    read = ods(typed)

    assert read.value == typed
    assert "Check this code" in read.warning


@pytest.mark.parametrize("typed", ["", "A1", "12345678901", "G82/080", "ſſß", "٣٣٣"])
def test_what_is_no_code_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotAnIdentifier, match="letters and digits only"):
        ods(typed)


@pytest.mark.parametrize("typed, code", [("nr47td", "NR4 7TD"), (" NW8  9NH", "NW8 9NH"), ("ec1a-1bb", "EC1A 1BB")])
def test_a_postcode_is_read_as_people_write_it(typed: str, code: str) -> None:
    assert postcode(typed) == Identifier(code)


@pytest.mark.parametrize("typed, as_kept", [("10115", "10115"), ("d02 af30", "D02 AF30"), ("nr4 7cd", "NR4 7CD")])
def test_a_postcode_from_abroad_or_with_a_slip_is_taken_and_doubted(typed: str, as_kept: str) -> None:
    read = postcode(typed)

    assert read.value == as_kept
    assert "unless the patient lives abroad" in read.warning


@pytest.mark.parametrize("typed", ["", "N", "N1", "NR4 7TD NR4 7TD", "NR4 7TD!", "ＮＲ４７ＴＤ"])
def test_what_is_no_postcode_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotAnIdentifier, match="Enter a postcode"):
        postcode(typed)


@given(SEVEN_DIGITS)
def test_every_seven_digits_are_a_gmc_number_without_a_doubt(digits: str) -> None:
    assert gmc(digits) == gmc(f"C{digits}") == Identifier(digits)


@given(OF_A_PRACTICE)
def test_no_practices_code_is_doubted(code: str) -> None:
    assert ods(code.lower()) == Identifier(code)


@given(ANY_ODS)
def test_no_code_that_may_be_one_is_refused(code: str) -> None:
    assert ods(code).value == code


@given(GIVEN_OUT, st.sampled_from([str.lower, str.upper, str.title]), st.sampled_from(["", " ", "  ", "-"]))
def test_a_postcode_meets_itself_however_it_is_written(code: str, case: Callable[[str], str], gap: str) -> None:
    assert postcode(case(code).replace(" ", gap)) == Identifier(code)


@pytest.mark.parametrize("read", READERS)
@given(typed=st.text())
def test_whatever_is_typed_is_read_or_refused_and_its_normal_form_stays(read: Reader, typed: str) -> None:
    try:
        once = read(typed)
    except NotAnIdentifier:
        return
    assert once.value.isascii()
    assert once.value == once.value.upper()
    assert read(once.value) == once
