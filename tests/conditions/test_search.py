"""Whoever does not know what it is called finds the page all the same, and what they typed stays nowhere."""

import pytest
from flask import Flask

from enquiry.conditions.catalogue import CONDITIONS
from enquiry.conditions.lookup import SHOW_AT_MOST, a_to_z, search
from tests.counting import counting_queries
from tests.visitor import Visitor

EVERY_CONDITION = CONDITIONS.values()
EVERY_NAME = [(name, condition.slug) for condition in EVERY_CONDITION for name in condition.names]


def found(typed: str) -> list[str]:
    """Return the slugs of what a search finds."""
    return [condition.slug for condition in search(typed, EVERY_CONDITION)]


@pytest.mark.parametrize("name,slug", EVERY_NAME)
def test_every_name_of_a_condition_finds_it_first(name: str, slug: str) -> None:
    assert found(name)[0] == slug
    assert found(name.upper())[0] == slug


@pytest.mark.parametrize(
    "typed,slug",
    [
        ("siatica", "sciatica"),
        ("sliped disk", "sciatica"),
        ("scoleosis", "scoliosis"),
        ("osteoperosis", "osteoporosis"),
        ("spondilolisthesis", "slipped-vertebra"),
        ("coxydinia", "tailbone-pain"),
        ("spinal tumors", "spinal-tumours"),
    ],
)
def test_a_name_that_is_not_spelt_right_is_found(typed: str, slug: str) -> None:
    assert found(typed)[0] == slug


@pytest.mark.parametrize(
    "typed,slug",
    [
        ("I lean on the shopping trolley", "spinal-stenosis"),
        ("clumsy hands", "cervical-myelopathy"),
        ("numb between my legs", "cauda-equina-syndrome"),
        ("can't pee", "cauda-equina-syndrome"),
        ("HLA-B27", "inflammatory-back-pain"),
        ("gymnastics", "stress-fracture-of-the-spine"),
    ],
)
def test_a_sign_or_a_word_of_the_text_finds_the_page(typed: str, slug: str) -> None:
    assert found(typed)[0] == slug


@pytest.mark.parametrize("typed", ["", "  ", "the and for", "qqqqqq", "12345", "😀", "\x00", "ʘ" * 200, "' OR 1=1 --"])
def test_what_is_no_word_of_ours_finds_nothing_and_breaks_nothing(typed: str) -> None:
    assert found(typed) == []


def test_a_word_of_many_pages_finds_no_more_than_can_be_read() -> None:
    assert len(found("back pain in the neck, legs and arms, with numbness and weakness")) == SHOW_AT_MOST


def test_the_list_from_a_to_z_has_every_name_once_under_its_letter() -> None:
    letters = a_to_z(EVERY_CONDITION)

    assert sorted(EVERY_NAME) == sorted((name, condition.slug) for part in letters.values() for name, condition in part)
    assert all(name[0].upper() == letter for letter, entries in letters.items() for name, _ in entries)
    assert list(letters) == sorted(letters)


def test_a_search_asks_no_database_sets_no_cookie_and_leaves_no_trace_in_an_address(
    app: Flask, client: Visitor
) -> None:
    with counting_queries(app) as queries:
        answer = client.fill_in("/conditions", {"words": "slipped disc"})

    assert 'href="/conditions/sciatica"' in answer.text
    assert answer.request.query_string == b""
    assert not queries
    assert "Set-Cookie" not in answer.headers
    assert "public" not in answer.headers["Cache-Control"]


def test_what_was_typed_is_shown_again_exactly_and_never_run(client: Visitor) -> None:
    typed = "\"><script>alert(1)</script> ‮ 😀 'sciatica'"
    answer = client.fill_in("/conditions", {"words": typed})

    assert "<script>alert" not in answer.text
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt; ‮ 😀 &#39;sciatica&#39;"' in answer.text


def test_an_empty_search_leads_back_to_the_list(client: Visitor) -> None:
    answer = client.fill_in("/conditions", {"words": "  "})

    assert answer.status_code == 303
    assert answer.location == "/conditions"


def test_whatever_was_found_or_not_the_emergency_comes_first(client: Visitor) -> None:
    for typed in ("numb", "qqqqqq"):
        page = client.fill_in("/conditions", {"words": typed}).text
        assert page.index("Is this an emergency?") < page.index("Find a condition")
