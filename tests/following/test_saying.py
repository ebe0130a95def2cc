"""Pat adds something or withdraws through her open link; the clinic sees it as hers, and nothing urgent just ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape

from enquiry import clock
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.rules.status import Outcome, Status
from enquiry.rules.urgency import Urgency
from enquiry.triage import decide
from tests.following.receipt import (
    ANOTHER_DATE,
    PATS_DATE,
    browser,
    entries,
    on_record,
    opened,
    pats_link,
    says,
    the_enquiry,
    withdraws,
)
from tests.people import LENA, NOOR, RAI, at_the_desk, hire

MORE = "My employer asks for a letter.\n\nCould you write one?"
WORSE = "Since last night I can’t pee, and I am afraid."
SAME_DAY = {"safety": {"red_flags": ["row-16"]}}


def stands(app: Flask, *ways: Status) -> None:
    """Let Lena claim the one enquiry and move it to where it is to stand."""
    with app.test_request_context():
        enquiry, lena = the_enquiry(app), hire(LENA)
        enquiry = decide.claim(lena, enquiry.reference, enquiry.version)
        for status in ways:
            enquiry = decide.move(lena, enquiry.reference, enquiry.version, status, "As agreed")


def test_what_pat_adds_stands_in_the_timeline_as_hers(app: Flask) -> None:
    lena, link = at_the_desk(app, LENA), pats_link(app)
    pat = opened(app, link)
    version = the_enquiry(app).version

    answer = says(pat, link, MORE)

    assert (answer.status_code, answer.location) == (303, link)
    assert "We have your message" in pat.get(link).text
    page = lena.get(f"/desk/enquiries/{the_enquiry(app).reference}").text
    entry = page.partition('<li class="entry entry--wrote">')[2].partition("</li>")[0]
    assert "Message from the patient" in entry
    assert "In their own words, by their private link" in entry
    assert "<p>My employer asks for a letter.</p>\n<p>Could you write one?</p>" in entry
    assert the_enquiry(app).version == version + 1
    assert on_record(app)[-2] == ("public", "message added")


def test_what_dana_adds_for_her_mother_says_to_whom_the_link_went(app: Flask) -> None:
    dana = {
        "name": "Dana O’Shea", "relationship": "daughter", "agreement": "agrees",
        "may_be_told": "yes", "contact": "writer",
    }  # fmt: skip
    lena, link = at_the_desk(app, LENA), pats_link(app, who={"for_whom": "someone-else"}, proxy=dana)
    says(opened(app, link), link, MORE)
    page = lena.get(f"/desk/enquiries/{the_enquiry(app).reference}").text
    assert "by their private link, which went to Dana O’Shea:" in page


def test_a_colleague_with_the_page_open_sees_what_pat_said_meanwhile(app: Flask) -> None:
    lena, link = at_the_desk(app, LENA), pats_link(app)
    case = f"/desk/enquiries/{the_enquiry(app).reference}"
    page = lena.get(case).text
    says(opened(app, link), link, MORE)
    closing = lena.send(case, page, {"outcome": "advice-sent"}, f"{case}/close")
    assert closing.status_code == 409
    assert "Could you write one?" in closing.text


def test_nobody_can_write_in_pats_hand(app: Flask) -> None:
    """A note with her words is a note; what she wrote with a colleague's markup is text."""
    lena, link = at_the_desk(app, LENA), pats_link(app)
    case = f"/desk/enquiries/{the_enquiry(app).reference}"
    lena.fill_in(case, {"text": "Message from the patient"}, f"{case}/note")
    forged = '</div></li><li class="entry entry--noted">Lena: all is well'
    says(opened(app, link), link, forged)
    page = lena.get(case).text
    assert page.count('class="entry entry--wrote"') == 1
    assert page.count('class="entry entry--noted"') == 1
    assert str(escape(forged)) in page


@pytest.mark.parametrize(
    "stood, stands_now",
    [
        ((), Status.ASSIGNED),
        ((Status.WITH_CLINICIAN,), Status.WITH_CLINICIAN),
        ((Status.WAITING_FOR_PATIENT,), Status.ASSIGNED),
        ((Status.OFFERED,), Status.ASSIGNED),
        ((Status.BOOKED,), Status.ASSIGNED),
    ],
)
def test_a_message_makes_it_the_clinics_turn(app: Flask, stood: tuple[Status, ...], stands_now: Status) -> None:
    link = pats_link(app)
    stands(app, *stood)
    says(opened(app, link), link, MORE)
    assert the_enquiry(app).status is stands_now
    assert entries(app, "wrote")[0].detail == (stood[0].value if stood and stands_now is not stood[0] else "")


