"""A PDF shows what it is handed, to the eye and to the ear, and what was in it stays nowhere."""

import sys

import pytest

from enquiry import pdf
from enquiry.conditions import guide
from tests import paper


def words(summary: str) -> dict[str, object]:
    """Return what a layout needs, with these words among it."""
    return {
        "title": "A page",
        "dated": [2026, 11, 29],
        "practice": "The London Norwich Spine Clinic",
        "telephones": [{"clinic": "London", "number": "07776 511824"}],
        "summary": summary,
        "parts": [],
        "addresses": [],
        "site": "https://clinic.example",
        "sources": [{"title": "A source", "publisher": "Somebody", "date": "2026"}],
        "reviewed_on": "29 November 2026",
        "next_review_on": "29 November 2027",
        "signed_off_by": None,
    }


@pytest.mark.parametrize(
    "typed",
    [
        '#read("/etc/passwd")',
        '#sys.inputs #panic("stop") #eval("1 + 1")',
        "*bold* _slanted_ `code` $x^2$ @label <label> = heading // comment",
        '"quoted" \\ back\\slash } { ] [ #',
        "Zoë O’Brien-Łukasz, Αθηνά, Иван",
        "power ≥ 4/5, β-blocker, 37.5 °C, T12 → L1",
    ],
)
def test_whatever_somebody_typed_is_shown_as_it_was_typed(typed: str) -> None:
    assert typed in paper.pages(pdf.typeset("guide", words(typed)))[0]


@pytest.mark.parametrize("sign", ["王", "😀"])
def test_a_sign_that_no_typeface_has_is_named_and_never_shown_as_an_empty_box(sign: str) -> None:
    with pytest.raises(pdf.NoSuchSign) as refused:
        pdf.typeset("guide", words(f"Pat {sign} Smith"))

    assert refused.value.sign == sign


def test_a_failure_says_nothing_of_the_words() -> None:
    with pytest.raises(pdf.NotSet) as failed:
        pdf.typeset("no-such-layout", words("Pat Smith"))

    assert "Pat" not in str(failed.value)
    assert failed.value.__context__ is None


def test_the_same_words_make_the_same_file() -> None:
    assert pdf.typeset("guide", words("Pat")) == pdf.typeset("guide", words("Pat"))


def test_it_is_tagged_titled_and_in_english() -> None:
    assert paper.is_accessible(pdf.typeset("guide", words("Pat")), "A page")


def test_the_typesetter_is_never_loaded_where_its_memory_would_last() -> None:
    guide.on_paper(guide.GUIDE, "https://clinic.example")

    assert "typst" not in sys.modules
