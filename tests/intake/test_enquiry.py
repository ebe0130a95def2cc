"""Pat asks in confidence: safety first, a few short pages, check, sent."""

import re
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from enquiry.extensions import db
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.records.letter import Letter
from enquiry.records.types import WrappedKey
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.red_flags import RED_FLAGS, RedFlag
from enquiry.rules.status import Status
from enquiry.rules.urgency import Urgency
from tests.people import PAT, PATS_EMAIL, PATS_STORY
from tests.visitor import Visitor

START = "/enquire/safety?about=sciatica"
SAFE = {"red_flags": ["none"], "cancer": "no"}
WHO = {"for_whom": "me", "name": PAT, "birth_date-day": "31", "birth_date-month": "3", "birth_date-year": "1980"}
CONTACT = {
    "email": PATS_EMAIL, "telephone": "07700 900 982", "preferred": "email", "voicemail_ok": "no",
    "avoid": "Not at work",
}  # fmt: skip
ABOUT = {"kind": "appointment", "story": PATS_STORY}
PAIN = {"since": "weeks", "worse": "no", "places": ["left-leg"]}
TIMES = {"days": ["monday", "friday"], "times": ["morning"], "paying": "self", "letter": "no"}
NO_FILES: dict[str, Any] = {"files": []}
CLINIC = {"clinic": "london", "needs": ["none"]}
SEND = {"emergency_ack": "y"}


def begin(client: Visitor) -> str:
    """Answer the safety question with none, and return the address of the next page."""
    return client.fill_in(START, SAFE).location


def answer(client: Visitor, address: str, *pages: dict[str, Any]) -> str:
    """Answer one page after the other from an address on, and return where that leads."""
    for answers in pages:
        response = client.fill_in(address, answers)
        assert response.status_code == 303, response.text
        address = response.location
    return address


def at_the_files(client: Visitor) -> str:
    """Answer every page up to the one that takes files, and return its address."""
    return answer(client, begin(client), WHO, CONTACT, ABOUT, PAIN, TIMES)


def fill_all(client: Visitor, clinic: str = "london") -> str:
    """Answer every page, and return the address of the check."""
    return answer(client, at_the_files(client), NO_FILES, {**CLINIC, "clinic": clinic})


def stored() -> Enquiry:
    """Return the one enquiry that there is."""
    return db.session.scalars(select(Enquiry)).one()


