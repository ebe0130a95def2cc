"""One box understands what Lena types."""

from datetime import date

import pytest

from enquiry.rules.clues import Clue, ClueKind, Person, clues_of, ties_of
from enquiry.rules.references import new_reference
from enquiry.rules.typed import MOST_WORDS, read

TODAY = date(2026, 11, 22)
PAT = Person(
    "Pat O’Shea-Łukasz",
    date(1980, 3, 31),
    "Pat@Home.example",
    "+447700900982",
    other_names=("Paddy", "Dr Imogen Grey"),
    postcode="nr4  7td",
    nhs_number="9434765919",
)
PATS_CLUES = frozenset(clues_of(PAT))


def finds_pat(typed: str) -> bool:
    """Return whether one of the ways to understand this leads to Pat."""
    return any(PATS_CLUES.issuperset(way) for way in read(typed, TODAY).ways)


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900 982",
        "07700900982",
        "+44 7700 900982",
        "+44 (0) 7700 900982",
        "0044 7700 900 982",
        "7700 900982",
        "(07700) 900-982",
        "07700–900–982",
        "900982",
        "900 982",
        "0 900 982",
        "pat@home.example",
        "PAT@HOME.EXAMPLE",
        "  pat@home.example ",
        "31/3/1980",
        "31/03/1980",
        "31.3.1980",
        "31-3-80",
        "31 3 1980",
        "31 / 3 / 1980",
        "310380",
        "31031980",
        "1980-03-31",
        "31 March 1980",
        "31st march 1980",
        "31st of March, 1980",
        "31 Mar 80",
        "31-Mar-1980",
        "pat",
        "O'Shea",
        "pat oshea",
        "Pat O’Shea 31/3/1980",
        "31 March 1980 oshea",
        "shea, pat, 31.3.80",
        "Paddy",
        "imogen grey",
        "NR4 7TD",
        "nr47td",
        "943 476 5919",
        "943-476-5919",
        "9434765919",
    ],
)
def test_pat_is_found_by_what_she_can_say_of_herself(typed: str) -> None:
    assert finds_pat(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900 981",
        "00982",
        "982",
        "pat@home",
        "at@home.example",
        "pat@home.example.org",
        "30/3/1980",
        "3/31/1980",
        "31/3/2080",
        "Pat 30/3/1980",
        "Sam 31/3/1980",
        "sheila",
        "31",
        "March 1980",
        "0" * 254,
        "NR4 7TE",
        "943 476 5918",
        "943 476 591",
        "NR4",
    ],
)
def test_what_is_not_pats_does_not_find_her(typed: str) -> None:
    assert not finds_pat(typed)


def test_a_reference_is_read_as_people_say_it() -> None:
    reference = new_reference()
    for spoken in (reference, reference.lower(), reference.replace("-", " "), reference.removeprefix("LN-")):
        assert read(spoken, TODAY).reference == reference
    assert read("LN-0000-0001", TODAY).reference == ""


@pytest.mark.parametrize("typed", ["", "p", "12345", "?", "@", "pat@", "LN-7K4Q", "31/2/1980", "99/99/9999"])
def test_what_is_too_little_means_nothing(typed: str) -> None:
    assert not read(typed, TODAY).means_something


def test_a_year_of_two_digits_is_in_either_century_but_not_in_the_future() -> None:
    def years(typed: str) -> list[str]:
        return [value[:4] for [(_, value)] in read(typed, TODAY).ways]

    assert years("1/2/24") == ["1924", "2024"]
    assert years("1/2/80") == ["1980"]


def test_a_pasted_letter_does_not_become_a_question_without_end() -> None:
    ways = read(" ".join(f"word{chr(97 + letter)}" for letter in range(26)), TODAY).ways
    assert ways
    assert max(map(len, ways)) == MOST_WORDS


def test_nothing_of_a_kind_is_a_clue_where_it_was_not_given() -> None:
    kinds = {clue.kind for clue in clues_of(Person("Pat", date(1980, 3, 31), "", ""))}
    assert kinds == {ClueKind.NAME, ClueKind.BIRTH_DATE, ClueKind.NAME_AND_BIRTH_DATE}


def test_what_ties_two_enquiries_is_an_address_a_number_or_a_name_with_a_birthday() -> None:
    assert Clue(ClueKind.EMAIL, "pat@home.example") in ties_of(PAT)
    assert {clue.kind for clue in ties_of(PAT)} == {
        ClueKind.EMAIL,
        ClueKind.TELEPHONE,
        ClueKind.NAME_AND_BIRTH_DATE,
        ClueKind.NHS_NUMBER,
    }
