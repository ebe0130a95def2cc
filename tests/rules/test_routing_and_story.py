"""Pat chooses a clinic or the nearer one; and her own words may raise a flag, never lower one."""

import pytest

from enquiry.rules.clinics import Clinic
from enquiry.rules.routing import area_of, queue_for
from enquiry.rules.story_scan import scan


@pytest.mark.parametrize(
    "chosen, postcode, queue",
    [
        (Clinic.LONDON, "NR4 7TD", Clinic.LONDON),
        (Clinic.NORWICH, "NW8 9NH", Clinic.NORWICH),
        (None, "nr47td", Clinic.NORWICH),
        (None, "IP1 2AB", Clinic.NORWICH),
        (None, "NW8 9NH", Clinic.LONDON),
        (None, "N1 9GU", Clinic.LONDON),
        (None, "", Clinic.LONDON),
        (None, "I do not know", Clinic.LONDON),
    ],
)
def test_an_enquiry_joins_the_chosen_queue_or_the_nearer_one(
    chosen: Clinic | None, postcode: str, queue: Clinic
) -> None:
    assert queue_for(chosen, postcode) is queue


@pytest.mark.parametrize(
    "typed, area", [("NR4 7TD", "NR"), (" cb2 1tn ", "CB"), ("E1 6AN", "E"), ("N", ""), ("12", "")]
)
def test_a_postcode_begins_with_its_area(typed: str, area: str) -> None:
    assert area_of(typed) == area


@pytest.mark.parametrize(
    "story, code",
    [
        ("It has gone numb down below since Sunday", "row-1"),
        ("I can’t pee properly", "row-2"),
        ("I have been INCONTINENT twice", "row-3"),
        ("The pain is in both legs now", "row-5"),
        ("I had breast cancer in 2012", "row-9"),
        ("I have a fever and shivers", "row-10-mild"),
        ("Some days I feel suicidal", "row-19"),
    ],
)
def test_worrying_words_raise_their_row(story: str, code: str) -> None:
    assert code in {flag.code for flag in scan(story)}


@pytest.mark.parametrize("story", ["", "My left leg has hurt since September.", "A scan showed a worn disc."])
def test_other_words_raise_nothing(story: str) -> None:
    assert scan(story) == ()
