"""Pat's daughter asks for her, with what both need: whoever answers sees first how, and to whom they may speak."""

from typing import Any

import pytest
from flask import Flask

from enquiry import clock, outbox
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.told import Contact, Patient, Request
from enquiry.rules.answers import Agreement, Letter, Need, Operated, Paying, Since, Visit
from enquiry.rules.clinics import Clinic
from enquiry.rules.urgency import Urgency
from tests.intake.test_enquiry import (
    ABOUT,
    CLINIC,
    CONTACT,
    NO_FILES,
    PAIN,
    SEND,
    TIMES,
    WHO,
    answer,
    begin,
    fill_all,
    stored,
)
from tests.mail_server import MailServer
from tests.people import LENA, PAT, PATS_EMAIL, at_the_desk, pat_asks
from tests.visitor import Visitor

FOR_PAT = {**WHO, "for_whom": "someone-else", "called": "Patsy"}
DAUGHTER = {
    "name": "Dana O’Shea", "relationship": "daughter", "agreement": "agrees", "may_be_told": "yes", "contact": "writer",
}  # fmt: skip
REST: list[dict[str, Any]] = [CONTACT, ABOUT, PAIN, TIMES, NO_FILES, CLINIC]


def dana_asks(client: Visitor, **says: str) -> None:
    """Send an enquiry of Dana's for Pat."""
    response = client.fill_in(answer(client, begin(client), FOR_PAT, {**DAUGHTER, **says}, *REST), SEND)
    assert "/enquire/sent" in response.location


def pages_of_the_case(app: Flask) -> list[str]:
    """Return the case as Lena reads it, and the pages on which she answers it."""
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = stored().reference
    return [lena.get(f"/desk/enquiries/{reference}{page}").text for page in ("", "/reply", "/call")]


def test_dana_asks_for_pat_and_the_answer_goes_to_dana(app: Flask, client: Visitor, smtp: MailServer) -> None:
    dana_asks(client)

    with app.app_context():
        proxy = stored().contact.proxy
        assert proxy is not None
        assert (proxy.name, proxy.relationship, proxy.agreement) == ("Dana O’Shea", "daughter", Agreement.AGREES)
        assert stored().patient.name == PAT
        outbox.sweep(clock.now())
    for page in pages_of_the_case(app):
        assert "Dana O’Shea (daughter) writes for the patient." in page
        assert "answer them" in page
        assert "The patient knows and agrees." in page
    body = smtp.letters[0].message.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Dear Dana O’Shea,")


def test_a_patient_who_cannot_agree_is_shouted_wherever_somebody_answers(app: Flask, client: Visitor) -> None:
    dana_asks(client, agreement="cannot-agree", may_be_told="no", contact="patient")

    for page in pages_of_the_case(app):
        assert "notice notice--red" in page
        assert "The patient cannot agree" in page
        assert "We may not speak to the writer about the patient." in page


def test_whoever_may_not_be_told_cannot_be_the_one_who_is_answered(client: Visitor) -> None:
    address = answer(client, begin(client), FOR_PAT)

    page = client.fill_in(address, {**DAUGHTER, "may_be_told": "no"})

    assert page.status_code == 422
    assert "Select “The patient” if we may not speak to you about them" in page.text
    assert "Dana O’Shea" in page.text


def test_who_asks_for_themselves_after_all_is_not_asked_about_a_writer(app: Flask, client: Visitor) -> None:
    check = answer(client, begin(client), FOR_PAT, DAUGHTER, *REST)
    tab = check.partition("?")[2]

    client.fill_in(f"/enquire/who?{tab}", {"for_whom": "me"})
    assert "Dana" not in client.get(check).text
    client.fill_in(check, SEND)

    with app.app_context():
        assert stored().contact.proxy is None


def test_what_pat_needs_stands_beside_every_way_to_answer_her(app: Flask, client: Visitor) -> None:
    needs = {**CLINIC, "needs": ["interpreter", "large-print"], "language": "Polish"}
    client.fill_in(answer(client, begin(client), WHO, CONTACT, ABOUT, PAIN, TIMES, NO_FILES, needs), SEND)

    with app.app_context():
        assert stored().contact.needs == (Need.INTERPRETER, Need.LARGE_PRINT)
    for page in pages_of_the_case(app):
        assert "An interpreter, Large print (Polish)" in page