def test_pat_reads_of_sciatica_answers_and_gets_a_receipt(app: Flask, client: Visitor) -> None:
    check = fill_all(client)
    page = client.get(check).text
    for words in (PAT, PATS_EMAIL, "31 March 1980", "Monday", "Sciatica", "worse when I sit"):
        assert words in page
    assert "Nothing has been sent yet" in page

    sent = client.fill_in(check, SEND)
    receipt = client.get(sent.location)

    assert re.search(r"LN-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.text)
    assert client.get(sent.location).text == receipt.text  # it survives being loaded again
    with app.app_context():
        enquiry = stored()
        assert (enquiry.clinic, enquiry.kind, enquiry.status) == (Clinic.LONDON, Kind.APPOINTMENT, Status.NEW)
        assert enquiry.urgency is Urgency.ROUTINE
        assert enquiry.patient.name == PAT
        assert enquiry.contact.preferred is Route.EMAIL
        assert (enquiry.contact.telephone, enquiry.contact.telephone_as_typed) == ("+447700900982", "07700 900 982")
        assert not enquiry.contact.voicemail_ok
        assert enquiry.request.about == "sciatica"
        assert enquiry.request.story == PATS_STORY


def test_the_draft_and_its_key_are_gone_once_it_is_sent(app: Flask, client: Visitor) -> None:
    client.fill_in(fill_all(client), SEND)

    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
        assert db.session.scalars(select(WrappedKey.id)).all() == [stored().id]


@pytest.mark.parametrize("flag", [flag for flag in RED_FLAGS if flag.action.is_emergency], ids=lambda f: f.code)
def test_an_emergency_is_sent_to_help_and_nothing_of_it_is_kept(app: Flask, client: Visitor, flag: RedFlag) -> None:
    page = client.fill_in(START, {"red_flags": [flag.code], "cancer": "no"})

    assert page.status_code == 200
    assert "Please get help now" in page.text
    assert "carry-on" not in page.text
    assert flag.tell_them in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_an_emergency_cannot_be_carried_on_with_by_a_forged_button(app: Flask, client: Visitor) -> None:
    html = client.get(START).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert token is not None

    page = client.post(START, data={"red_flags": ["row-1"], "carry-on": "yes", "csrf_token": token[1]})

    assert "Please get help now" in page.text


def test_somebody_told_to_seek_advice_today_may_carry_on_and_arrives_as_urgent(app: Flask, client: Visitor) -> None:
    advice = client.fill_in(START, {"red_flags": ["row-9"], "cancer": "no"})
    assert "Ring your cancer team" in advice.text

    address = client.send(START, advice.text, {"carry-on": "yes"}).location
    pages = [WHO, CONTACT, ABOUT, PAIN, TIMES, NO_FILES, CLINIC]
    client.fill_in(answer(client, address, *pages), SEND)

    with app.app_context():
        assert stored().urgency is Urgency.URGENT
        assert stored().request.red_flags == ("row-9",)


def test_none_of_these_together_with_a_red_flag_is_asked_again(client: Visitor) -> None:
    page = client.fill_in(START, {"red_flags": ["none", "row-1"], "cancer": "no"})

    assert page.status_code == 422
    assert "but not both" in page.text


def test_no_answer_to_the_safety_question_goes_no_further(client: Visitor) -> None:
    page = client.fill_in(START, {})

    assert page.status_code == 422
    assert "There is a problem" in page.text


@pytest.mark.parametrize(
    "nth, wrong, words",
    [
        (0, {"name": ""}, "Enter the patient’s full name"),
        (0, {"birth_date-day": "31", "birth_date-month": "2"}, "must be a real date"),
        (0, {"birth_date-year": ""}, "must include a year"),
        (0, {"birth_date-year": "2999"}, "must be in the past"),
        (0, {"birth_date-year": "1880"}, "must be after"),
        (0, {"name": "x" * 101}, "must be 100 characters or fewer"),
        (0, {"name": "Pat\u202egro.live"}, "hidden characters"),
        (1, {"email": "pat@home"}, "Enter an email address in the correct format"),
        (1, {"telephone": "12"}, "Enter a telephone number"),
        (1, {"email": ""}, "Enter your email address above"),
        (1, {"telephone": "", "preferred": "telephone"}, "Enter your telephone number above"),
        (1, {"preferred": ["pigeon"]}, "Select how you would like us to answer"),
        (2, {"story": "short"}, "must be 10 characters or more"),
        (2, {"story": "x" * 4001}, "must be 4,000 characters or fewer"),
        (1, {"voicemail_ok": []}, "Select whether we may leave a message"),
        (2, {"about": "lumbago"}, "Select what it is about"),
    ],
)  # fmt: skip
def test_a_mistake_is_explained_and_what_was_typed_is_kept(
    client: Visitor, nth: int, wrong: dict[str, Any], words: str
) -> None:
    pages = [WHO, CONTACT, ABOUT]
    address = answer(client, begin(client), *pages[:nth])

    again = client.fill_in(address, {**pages[nth], **wrong})

    assert again.status_code == 422
    assert words in again.text
    assert "<title>Error: " in again.text
    for name, typed in {**pages[nth], **wrong}.items():
        if name in ("name", "email", "telephone", "story", "birth_date-year"):
            assert str(escape(typed)) in again.text


def test_two_tabs_do_not_mix(app: Flask, client: Visitor) -> None:
    first, second = begin(client), begin(client)
    answer(client, first, {**WHO, "name": "First Tab"})

    assert "First Tab" not in client.get(second).text
    assert "First Tab" in client.get(first).text


def test_another_browser_with_the_address_of_a_draft_sees_nothing(app: Flask, client: Visitor) -> None:
    address = answer(client, begin(client), WHO)
    stranger = app.test_client()

    page = stranger.get(address)

    assert page.status_code == 410
    assert PAT not in page.text


def test_what_is_typed_after_a_draft_expired_is_kept_and_the_safety_question_comes_again(
    app: Flask, client: Visitor
) -> None:
    address = begin(client)
    html = client.get(address).text
    with app.app_context():
        db.session.execute(db.delete(Draft))
        db.session.commit()

    response = client.send(address, html, WHO)

    assert response.status_code == 303
    assert response.location.startswith("/enquire/safety")
    onwards = client.fill_in(response.location, SAFE).location
    assert "/enquire/contact" in onwards


def test_pat_changes_an_answer_and_comes_straight_back_to_the_check(client: Visitor) -> None:
    check = fill_all(client)
    tab = check.partition("?")[2]

    back = client.fill_in(f"/enquire/who?{tab}", {"name": "Patricia Łukasz"})

    assert back.location == check
    assert "Patricia Łukasz" in client.get(check).text


def test_a_question_is_not_asked_for_days_and_times(app: Flask, client: Visitor) -> None:
    address = answer(client, begin(client), WHO, CONTACT, {**ABOUT, "kind": "question"}, PAIN)

    assert "/enquire/files" in address


def test_answers_are_thrown_away_when_pat_asks_for_it(app: Flask, client: Visitor) -> None:
    check = fill_all(client)
    tab = check.partition("?")[2]

    page = client.fill_in(check, action=f"/enquire/clear?{tab}")

    assert "thrown away" in page.text
    assert client.get(check).status_code == 410
    with app.app_context():
        assert db.session.scalars(select(WrappedKey.id)).all() == []


def test_without_an_email_address_no_receipt_is_written_and_the_page_says_so(app: Flask, client: Visitor) -> None:
    address = answer(
        client, begin(client), WHO, {**CONTACT, "email": "", "preferred": "telephone"},
        {**ABOUT, "kind": "question"}, PAIN, NO_FILES, {**CLINIC, "clinic": "norwich"},
    )  # fmt: skip
    receipt = client.get(client.fill_in(address, SEND).location)

    assert "write the reference down" in receipt.text
    assert "01603 505063" in receipt.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Letter)) == 0


def test_nobody_can_send_before_every_page_is_answered(client: Visitor) -> None:
    address = answer(client, begin(client), WHO)
    tab = address.partition("?")[2]
    html = client.get(address).text

    response: TestResponse = client.send(f"/enquire/check?{tab}", html)

    assert response.status_code == 303
    assert client.get(f"/enquire/check?{tab}").location == address


def test_somebody_under_18_is_told_where_help_is_and_nothing_is_kept(app: Flask, client: Visitor) -> None:
    address = begin(client)

    page = client.fill_in(address, {**WHO, "birth_date-year": "2015"})

    assert page.status_code == 200
    assert "call 111 today" in page.text
    assert 'value="2015"' not in client.get(address).text


def test_who_corrects_the_date_of_birth_to_that_of_a_child_cannot_send_what_they_said_before(
    app: Flask, client: Visitor
) -> None:
    """The enquiry of a child could be sent with the date of birth that somebody had just said was wrong."""
    check = fill_all(client)
    who = f"/enquire/who?{check.partition('?')[2]}"
    html = client.get(check).text

    assert "call 111 today" in client.fill_in(who, {**WHO, "birth_date-year": "2015"}).text

    assert client.send(check, html, SEND).location == check
    assert client.get(check).location == who