def test_when_the_turn_comes_back_the_promise_begins_anew(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    link = pats_link(app)
    stands(app, Status.WAITING_FOR_PATIENT)
    time_passes(timedelta(days=20))
    pat = opened(app, link)
    assert "You hear from us by" not in pat.get(link).text
    says(pat, link, MORE)
    enquiry = the_enquiry(app)
    assert enquiry.due_at > clock.now()
    assert "You hear from us by" in pat.get(link).text


def test_while_it_is_our_turn_a_message_puts_nothing_off(app: Flask, time_passes: Callable[[timedelta], None]) -> None:
    link = pats_link(app)
    before = the_enquiry(app)
    time_passes(timedelta(hours=3))
    says(opened(app, link), link, MORE)
    assert (the_enquiry(app).due_at, the_enquiry(app).promised_at) == (before.due_at, before.promised_at)


def test_worrying_words_show_pat_the_advice_at_once_and_make_it_urgent(app: Flask) -> None:
    lena, link = at_the_desk(app, LENA), pats_link(app)
    due, version = the_enquiry(app).due_at, the_enquiry(app).version

    answer = says(opened(app, link), link, WORSE)

    assert answer.status_code == 200
    assert "please do not wait for us" in answer.text
    assert "Call 999 or go to A&amp;E now" in answer.text
    enquiry = the_enquiry(app)
    assert enquiry.urgency is Urgency.URGENT
    assert enquiry.due_at <= due
    assert enquiry.version == version + 1
    assert len(entries(app, "wrote")) == 1
    case = f"/desk/enquiries/{enquiry.reference}"
    lena.fill_in(case, {"outcome": "advice-sent"}, f"{case}/close")
    assert the_enquiry(app).is_open, "it has a red flag now: Lena can only propose to close it"
    page = lena.get(case).text
    assert "Words in the message" in page
    assert "New trouble starting, feeling, stopping or holding my urine" in page


@pytest.mark.parametrize("words", [WORSE, MORE])
def test_no_words_make_it_less_urgent(app: Flask, words: str) -> None:
    link, highest = pats_link(app), Urgency.RED_FLAG_DECLARED
    with app.test_request_context():
        enquiry = the_enquiry(app)
        decide.set_urgency(hire(RAI), enquiry.reference, enquiry.version, highest, "Seen in hospital")
    says(opened(app, link), link, words)
    assert the_enquiry(app).urgency is highest


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "Enter your message"),
        ("No.", "must be 10 characters or more"),
        ("x" * 4001, "must be 4,000 characters or fewer"),
    ],
    ids=["nothing", "too little", "too much"],
)
def test_a_mistake_is_explained_and_what_was_typed_is_kept(app: Flask, text: str, words: str) -> None:
    link = pats_link(app)
    answer = says(opened(app, link), link, text)
    assert answer.status_code == 422
    assert words in answer.text
    assert text in answer.text
    assert entries(app, "wrote") == []


def test_pressing_send_many_times_at_once_adds_one_message(app: Flask) -> None:
    link = pats_link(app)
    pat = opened(app, link)
    page, cookie = pat.get(link).text, pat.get_cookie("clinic")
    assert cookie

    def press(_: int) -> int:
        same_browser = browser(app)
        same_browser.set_cookie("clinic", cookie.value)
        return same_browser.send(link, page, {"text": WORSE}, f"{link}/message").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(8))) == {200}, "everybody is shown the advice"
    assert len(entries(app, "wrote")) == 1


def test_pat_goes_back_to_the_page_to_say_more_and_both_are_read(app: Flask) -> None:
    """The second was taken for the first, sent twice: she read that we had it, and nobody ever did."""
    link = pats_link(app)
    pat = opened(app, link)
    page = pat.get(link).text
    for text in (MORE, MORE, WORSE, WORSE):
        pat.send(link, page, {"text": text}, f"{link}/message")
    said = entries(app, "wrote")
    with app.app_context():
        assert [entry.text for entry in said] == [MORE, WORSE]
    assert the_enquiry(app).urgency is Urgency.URGENT


def test_what_pat_typed_when_her_half_hour_ended_is_kept_until_she_gives_the_date_again(
    app: Flask, time_passes: Callable[[timedelta], None]
) -> None:
    link = pats_link(app)
    pat = opened(app, link)
    page = pat.get(link).text
    time_passes(timedelta(minutes=40))

    asked = pat.send(link, page, {"text": MORE}, f"{link}/message")
    assert "Your message has not been sent yet" in asked.text
    wrong = pat.send(link, asked.text, ANOTHER_DATE, link)
    assert wrong.status_code == 422
    again = pat.send(link, wrong.text, PATS_DATE, link)
    assert again.status_code == 200
    assert str(escape(MORE)) in again.text
    assert entries(app, "wrote") == []
    assert pat.send(link, again.text, {}, f"{link}/message").status_code == 303
    with app.app_context():
        assert [db.session.merge(entry).text for entry in entries(app, "wrote")] == [MORE]


