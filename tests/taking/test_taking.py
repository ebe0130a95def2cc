"""Pat rings, and Lena takes her enquiry: safety first, by the rules of the form, into the same queue."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from enquiry import caseload, clock, outbox, search
from enquiry.extensions import db
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.private_link import PrivateLink
from enquiry.records.staff import Staff
from enquiry.records.tally import Tally, What
from enquiry.records.timeline import Event
from enquiry.rules.clinics import Clinic
from enquiry.rules.red_flags import RED_FLAGS, may_be_declared
from enquiry.rules.urgency import Urgency
from tests.mail_server import MailServer
from tests.people import INES, LENA, MAX, PAT, PATS_EMAIL, PATS_STORY, RAI, at_the_desk, pat_asks
from tests.staff.door import sign_in
from tests.taking.calling import BORN, NEW, keyed
from tests.visitor import Visitor

FROM_OUR_OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
EMERGENCIES = [flag for flag in RED_FLAGS if flag.action.is_emergency]
YESTERDAY = clock.for_the_eye(clock.now()).date() - timedelta(days=1)
SEEN = {
    "hospital": "Norfolk and Norwich",
    "seen_on-day": str(YESTERDAY.day),
    "seen_on-month": str(YESTERDAY.month),
    "seen_on-year": str(YESTERDAY.year),
}


def taken() -> Enquiry:
    """Return the one enquiry; call it in an application context."""
    return db.session.scalars(select(Enquiry)).one()


def nothing_is_kept(app: Flask) -> bool:
    with app.app_context():
        return not any(db.session.scalar(select(func.count()).select_from(kind)) for kind in (Enquiry, Draft))


def goes_on(lena: Visitor, page: TestResponse, **answers: Any) -> TestResponse:
    """Send the page that came back, with what it holds and what is keyed in besides."""
    return lena.send(NEW, page.text, keyed(**answers), action="")


def test_lena_takes_what_pat_says_and_it_lies_in_the_same_queue(app: Flask, smtp: MailServer) -> None:
    lena = at_the_desk(app, LENA)
    saved = lena.fill_in(
        NEW,
        keyed(
            **BORN,
            is_of_age="",
            email=PATS_EMAIL,
            story=PATS_STORY,
            kind="appointment",
            about="sciatica",
            avoid="Not at work",
            good_days=["friday"],
            good_times=["morning"],
            needs=["interpreter"],
            language="Polish",
        ),
    )
    page = lena.get(saved.location).text
    with app.app_context():
        enquiry = taken()
        outbox.sweep(clock.now())
        assert saved.location == f"/desk/enquiries/{enquiry.reference}"
        assert enquiry.patient.birth_date == date(1980, 3, 31)
        assert (enquiry.urgency, enquiry.clinic) == (Urgency.ROUTINE, Clinic.LONDON)
        assert enquiry.first_contact_at is None, "whoever takes a call has not answered it"
    for words in (
        f"Your reference is {saved.location.rpartition('/')[2]}", "By telephone", LENA.name, "Sciatica",
        "Good times to ring: Friday, mornings", "Avoid: Not at work", "No messages on voicemail", "Polish",
    ):  # fmt: skip
        assert words in page
    assert saved.location in lena.get("/desk/queue").text
    assert saved.location in lena.get("/desk/callbacks").text
    assert [letter.recipients for letter in smtp.letters] == [[PATS_EMAIL]]


def test_a_name_and_a_number_are_enough(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    saved = lena.fill_in(NEW, keyed())
    assert saved.status_code == 303, saved.text
    for page in (saved.location, f"{saved.location}/call", "/desk/queue", "/desk/callbacks"):
        assert lena.get(page).status_code == 200
    assert "Date of birth not known" in lena.get(saved.location).text
    assert "whose date of birth is not known" in lena.get(f"{saved.location}/call").text
    found = lena.fill_in("/desk/queue", {"looked_for": PAT}, action="/desk/search")
    assert found.status_code in (200, 303)


def test_whose_date_of_birth_is_not_known_gets_a_receipt_without_a_link_that_nobody_could_open(
    app: Flask, smtp: MailServer
) -> None:
    at_the_desk(app, LENA).fill_in(NEW, keyed(email=PATS_EMAIL))
    with app.app_context():
        outbox.sweep(clock.now())
        assert db.session.scalar(select(func.count()).select_from(PrivateLink)) == 0
    words = smtp.letters[0].message.get_body(("plain",))
    assert words is not None
    assert "private link" not in words.get_content()
    assert "/enquiry/" not in words.get_content()


@pytest.mark.parametrize(
    "missing, said",
    [
        ({"red_flags": []}, "Select what you have"),
        ({"cancer": ""}, "Select whether you have ever been told that you have cancer"),
        ({"name": ""}, "Enter the patient’s full name"),
        ({"is_of_age": ""}, "Enter the date of birth, or tick"),
        ({"telephone": ""}, "Enter a telephone number"),
        ({"kind": ""}, "Select what they would like"),
        ({"preferred": "email"}, "Enter the email address if they would like us to answer by email"),
        ({"birth_date-day": "31"}, "must include a month and year"),
        ({**BORN, "birth_date-year": "2015"}, "The clinic sees people aged 18 and over"),
        ({"relationship": "daughter"}, "Enter the caller’s full name"),
        ({"writer": "Dana"}, "Say how the caller is related"),
        ({"is_contact": "y"}, "Answer the patient if we may not speak to the caller"),
        ({"needs": ["interpreter"]}, "Enter the language"),
        ({"red_flags": ["row-99"]}, "Select what you have"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(app: Flask, missing: dict[str, Any], said: str) -> None:
    lena = at_the_desk(app, LENA)
    refused = lena.fill_in(NEW, keyed(story=PATS_STORY, **missing))
    assert refused.status_code == 422
    assert said in refused.text
    assert "My left leg has hurt since September." in refused.text
    assert nothing_is_kept(app)


@pytest.mark.parametrize("flag", EMERGENCIES, ids=lambda flag: flag.code)
def test_an_emergency_says_what_to_tell_the_caller_is_counted_once_and_is_not_kept(app: Flask, flag: Any) -> None:
    lena = at_the_desk(app, LENA)
    told = lena.fill_in(NEW, keyed(red_flags=[flag.code]))
    assert told.status_code == 200
    assert "Tell the caller to get help now" in told.text
    assert str(flag.tell_them) in told.text
    assert ("Which hospital saw you?" in told.text) == may_be_declared([flag])
    goes_on(lena, told, red_flags=[flag.code])
    assert nothing_is_kept(app)
    with app.app_context():
        assert db.session.scalars(select(Tally.word).where(Tally.what == What.DIVERTED)).all() == [flag.code]


def test_the_screen_alone_can_be_checked_before_anything_else_is_asked(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    safe = lena.fill_in(NEW, {"red_flags": ["none"], "cancer": "no", "check": "yes"}, action="")
    assert safe.status_code == 200
    assert "They have not told you of any of these" in safe.text
    assert "There is a problem" not in safe.text
    unanswered = lena.fill_in(NEW, {"check": "yes"}, action="")
    assert unanswered.status_code == 422
    assert "Enter the patient’s full name" not in unanswered.text
    assert (
        "Tell the caller to get help now" in lena.fill_in(NEW, {"red_flags": ["row-1"], "check": "yes"}, action="").text
    )


def test_no_words_of_the_page_say_that_a_caller_is_safe(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    safe = lena.fill_in(NEW, {"red_flags": ["none"], "cancer": "no", "check": "yes"}, action="").text
    assert not re.search(r"\b(safe|all clear|no emergency)\b", re.sub(r"<[^>]+>", " ", safe), re.IGNORECASE)


def test_who_was_seen_in_hospital_is_taken_as_a_declared_red_flag(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    told = lena.fill_in(NEW, keyed(red_flags=["row-5"]))
    asked_where = goes_on(lena, told, red_flags=["row-5"], declare="yes")
    assert asked_where.status_code == 422
    assert "Enter the hospital that saw you" in asked_where.text
    saved = goes_on(lena, told, red_flags=["row-5"], declare="yes", **SEEN)
    assert saved.status_code == 303, saved.text
    with app.app_context():
        enquiry = taken()
        assert enquiry.urgency is Urgency.RED_FLAG_DECLARED
        assert enquiry.is_pinned
        assert enquiry.request.seen_in_hospital is not None
        assert not enquiry.request.changed_answer
    assert "Already seen in hospital and sent home" in lena.get(saved.location).text


@pytest.mark.parametrize("flag", [flag for flag in EMERGENCIES if not may_be_declared([flag])], ids=lambda f: f.code)
def test_what_needs_999_now_is_not_taken_by_a_forged_button_either(app: Flask, flag: Any) -> None:
    lena = at_the_desk(app, LENA)
    page = lena.get(NEW)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    forged = {
        **keyed(red_flags=[flag.code]),
        "declare": "yes",
        **SEEN,
        "csrf_token": token[1],
        "preferred": "telephone",
    }
    told = lena.post(NEW, data={**forged, "clinic": "london"})
    assert "Tell the caller to get help now" in told.text
    assert nothing_is_kept(app)


def test_a_milder_answer_after_an_emergency_is_kept_and_shown(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    told = lena.fill_in(NEW, keyed(red_flags=["row-5"]))
    saved = goes_on(lena, told)
    assert "Changed answers on the safety page" in lena.get(saved.location).text


def test_the_advice_of_today_is_said_first_and_then_the_enquiry_is_taken_as_urgent(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    first = lena.fill_in(NEW, keyed(red_flags=["row-16"]))
    assert first.status_code == 200
    assert "Say this first. Nothing was saved yet" in first.text
    assert nothing_is_kept(app)
    saved = goes_on(lena, first, red_flags=["row-16"])
    assert saved.status_code == 303
    with app.app_context():
        assert taken().urgency is Urgency.URGENT
        assert taken().is_pinned


def test_words_of_the_caller_that_may_mean_more_are_read_for_warning_signs(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    first = lena.fill_in(NEW, keyed(story="I am numb down below"))
    assert "Say this first" in first.text
    saved = goes_on(lena, first, story="I am numb down below")
    with app.app_context():
        assert taken().urgency is Urgency.URGENT
    assert "Words in the message" in lena.get(saved.location).text


def test_what_gets_worse_quickly_is_not_routine(app: Flask) -> None:
    at_the_desk(app, LENA).fill_in(NEW, keyed(worse="yes"))
    with app.app_context():
        assert taken().urgency is Urgency.SOON


def test_who_rings_after_an_urgent_enquiry_is_as_urgent_and_tied_to_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        first = pat_asks(Clinic.NORWICH, safety={"red_flags": ["row-16"]}).reference
    saved = lena.fill_in(NEW, keyed())
    with app.app_context():
        enquiry = db.session.scalars(select(Enquiry).where(Enquiry.reference != first)).one()
        assert enquiry.urgency is Urgency.URGENT
        events = [entry.event for entry in caseload.timeline(enquiry)]
        assert Event.URGENCY_KEPT in events
        rai = Staff(clinic_words=["london", "norwich"])
        assert [other.enquiry.reference for other in search.others(rai, enquiry)] == [first]
    assert first not in lena.get(saved.location).text


def test_somebody_who_asks_for_another_person_says_by_what_right(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    saved = lena.fill_in(
        NEW,
        keyed(writer="Dana", relationship="daughter", agreement="cannot-agree", may_be_told="yes", is_contact="y"),
    )
    page = lena.get(saved.location).text
    for words in ("Dana (daughter) writes for the patient.", "The patient cannot agree", "answer them"):
        assert words in page


def test_who_took_it_is_in_the_timeline_and_on_record(app: Flask) -> None:
    at_the_desk(app, LENA).fill_in(NEW, keyed())
    with app.app_context():
        received = caseload.timeline(taken())[-1]
        assert (received.event, received.detail) == (Event.RECEIVED, "telephone")
        assert received.actor is not None
        assert received.actor.name == LENA.name
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enquiry taken")).one()
        assert entry.subject == taken().id


def test_a_caller_may_choose_the_other_clinic_and_lena_then_sees_it_no_more(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    saved = lena.fill_in(NEW, keyed(clinic="norwich"))
    assert saved.location == "/desk/queue"
    page = lena.get(saved.location).text
    assert "It is in the queue of Norwich now. Enquiry taken" in page
    with app.app_context():
        assert taken().clinic is Clinic.NORWICH
        address = f"/desk/enquiries/{taken().reference}"
    assert lena.get(address).status_code == 404


def test_mr_rai_of_both_clinics_must_say_which(app: Flask) -> None:
    refused = at_the_desk(app, RAI).fill_in(NEW, keyed())
    assert "Select a clinic" in refused.text


@pytest.mark.parametrize("colleague", [MAX, INES], ids=["a manager", "an auditor"])
def test_who_sees_no_enquiries_takes_none(app: Flask, colleague: Any) -> None:
    assert at_the_desk(app, colleague).get(NEW).status_code == 403


def test_lena_goes_back_to_correct_the_number_and_it_is_not_thrown_away(app: Flask) -> None:
    """She read that the enquiry was taken, and Pat would have been rung at the number that was mistyped."""
    lena = at_the_desk(app, LENA)
    page = lena.get(NEW).text
    for number in ("07700 900 111", "07700 900 111", "07700 900 982"):
        assert lena.send(NEW, page, keyed(telephone=number), action="").status_code == 303
    with app.app_context():
        numbers = [one.contact.telephone_as_typed for one in db.session.scalars(select(Enquiry).order_by(Enquiry.id))]
    assert numbers == ["07700 900 111", "07700 900 982"]


def test_saving_many_times_at_once_takes_one(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    page = lena.get(NEW).text
    [cookie] = [lena.get_cookie("clinic")]
    assert cookie is not None
    together = Barrier(8)

    def press(_: int) -> str:
        finger = app.test_client()
        assert isinstance(finger, Visitor)
        finger.set_cookie("clinic", cookie.value)
        together.wait()
        return finger.send(NEW, page, keyed()).location

    with ThreadPoolExecutor(8) as fingers:
        assert len(set(fingers.map(press, range(8)))) == 1
    with app.app_context():
        assert taken()
        assert db.session.scalars(select(AuditEntry.event)).all().count("enquiry taken") == 1


def test_what_lena_keyed_in_when_her_session_ended_is_given_back(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    page = lena.get(NEW).text
    lena.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    given_back = lena.send(NEW, page, keyed(story=PATS_STORY), headers=FROM_OUR_OWN_PAGE)
    assert given_back.status_code == 400
    for words in ("Nothing was sent", "My left leg has hurt since September.", "07700 900 982"):
        assert words in given_back.text
    assert sign_in(lena, LENA.email).status_code == 303
    again = lena.send(NEW, given_back.text, {}, headers=FROM_OUR_OWN_PAGE)
    sent = lena.send(NEW, again.text, {}, headers=FROM_OUR_OWN_PAGE)
    assert sent.status_code == 303
    with app.app_context():
        assert taken().request.story == PATS_STORY.replace("\r\n", "\n")
