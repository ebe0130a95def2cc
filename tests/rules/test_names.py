"""A name meets itself however it is written."""

import pytest

from enquiry.rules.names import beginnings, identities, wanted, words


@pytest.mark.parametrize(
    "written, typed",
    [
        ("Margaret O’Brien", "o'brien"),
        ("Margaret O’Brien", "OBRIEN"),
        ("Margaret O’Brien", "O Brien"),
        ("Margaret O’Brien", "brien"),
        ("Margaret OBrien", "O’Brien"),
        ("Margaret O Brien", "obrien"),
        ("Tomasz Żółkowski", "zolkowski"),
        ("Tomasz Zolkowski", "Żółkowski"),
        ("Zoë Müller-Søndergård", "zoe sondergard"),
        ("Jürgen Groß", "gross"),
        ("Anne-Marie Smith-Jones", "Smith-Jones"),
        ("Anne-Marie Smith-Jones", "jones"),
        ("Anne-Marie Smith-Jones", "smith‐jones"),
        ("Anne-Marie Smith-Jones", "smithjones"),
        ("Anne Marie Smith Jones", "anne-marie smith-jones"),
        ("Anne-Marie Smith-Jones", "anne marie smith jones"),
        ("Ewan McDonald", "Mc Donald"),
        ("Ewan Mc Donald", "mcdonald"),
        ("José de la Cruz", "De La Cruz"),
        ("José de la Cruz", "cruz"),
        ("Wei Li", "li wei"),
        ("Li Wei", "wei li"),
        ("Pat Smith", "Pat J Smith"),
        ("İpek Çelik", "ipek celik"),
        ("अमित शर्मा", "अमित"),
        ("王小明", "王小明"),
        ("Pat O’Shea-Łukasz", "lukasz pat oshea"),
        ("Pat O’Shea-Łukasz", "she"),
        ("Pat O’Shea-Łukasz", "luk"),
    ],
)
def test_pat_is_found_however_either_of_them_writes_it(written: str, typed: str) -> None:
    assert any(way <= beginnings(written) for way in wanted(typed))


@pytest.mark.parametrize(
    "written, typed",
    [("Pat Smith", "Smithson"), ("Pat Smith", "mith"), ("Pat Smith", "sm"), ("Pat Smith", "Pat Jones"), ("Ng", "N")],
)
def test_who_is_called_otherwise_is_not_found(written: str, typed: str) -> None:
    assert not any(way <= beginnings(written) for way in wanted(typed))


@pytest.mark.parametrize("typed", ["", " ", "-", "’", "P", "P.", "%", "a."])
def test_what_has_no_two_letters_is_no_name(typed: str) -> None:
    assert not wanted(typed)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Pat O’Brien", "pat obrien"),
        ("Pat O’Brien", "PAT O BRIEN"),
        ("Pat Mary O’Brien", "Pat O’Brien"),
        ("Pat Smith-Jones", "Pat Smith Jones"),
        ("Żaneta Łuk", "Zaneta Luk"),
    ],
)
def test_the_same_person_is_known_again(one: str, other: str) -> None:
    assert identities(one) & identities(other)


@pytest.mark.parametrize("one, other", [("Pat Smith", "Sam Smith"), ("Pat Smith", "Pat Jones"), ("-", "…")])
def test_another_person_is_not_taken_for_the_same(one: str, other: str) -> None:
    assert not identities(one) & identities(other)


def test_a_name_as_long_as_the_form_allows_stays_bounded() -> None:
    assert len(beginnings("a-" * 50)) < 100
    assert len(beginnings("-".join(f"{number:02}" for number in range(34)))) < 2500


def test_words_of_a_message_have_no_accents_capitals_or_apostrophes() -> None:
    assert " ".join(words("I can’t feel my LEFT foot; it’s naïve.")) == "i cant feel my left foot its naive"
