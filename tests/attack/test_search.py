"""FreeScout GHSA-wqq7-4q7m-273v, RT CVE-2023-45024: search is where walls are forgotten.

By no kind of search does Noor learn anything of London's people: not a name, not a count, not that they exist.
"""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from enquiry import search
from enquiry.extensions import db
from enquiry.records.search_token import SearchToken
from enquiry.rules.clinics import Clinic
from enquiry.triage import decide
from tests.people import LENA, NOOR, PAT, PATS_EMAIL, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.plans import explained, statements
from tests.visitor import Visitor

EVERY_KIND = ["{}", "Pat", "o’shea lukasz", "31/3/1980", "Pat 31/3/1980", PATS_EMAIL, "07700 900 982", "900982"]
WITHOUT_CLINIC = Colleague("Nora Nowhere", "nora@clinic.example", LENA.role, ())
NOT_THERE = "LN-0000-0000"
TOKEN = re.compile(r'name="csrf_token"[^>]*>')
MADE_AT = re.compile(r"(?<=news\?since=)[^&\"]+")  # when a page of a list was made


def looks_for(visitor: Visitor, words: str, **more: str) -> TestResponse:
    """Send what somebody typed, with whatever else a meddler adds."""
    page = visitor.get("/desk/search").text
    token = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', page)
    assert token
    return visitor.post("/desk/search", data={"csrf_token": token[1], "looked_for": words, **more})


def bare(answer: TestResponse, typed: str = "") -> tuple[int, str]:
    """Return an answer without what differs from one time to the next."""
    page = MADE_AT.sub("", TOKEN.sub("", answer.text))
    return answer.status_code, page.replace(typed, "") if typed else page


@pytest.mark.parametrize("inside", [{}, {"inside": "y"}], ids=["by clues", "inside messages"])
@pytest.mark.parametrize("words", EVERY_KIND)
def test_ghsa_wqq7_4q7m_273v_noor_finds_nothing_of_london_by_any_kind(
    app: Flask, words: str, inside: dict[str, str]
) -> None:
    noor = at_the_desk(app, NOOR)
    nobody = looks_for(noor, words.format(NOT_THERE), **inside)
    with app.app_context():
        reference = pat_asks(Clinic.LONDON, about={"story": "Pat Lukasz rang on 900982 about September."}).reference
    londons = looks_for(noor, words.format(reference), **inside)

    assert bare(londons, reference) == bare(nobody, NOT_THERE)
    assert "Nobody found in Norwich" in londons.text or londons.status_code == 422


def test_what_is_transferred_is_found_where_it_went_and_nowhere_else(app: Flask) -> None:
    lena, noor = at_the_desk(app, LENA), at_the_desk(app, NOOR)
    with app.test_request_context():
        rai, pats = hire(RAI), pat_asks(Clinic.LONDON)
        decide.transfer(rai, pats.reference, pats.version, Clinic.NORWICH, "She lives there.")
    for words in EVERY_KIND[1:]:
        assert "Nobody found in London." in looks_for(lena, words).text
    assert pats.reference in looks_for(noor, "Pat").text
    assert pats.reference in looks_for(noor, "900982").location


def test_who_belongs_to_no_clinic_finds_nobody(app: Flask) -> None:
    nora = at_the_desk(app, WITHOUT_CLINIC)
    with app.app_context():
        reference = pat_asks().reference
    for words in (*EVERY_KIND[1:], reference):
        assert "Nobody found" in looks_for(nora, words).text


@pytest.mark.parametrize(
    "meddling",
    [
        {"clinic": "norwich"},
        {"sort": "patient_sealed", "order_by": "-key_id", "o": "1"},
        {"ended_at__isnull": "1", "assignee__password__startswith": "$argon2"},
        {"limit": "100000", "offset": "-1", "page": "2"},
        {"looked_for.clinic": "norwich", "filter": "clinic eq norwich", "ways": "1"},
    ],
)
def test_ghsa_mxcg_7m22_x9pj_no_parameter_sorts_or_filters_by_what_lena_may_not_see(
    app: Flask, meddling: dict[str, str]
) -> None:
    """django-helpdesk: a parameter for sorting and filtering answered questions about unrelated columns."""
    lena = at_the_desk(app, LENA)
    with app.app_context():
        for clinic in (*Clinic,) * 2:
            pat_asks(clinic)
    assert bare(looks_for(lena, "Pat", **meddling)) == bare(looks_for(lena, "Pat"))
    for page in ("/desk/search", "/desk/queue", "/desk/queue/london"):
        assert bare(lena.get(page, query_string=meddling)) == bare(lena.get(page))


@pytest.mark.parametrize(
    "words", ["' OR '1'='1", "%", "_", "Pat%", "\\", "Pat'; DROP TABLE search_tokens; --", "<b>Pat"]
)
def test_what_is_typed_is_never_part_of_a_question_or_of_the_page(app: Flask, words: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks(who={"name": "Sam Heron"})
    answer = looks_for(lena, words)
    assert answer.status_code in (200, 422)
    assert "Sam Heron" not in answer.text
    assert "<b>Pat" not in answer.text
    assert looks_for(lena, "Heron").text.count("Sam Heron") == 1


def test_a_stolen_table_of_tokens_says_neither_what_nor_how_long(app: Flask) -> None:
    with app.app_context():
        for name in ("Al", "Pat", PAT, "Wolfeschlegelsteinhausen Bergerdorff"):
            pat_asks(who={"name": name})
        counts = db.session.scalars(select(func.count(SearchToken.token)).group_by(SearchToken.enquiry_id)).all()
        tokens = db.session.scalars(select(SearchToken.token)).all()
    assert len(counts) == 4
    assert all(count % search.TOKENS_COME_IN == 0 for count in counts)
    assert {len(token) for token in tokens} == {16}
    assert set(SearchToken.__table__.columns.keys()) == {"token", "clinic", "enquiry_id"}


@pytest.mark.parametrize("words", ["Pat", "Pat Lukasz", "31/3/1980", "o shea 31/3/80", "900982", PATS_EMAIL, "{}"])
def test_every_search_reads_the_index_and_no_table_from_end_to_end(app: Flask, words: str) -> None:
    with app.test_request_context():
        rai, reference = hire(RAI), pat_asks().reference
        with statements() as seen:
            assert search.find(rai, words.format(reference)).enquiries
        [plan] = [explained(*one) for one in seen if "ORDER BY enquiries.id DESC" in one[0]]
    assert not re.search(r"(Seq Scan on|SCAN) (search_tokens|enquiries)", plan), plan
    if words != "{}":
        assert re.search(r"search_tokens_pkey|SEARCH search_tokens USING PRIMARY KEY \(token=\? AND clinic=\?\)", plan)
