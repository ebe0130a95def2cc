"""Dr Grey reads how to refer on the site, and pins the same to the surgery's wall."""

import re
from html import unescape

import pytest
from flask import Flask

from enquiry.conditions import guide
from enquiry.conditions.catalogue import MalformedPage
from enquiry.rules.referral_safety import BY_WORD
from tests import paper
from tests.visitor import Visitor

SITE = "http://127.0.0.1:5000"


def every_word() -> list[str]:
    """Return every heading and point of the one source."""
    told = guide.guide("two working days")
    points = [words for part in told.parts for point in part.points for words in (point.lead, point.words)]
    parts = [words for part in told.parts for words in (part.heading, part.after)]
    return [words for words in (told.title, told.summary, *parts, *points) if words]


def words_of(page: str) -> str:
    """Return the words of a page's main part."""
    _, _, main = page.partition("<main")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_page_and_the_paper_say_everything_that_the_one_source_says(client: Visitor) -> None:
    page = words_of(client.get("/gps").text)
    [sheet] = paper.pages(client.get("/gps/guide.pdf").data)

    assert len(every_word()) > 40
    assert not [words for words in every_word() if words not in page]
    assert not [words for words in every_word() if words not in sheet]


@pytest.mark.parametrize("number", ["07776 511824", "01603 505063"])
def test_both_telephones_stand_on_the_page_and_on_the_paper(client: Visitor, number: str) -> None:
    assert number in client.get("/gps").text
    assert number in paper.pages(client.get("/gps/guide.pdf").data)[0]


def test_the_form_stops_for_nothing_that_the_page_does_not_name() -> None:
    named = {row for part in guide.GUIDE.parts for point in part.points for row in point.stands_for}

    assert named == set(BY_WORD)
    assert all(not point.stands_for for part in guide.GUIDE.parts[1:] for point in part.points)


def test_both_lead_to_the_form(client: Visitor) -> None:
    assert 'href="/refer"' in client.get("/gps").text
    assert "http://127.0.0.1:" in paper.pages(client.get("/gps/guide.pdf").data)[0]
    assert "/refer" in paper.pages(client.get("/gps/guide.pdf").data)[0]
    assert client.get("/refer").status_code == 200


def test_what_goes_to_a_hospital_comes_first(client: Visitor) -> None:
    page = words_of(client.get("/gps").text)
    [sheet] = paper.pages(client.get("/gps/guide.pdf").data)
    for words in (page, sheet):
        assert 0 < words.index("Suspected cauda equina syndrome") < words.index("Whom we see") < len(words)


def test_the_paper_is_one_page_of_a4_that_can_be_read_aloud(client: Visitor) -> None:
    answer = client.get("/gps/guide.pdf")

    assert answer.mimetype == "application/pdf"
    assert len(paper.pages(answer.data)) == 1
    assert paper.size(answer.data) == (210, 297)
    assert paper.is_accessible(answer.data, "Referring a patient")
    assert {"Title", "H1", "L", "LI", "Link"} <= set(paper.tags(answer.data))


def test_it_claims_no_approval_that_nobody_gave(client: Visitor) -> None:
    assert guide.GUIDE.signed_off_by is None
    assert "Awaiting clinical sign-off" in client.get("/gps").text
    assert "Awaiting clinical sign-off" in paper.pages(client.get("/gps/guide.pdf").data)[0]


def test_what_managers_set_is_what_gps_are_told() -> None:
    told = guide.guide("three working days")

    assert "three working days" in paper.pages(guide.on_paper(told, SITE))[0]


@pytest.mark.parametrize(
    "wrong, right", [("kind: emergency", "kind: plain"), ("title:", "titel:"), ("publisher: Getting", "url: Getting")]
)
def test_a_file_with_anything_amiss_is_refused_by_name(
    wrong: str, right: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path_factory.mktemp("library") / "for-gps.yaml"
    broken.write_text(guide.FILE.read_text().replace(wrong, right, 1))
    monkeypatch.setattr(guide, "FILE", broken)

    with pytest.raises(MalformedPage, match=r"for-gps\.yaml"):
        guide.guide("two working days")


def test_the_paper_is_made_once_and_then_answered_from_memory(app: Flask, client: Visitor) -> None:
    made = client.get("/gps/guide.pdf")

    assert app.extensions["kept pages"].shelf["/gps/guide.pdf"].body == made.data
    assert client.get("/gps/guide.pdf").data == made.data