@pytest.mark.parametrize(
    "needs, words",
    [
        ({"needs": []}, "Select the support that you need, or “None of these”"),
        ({"needs": ["none", "bsl"]}, "but not both"),
        ({"needs": ["interpreter"], "language": ""}, "Enter the language"),
    ],
)
def test_support_is_asked_of_everybody_and_an_unclear_answer_again(
    client: Visitor, needs: dict[str, Any], words: str
) -> None:
    address = answer(client, begin(client), WHO, CONTACT, ABOUT, PAIN, TIMES, NO_FILES)

    page = client.fill_in(address, {"clinic": "london", **needs})

    assert page.status_code == 422
    assert words in page.text


@pytest.mark.parametrize(
    "postcode, clinic",
    [("NR4 7TD", Clinic.NORWICH), ("nw89nh", Clinic.LONDON), ("", Clinic.LONDON), ("Paris", Clinic.LONDON)],
)
def test_for_either_clinic_the_postcode_decides(app: Flask, client: Visitor, postcode: str, clinic: Clinic) -> None:
    pages = [WHO, CONTACT, ABOUT, PAIN, TIMES, NO_FILES, {**CLINIC, "clinic": "either"}, {"postcode": postcode}]

    client.fill_in(answer(client, begin(client), *pages), SEND)

    with app.app_context():
        assert stored().clinic is clinic
        assert stored().request.is_for_either_clinic


@pytest.mark.parametrize("paying", Paying)
def test_how_pat_pays_and_would_come_is_on_the_case(app: Flask, client: Visitor, paying: Paying) -> None:
    times = {
        **TIMES, "paying": paying.value, "insurer": "Heron Mutual", "letter": "asked", "visit": "video",
        "dates_to_avoid": "the first week of March",
    }  # fmt: skip
    pain = {**PAIN, "operated": "elsewhere"}
    client.fill_in(answer(client, begin(client), WHO, CONTACT, ABOUT, pain, times, NO_FILES, CLINIC), SEND)

    with app.app_context():
        request = stored().request
        assert (request.paying, request.letter, request.visit) == (paying, Letter.ASKED, Visit.VIDEO)
        assert (request.since, request.operated) == (Since.WEEKS, Operated.ELSEWHERE)
    case = pages_of_the_case(app)[0]
    for words in (paying.label, "Heron Mutual", "I have asked for one", "by video", "the first week of March",
                  "2 to 6 weeks ago", "left leg", "yes, somewhere else"):  # fmt: skip
        assert words in case


def test_what_gets_worse_quickly_is_not_routine(app: Flask, client: Visitor) -> None:
    pages = [WHO, CONTACT, ABOUT, {**PAIN, "worse": "yes"}, TIMES, NO_FILES, CLINIC]

    client.fill_in(answer(client, begin(client), *pages), SEND)

    with app.app_context():
        assert stored().urgency is Urgency.SOON
    assert "Getting worse quickly" in pages_of_the_case(app)[0]


def test_nothing_is_sent_without_the_tick_that_it_is_not_for_emergencies(app: Flask, client: Visitor) -> None:
    check = fill_all(client)

    page = client.fill_in(check)

    assert page.status_code == 422
    assert "Select that you understand that this is not for emergencies" in page.text
    assert PAT in page.text
    with app.app_context():
        assert db.session.query(Enquiry).count() == 0


def test_the_common_way_has_nine_pages_with_the_check(client: Visitor) -> None:
    address, pages = begin(client), 1
    for answers in (WHO, CONTACT, ABOUT, PAIN, TIMES, NO_FILES, CLINIC):
        address, pages = answer(client, address, answers), pages + 1

    assert "/enquire/check" in address
    assert pages + 1 == 9


def test_an_enquiry_from_before_these_questions_still_opens(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        enquiry = pat_asks()
        old = {
            "patient": {"name": PAT, "birth_date": "1980-03-31"},
            "contact": {"preferred": "email", "email": PATS_EMAIL},
            "request": {"about": "sciatica", "story": "My back hurts.", "red_flags": ["row-16"]},
        }
        for column, said in old.items():
            setattr(enquiry, column, said)
        db.session.commit()
        reference = enquiry.reference

    with app.app_context():
        assert stored().patient == Patient(PAT, stored().patient.birth_date)
        assert isinstance(stored().contact, Contact)
        assert isinstance(stored().request, Request)
        assert stored().is_flagged
    for page in ("", "/reply", "/call"):
        assert PAT in lena.get(f"/desk/enquiries/{reference}{page}").text
    assert "Ever had cancer: not answered" in lena.get(f"/desk/enquiries/{reference}").text