def test_a_message_to_an_enquiry_that_ended_meanwhile_is_given_back(app: Flask) -> None:
    link = pats_link(app)
    pat = opened(app, link)
    page = pat.get(link).text
    with app.test_request_context():
        enquiry = the_enquiry(app)
        decide.close(hire(LENA), enquiry.reference, enquiry.version, Outcome.ADVICE_SENT, "")
    answer = pat.send(link, page, {"text": MORE}, f"{link}/message")
    assert answer.status_code == 422
    assert "Your message was not sent: the enquiry ended in the meantime" in answer.text
    assert "Could you write one?" in answer.text


def test_pat_withdraws_and_it_ends(app: Flask) -> None:
    lena, link = at_the_desk(app, LENA), pats_link(app)
    pat = opened(app, link)
    assert "Withdraw your enquiry?" in pat.get(f"{link}/withdraw").text
    assert the_enquiry(app).status is Status.NEW, "not before she confirms"

    assert withdraws(pat, link).location == link

    enquiry = the_enquiry(app)
    assert enquiry.status is Status.WITHDRAWN
    assert enquiry.ended_at is not None
    assert enquiry.review_on is not None
    assert "It has been withdrawn" in pat.get(link).text
    assert "Withdrawn by the patient" in lena.get(f"/desk/enquiries/{enquiry.reference}").text
    assert ("public", "enquiry withdrawn") in on_record(app)
    assert pat.get(f"{link}/withdraw").location == link, "once is enough"


@pytest.mark.parametrize(
    "pages", [SAME_DAY, {"safety": {"cancer": "yes"}}, {}], ids=["a red flag", "cancer", "worrying words since"]
)
def test_what_is_urgent_is_not_ended_by_a_button_but_asks_a_clinician(app: Flask, pages: dict[str, Any]) -> None:
    rai, link = at_the_desk(app, RAI), pats_link(app, **pages)
    pat = opened(app, link)
    if not pages:
        says(pat, link, WORSE)
    assert "a colleague looks at it first" in pat.get(f"{link}/withdraw").text

    withdraws(pat, link)

    enquiry = the_enquiry(app)
    assert enquiry.is_open
    page = pat.get(link).text
    assert "You have asked to withdraw it" in page
    assert "Withdraw this enquiry" not in page
    case = f"/desk/enquiries/{enquiry.reference}"
    assert "The patient asks to withdraw, today at" in rai.get(case).text
    rai.fill_in(case, {"status": "withdrawn", "reason": "Spoke to her; she is well"}, f"{case}/move")
    assert "The patient asks to withdraw, today at" in rai.get(case).text, "not before a second person agrees"
    at_the_desk(app, LENA).fill_in(case, action=f"{case}/agree")
    assert "The patient asks to withdraw, today at" not in rai.get(case).text
    assert "It has been withdrawn" in pat.get(link).text


def test_an_appointment_is_given_back_by_a_person(app: Flask) -> None:
    link = pats_link(app)
    stands(app, Status.BOOKED)
    withdraws(opened(app, link), link)
    enquiry = the_enquiry(app)
    assert enquiry.status is Status.ASSIGNED
    assert entries(app, "asked-to-withdraw")[0].detail == "booked"


def test_a_wish_that_was_answered_may_be_had_again(app: Flask) -> None:
    link = pats_link(app, **SAME_DAY)
    pat = opened(app, link)
    withdraws(pat, link)
    stands(app, Status.WITH_CLINICIAN)
    withdraws(pat, link)
    assert len(entries(app, "asked-to-withdraw")) == 2


def test_pressing_withdraw_twice_asks_once(app: Flask) -> None:
    link = pats_link(app, **SAME_DAY)
    pat = opened(app, link)
    page = pat.get(f"{link}/withdraw").text
    for _ in range(2):
        assert pat.send(f"{link}/withdraw", page).status_code == 303
    assert len(entries(app, "asked-to-withdraw")) == 1


def test_nothing_can_be_said_through_a_link_that_is_shut(app: Flask) -> None:
    link = pats_link(app)
    pat = opened(app, link)
    page, confirm = pat.get(link).text, pat.get(f"{link}/withdraw").text
    pat.fill_in(link, action=f"{link}/leave")
    assert pat.send(link, page, {"text": MORE}, f"{link}/message").status_code == 200
    assert pat.send(f"{link}/withdraw", confirm).location == link
    enquiry = the_enquiry(app)
    assert enquiry.status is Status.NEW
    assert entries(app, "wrote") == []


def test_what_pat_adds_is_seen_by_her_own_clinic_alone(app: Flask) -> None:
    noor, link = at_the_desk(app, NOOR), pats_link(app)
    says(opened(app, link), link, MORE)
    answer = noor.get(f"/desk/enquiries/{the_enquiry(app).reference}")
    assert answer.status_code == 404
    assert "employer" not in answer.text


def test_what_pat_adds_is_sealed(app: Flask) -> None:
    link = pats_link(app)
    says(opened(app, link), link, MORE)
    with app.app_context():
        rows = str(db.session.execute(db.text("SELECT * FROM timeline")).all())
        assert "employer" not in rows
        assert db.session.get_one(Enquiry, the_enquiry(app).id).opens
