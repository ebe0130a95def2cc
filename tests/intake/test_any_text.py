"""Whatever somebody types into any field is taken and shown exactly, or refused in words: never a fault of ours."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask, session
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from enquiry.extensions import db
from enquiry.intake import draft
from enquiry.records.enquiry import Enquiry
from enquiry.rules.answers import NONE_OF_THESE
from tests.intake.test_enquiry import SEND, START
from tests.people import LENA, PATS_ANSWERS, at_the_desk
from tests.visitor import Visitor

# A draft in which every page has been asked and answered.
ANSWERS: dict[str, dict[str, Any]] = {
    **PATS_ANSWERS,
    "who": {**PATS_ANSWERS["who"], "for_whom": "someone-else"},
    "proxy": {
        "name": "Dana", "relationship": "daughter", "agreement": "agrees", "may_be_told": "yes", "contact": "patient",
    },
    "about": {**PATS_ANSWERS["about"], "kind": "appointment"},
    "times": {"days": [], "times": [], "dates_to_avoid": "", "paying": "self", "insurer": "", "letter": "no"},
    "clinic": {"clinic": "either", "needs": ["none"], "language": ""},
    "postcode": {"postcode": ""},
}  # fmt: skip
IN_WORDS = [
    ("who", "name"), ("who", "called"), ("proxy", "name"), ("proxy", "relationship"), ("contact", "telephone"),
    ("contact", "avoid"), ("about", "story"), ("times", "dates_to_avoid"), ("times", "insurer"), ("clinic", "language"),
    ("postcode", "postcode"),
]  # fmt: skip
OTHERS = [
    ("who", "for_whom"), ("who", "birth_date-day"), ("who", "birth_date-year"), ("proxy", "agreement"),
    ("proxy", "contact"), ("contact", "email"), ("contact", "preferred"), ("contact", "voicemail_ok"),
    ("about", "about"), ("about", "kind"), ("pain", "since"), ("pain", "worse"), ("pain", "places"),
    ("pain", "operated"), ("times", "visit"), ("times", "days"), ("times", "paying"), ("times", "letter"),
    ("clinic", "clinic"), ("clinic", "needs"),
]  # fmt: skip
AWKWARD = [
    "\0", "Pat\x07\x1b[31m", "\u202egro.live", "Pat \u2066\u2069", "\u200fمرحبا\u200f", "👩🏽‍⚕️ and 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\ufeff", "\ufffe", "a\u0301" * 40, "one\x0btwo\x0cthree\x85four\u2028five", "x" * 100_000, "9" * 5000, "١٢", "²",
    "{{ 7 * 7 }}", "<script>alert(1)</script>", "%00%s%n", "=cmd|' /C calc'!A0", "   ", "\r\n\r",
    "a line\r\n\r\n\r\nand another",
]  # fmt: skip
ANYTHING = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=200))
MODERATELY = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


def with_a_draft(app: Flask) -> tuple[Visitor, str]:
    """Return somebody who has answered everything, and the half of their draft's secret that addresses carry."""
    with app.test_request_context():
        tab = draft.begin({"from": {}, **ANSWERS})
        kept = dict(session)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(kept)
    assert isinstance(client, Visitor)
    return client, tab


def seen(html: str) -> str:
    """Return what stands on a page, without its marks and without any space."""
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


@pytest.mark.parametrize("page, field", IN_WORDS)
@MODERATELY
@given(typed=ANYTHING)
def test_any_words_are_shown_exactly_or_refused_in_words(app: Flask, page: str, field: str, typed: str) -> None:
    client, tab = with_a_draft(app)

    if is_taken(client, tab, page, {field: typed}):
        assert "".join(typed.split()) in seen(client.get(f"/enquire/check?draft={tab}").text)


@pytest.mark.parametrize("page, field", OTHERS)
@MODERATELY
@given(typed=ANYTHING)
def test_any_words_where_a_choice_or_a_date_belongs_are_refused_in_words(
    app: Flask, page: str, field: str, typed: str
) -> None:
    client, tab = with_a_draft(app)

    if is_taken(client, tab, page, {field: typed}):
        assert client.get(f"/enquire/check?draft={tab}").status_code == 200


@pytest.mark.parametrize("field", ["red_flags", "cancer", "hospital", "seen_on-day"])
@MODERATELY
@given(typed=ANYTHING)
def test_any_words_on_the_safety_screen_are_no_fault_and_no_way_past_it(app: Flask, field: str, typed: str) -> None:
    assume(typed != NONE_OF_THESE)  # the milder answer, which is taken
    client = app.test_client()
    assert isinstance(client, Visitor)
    page = client.fill_in(START, {"red_flags": ["row-1"], "cancer": "no"}).text

    answered = client.send(START, page, {field: typed, "declare": "yes"})

    assert answered.status_code in (200, 422)


@pytest.mark.parametrize("page, field", [("who", "name"), ("contact", "avoid"), ("about", "story")])
def test_awkward_words_that_are_taken_reach_staff_exactly(app: Flask, page: str, field: str) -> None:
    lena, taken = at_the_desk(app, LENA), 0
    for typed in AWKWARD:
        client, tab = with_a_draft(app)
        if not is_taken(client, tab, page, {field: typed}):
            continue
        client.fill_in(f"/enquire/check?draft={tab}", SEND)
        with app.app_context():
            [reference] = db.session.scalars(select(Enquiry.reference).order_by(Enquiry.id.desc()).limit(1))
        assert "".join(typed.split()) in seen(lena.get(f"/desk/enquiries/{reference}").text)
        taken += 1
    assert taken


def is_taken(client: Visitor, tab: str, page: str, answers: dict[str, str]) -> bool:
    """Answer a page, and return whether the answer was taken; if not, it was refused in words."""
    answered = client.fill_in(f"/enquire/{page}?draft={tab}", answers)
    assert answered.status_code in (200, 303, 422)
    assert answered.status_code != 422 or "There is a problem" in answered.text
    return answered.status_code != 422
