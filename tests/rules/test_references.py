"""A reference is short, spoken without mistakes, and a slip of the tongue or the finger is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules.references import ALPHABET, new_reference, read_reference

references = st.builds(new_reference)


@given(references)
def test_a_reference_is_read_back_as_it_was_given(reference: str) -> None:
    assert read_reference(reference) == reference


@given(references)
def test_pat_may_say_it_without_dashes_in_small_letters_and_with_letter_o_for_nought(reference: str) -> None:
    spoken = reference.replace("-", " ").lower().replace("0", "o").replace("1", "l")

    assert read_reference(spoken) == reference


@given(references, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_noticed(reference: str, place: int, wrong: str) -> None:
    letters = list(reference.removeprefix("LN-").replace("-", ""))
    changed = letters[place] != wrong
    letters[place] = wrong

    assert (read_reference("".join(letters)) is None) == changed


@given(references, st.integers(0, 6))
def test_any_two_swapped_neighbours_are_noticed(reference: str, place: int) -> None:
    letters = list(reference.removeprefix("LN-").replace("-", ""))
    differ = letters[place] != letters[place + 1]
    letters[place], letters[place + 1] = letters[place + 1], letters[place]

    assert (read_reference("".join(letters)) is None) == differ


@pytest.mark.parametrize(
    "typed", ["", "LN", "LN-", "hello", "LN-7K4Q-9ZT", "LN-7K4Q-9ZTMM", "07700 900 982", "\x00" * 8]
)
def test_what_cannot_be_a_reference_is_none(typed: str) -> None:
    assert read_reference(typed) is None
