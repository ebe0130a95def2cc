"""Somebody rings, and Lena finds them by whatever they can say of themselves."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from enquiry import caseload, search
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.ledger import AuditEntry
from enquiry.records.search_token import SearchToken
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome
from enquiry.triage import decide
from tests.counting import counting_queries
from tests.people import LENA, MAX, PAT, RAI, at_the_desk, pat_asks
from tests.visitor import Visitor

SOMEBODY_ELSE: dict[str, dict[str, Any]] = {
    "who": {"name": "Sam Heron", "birth_date": "1955-12-24"},
    "contact": {"email": "sam@home.example", "telephone": "020 7946 0011"},
}
QUESTIONS = 6  # who asks, the search itself, and to put it on record


def look_for(visitor: Visitor, words: str) -> TestResponse:
    """Type something into the box of the bar."""
    return visitor.fill_in("/desk/queue", {"looked_for": words}, action="/desk/search")


def look_inside(visitor: Visitor, words: str) -> str:
    """Type something, and ask for messages to be looked into as well; return the page."""
    page = look_for(visitor, words)
    return visitor.send("/desk/search", page.text, {"inside": "y"}).text


def references(page: str) -> list[str]:
    """Return the references that a page links to, in order."""
    return re.findall(r'href="/desk/enquiries/([^"/]+)"', page)


def box(page: str) -> str:
    """Return what stands in the search box."""
    found = re.search(r'id="looked_for"[^>]* value="([^"]*)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "words",
    [
        *("Pat", "o'shea", "OSHEA", "O Shea", "lukasz", "ŁUKASZ", "oshea-lukasz", "luk", "Pat Lukasz"),
        *("31/3/1980", "31 March 1980", "31.3.80", "Pat 31/03/1980", "PAT@home.example"),
    ],
)
def test_lena_finds_pat_and_nobody_else(app: Flask, words: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks(**SOMEBODY_ELSE)
        reference = pat_asks().reference

    answer = look_for(lena, words)

    assert answer.status_code == 200
    assert references(answer.text) == [reference]
    assert str(escape(PAT)) in answer.text
    assert "31 March 1980" in answer.text
    assert "1 enquiry, the newest first" in answer.text
    assert box(answer.text) == str(escape(words))


@pytest.mark.parametrize("words", ["07700 900 982", "+44 7700 900982", "0044 7700 900982", "900982", "900 982", "{}"])
def test_a_number_that_only_pat_has_leads_straight_to_her(app: Flask, words: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks(**SOMEBODY_ELSE)
        reference = pat_asks().reference

    answer = look_for(lena, words.format(reference.lower()))

    assert (answer.status_code, answer.location) == (303, f"/desk/enquiries/{reference}")
    assert str(escape(PAT)) in lena.get(answer.location).text


@pytest.mark.parametrize("words", ["943 476 5919", "9434765919"])
def test_an_nhs_number_that_came_with_pat_leads_straight_to_her(app: Flask, words: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks(**SOMEBODY_ELSE)
        enquiry = pat_asks()
        enquiry.patient = replace(enquiry.patient, nhs_number="9434765919")
        db.session.execute(delete(SearchToken).where(SearchToken.enquiry_id == enquiry.id))
        search.index(enquiry)
        db.session.commit()
        reference = enquiry.reference

    assert look_for(lena, words).location == f"/desk/enquiries/{reference}"
    assert references(look_for(lena, "943 476 5927").text) == []


def test_a_date_that_could_be_a_number_is_no_number(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
    assert references(look_for(lena, "310380").text) == [reference]


def test_of_two_with_one_telephone_lena_chooses(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        older, newer = pat_asks().reference, pat_asks(who={"name": "Sam Heron"}).reference
    assert references(look_for(lena, "07700 900 982").text) == [newer, older]


def test_what_has_ended_is_found_with_what_came_of_it(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.app_context():
        open_one, ended = pat_asks(Clinic.NORWICH), pat_asks()
        decide.close(who(RAI.email), ended.reference, ended.version, Outcome.ADVICE_SENT, "")

    page = look_for(rai, "Pat").text

    assert references(page) == [ended.reference, open_one.reference]
    for words in ("Closed", "Information sent", "London", "New", "Norwich"):
        assert words in page


def test_a_long_list_ends_after_a_page_and_says_so(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        everybody = [pat_asks().reference for _ in range(caseload.PAGE + 1)]
    page = look_for(lena, "Pat").text
    assert references(page) == everybody[:0:-1]
    assert f"The {caseload.PAGE} newest; there are more." in page


@pytest.mark.parametrize("words", ["Nobody", "Heron", "01632 960 001", "1/1/1970", "no@home.example", "LN-0000-0000"])
def test_nobody_found_is_said_and_what_was_typed_is_kept(app: Flask, words: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks()
    answer = look_for(lena, words)
    assert answer.status_code == 200
    assert not references(answer.text)
    assert "Nobody found in London." in answer.text
    assert box(answer.text) == words


@pytest.mark.parametrize("words", ["P", "12345", "pat@", "?", "31/2/1980", "LN-7K4Q"])
def test_too_little_is_said_and_what_was_typed_is_kept(app: Flask, words: str) -> None:
    lena = at_the_desk(app, LENA)
    answer = look_for(lena, words)
    assert answer.status_code == 422
    assert "Enter three letters of a name, a date of birth" in answer.text
    assert '<a href="#looked_for">' in answer.text
    assert box(answer.text) == words


@pytest.mark.parametrize("words, why", [("", "Enter what to look for"), ("a" * 255, "254 characters or fewer")])
def test_nothing_and_far_too_much_are_refused_in_words(app: Flask, words: str, why: str) -> None:
    answer = look_for(at_the_desk(app, LENA), words)
    assert answer.status_code == 422
    assert why in answer.text


def test_the_page_says_what_can_be_looked_for(app: Flask) -> None:
    page = at_the_desk(app, RAI).get("/desk/search").text
    assert "Enquiries of London and Norwich, open or ended, are found by" in page
    assert box(page) == ""


def test_messages_are_looked_into_only_when_lena_asks(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks(about={"story": "I fell off a horse near Thetford, and it’s naïve to wait."}).reference
        pat_asks(about={"story": "I fell off a ladder near Thetford."})

    page = look_for(lena, "thetford horse").text
    assert not references(page)
    assert "It is looked through only when you ask, and only in open enquiries" in page

    page = look_inside(lena, "Thetford HORSE naive")
    assert references(page) == [reference]
    assert "Looked inside 2 open messages." in page
    assert "What was written later, and enquiries that have ended, are not searched." in page
    assert box(page) == "Thetford HORSE naive"


def test_what_has_ended_is_not_looked_into(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        ended = pat_asks()
        decide.close(who(LENA.email), ended.reference, ended.version, Outcome.ADVICE_SENT, "")
    page = look_inside(lena, "September")
    assert not references(page)
    assert "Looked inside 0 open messages." in page


def test_how_many_messages_were_not_looked_into_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MESSAGES", 2)
    lena = at_the_desk(app, LENA)
    with app.app_context():
        first, second, _ = [pat_asks().reference for _ in range(3)]
    page = look_inside(lena, "September")
    assert references(page) == [second, first]
    assert "Looked inside the 2 open messages that are due next. There are more, and they were not searched." in page


def test_a_word_of_two_letters_is_too_little_to_look_into_messages_for(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    page = look_for(lena, "Li")
    answer = lena.send("/desk/search", page.text, {"inside": "y"})
    assert answer.status_code == 422
    assert "Enter a word of three letters or more" in answer.text


def test_an_enquiry_that_was_tampered_with_leaves_the_others_to_be_found(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        whole, broken = pat_asks(), pat_asks()
        broken.request_sealed = broken.patient_sealed
        db.session.commit()

    page = look_for(lena, "Pat").text
    inside = look_inside(lena, "September")

    assert references(page) == [broken.reference, whole.reference]
    assert "Cannot be opened safely" in page
    assert references(inside) == [whole.reference]
    assert "1 of them could not be opened." in inside
    assert look_for(lena, broken.reference).location == f"/desk/enquiries/{broken.reference}"


def test_a_search_is_on_record_without_what_was_typed(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    look_for(lena, "Quillonia")
    look_inside(lena, "Quillonia")
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == AuditEvent.SEARCHED)).all()
        assert [(entry.actor, entry.subject) for entry in entries] == [(str(who(LENA.email).id), None)] * 3


def test_what_is_typed_goes_into_no_address(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
    answer = look_for(lena, "Pat")
    assert answer.request.full_path == "/desk/search?"
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="off"' in answer.text
    assert reference not in lena.get("/desk/search?looked_for=Pat").text


def test_max_manages_people_and_finds_no_patient(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    assert max_.get("/desk/search").status_code == 403
    assert "looked_for" not in max_.get("/desk/account").text


@pytest.mark.parametrize("words", ["Pat", "Pat Lukasz", "31/3/1980", "900982", "o shea 31/3/80"])
def test_a_search_costs_a_fixed_number_of_questions(app: Flask, words: str) -> None:
    rai = at_the_desk(app, RAI)
    page = rai.get("/desk/queue").text
    costs = []
    for _ in range(2):
        with app.app_context():
            for clinic in (*Clinic,) * 6:
                pat_asks(clinic)
        with counting_queries(app) as questions:
            rai.send("/desk/queue", page, {"looked_for": words}, action="/desk/search")
        costs.append(len(questions))
    assert costs[0] == costs[1] <= QUESTIONS


def test_the_newest_stand_first_whatever_the_clock_says(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        first, second = pat_asks(), pat_asks()
        second.received_at = datetime(2020, 1, 1, tzinfo=UTC)
        db.session.commit()
    assert references(look_for(lena, "Pat").text) == [second.reference, first.reference]


def who(email: str) -> Staff:
    """Return a colleague who is hired already."""
    return db.session.scalars(select(Staff).where(Staff.email == email)).one()
