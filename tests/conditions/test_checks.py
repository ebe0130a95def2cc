"""What ``flask content check`` complains of: each fault is found, and named with its page."""

from datetime import date

import msgspec
import pytest
from flask import Flask
from markupsafe import Markup

from enquiry.conditions.catalogue import CASE_STUDIES, CONDITIONS, Condition
from enquiry.conditions.checks import faults_of_case_study, faults_of_condition, faults_of_pages
from enquiry.conditions.reading_age import of_condition, reading_age, syllables_of

SCIATICA = CONDITIONS["sciatica"]
TODAY = SCIATICA.reviewed_on
HARD = Markup(
    "<p>Notwithstanding contemporaneous pharmacological intervention, symptomatology attributable to intervertebral "
    "degeneration necessitates multidisciplinary consideration.</p>"
)


def changed(**changes: object) -> Condition:
    """Return the page on sciatica, spoilt."""
    return msgspec.structs.replace(SCIATICA, **changes)


def a_site(**pages: str) -> Flask:
    """Return a small site with these pages beside its home."""
    app = Flask(__name__)
    for path, html in pages.items():
        app.add_url_rule(
            "/" if path == "home" else f"/{path}", path, lambda html=html: f'<link rel="canonical" href="/">{html}'
        )
    return app


def test_a_good_page_has_no_fault() -> None:
    assert not list(faults_of_condition(SCIATICA, TODAY))


def test_a_review_is_overdue_on_the_day_after_it_was_due() -> None:
    after = date(2027, 11, 23)

    assert not list(faults_of_condition(SCIATICA, SCIATICA.next_review_on))
    assert "sciatica: its review was due on 2027-11-22" in list(faults_of_condition(SCIATICA, after))
    assert list(faults_of_case_study(CASE_STUDIES["keyhole-stabilisation"], after))


def test_a_section_that_no_source_supports_is_named() -> None:
    sources = [msgspec.structs.replace(source, supports=("causes",)) for source in SCIATICA.sources]

    assert "sciatica: no source supports “Surgery”" in list(faults_of_condition(changed(sources=sources), TODAY))


def test_words_too_hard_for_a_patient_are_named_with_their_section() -> None:
    (fault,) = faults_of_condition(changed(causes=HARD), TODAY)
    assert fault.startswith("sciatica: the reading age of “Causes” is")

    whole = faults_of_condition(changed(causes=HARD, symptoms=HARD, surgical=HARD, definition=HARD), TODAY)
    assert any("its reading age is" in fault for fault in whole)


def test_a_link_of_ours_that_leads_nowhere_is_found_with_the_page_that_it_stands_on() -> None:
    site = a_site(
        home='<a href="/about">About</a> <a href="https://elsewhere.example/">Elsewhere</a>',
        about='<a href="/gone">Gone</a> <a href="#here">Here</a> <a href="/#there">There</a> <p id="here">…</p>',
    )

    assert list(faults_of_pages(site.test_client())) == [
        "/about: the link to /gone leads nowhere",
        "/about: the link to /#there leads nowhere",
    ]


def test_a_picture_without_words_is_found_unless_it_only_decorates() -> None:
    site = a_site(home='<img src="a.svg" alt="A spine"><img src="b.svg" alt=""><img src="c.svg" role="presentation">')

    assert list(faults_of_pages(site.test_client())) == ["/: the picture b.svg has no text"]


@pytest.mark.parametrize(
    "word,syllables",
    [("back", 1), ("leave", 1), ("table", 2), ("needed", 2), ("walked", 1), ("surgery", 3), ("spondylolisthesis", 6)],
)
def test_syllables_are_counted_about_right(word: str, syllables: int) -> None:
    assert syllables_of(word) == syllables


def test_a_list_is_read_item_by_item_and_a_hard_text_is_for_older_readers() -> None:
    assert reading_age("<ul><li>bone</li><li>disc</li></ul>") < reading_age("<p>Bones and discs may hurt.</p>")
    assert reading_age(HARD) > 18
    assert of_condition(SCIATICA).median < 11
