"""Spam is kept from the queue without a puzzle, and Pat is never kept from the clinic because she looks like it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from enquiry import caseload, clock
from enquiry.calls.callback import arrange
from enquiry.calls.record import record_call
from enquiry.extensions import db
from enquiry.lists import ListOf
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter, LetterKind
from enquiry.records.private_link import PrivateLink
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event
from enquiry.replies.send import send_reply
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.rules.retention import SPAM
from enquiry.rules.spam import Sign
from enquiry.rules.status import Outcome, Status
from enquiry.rules.urgency import Urgency
from enquiry.rules.working_time import OpeningHours
from enquiry.triage import decide
from tests.counting import counting_queries
from tests.intake.suspects import a_suspect_asks
from tests.intake.test_enquiry import SEND, fill_all, stored
from tests.people import LENA, PATS_EMAIL, RAI, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

QUEUE = "/desk/queue/london"
LIST = "/desk/queue/london/possible-spam"
TRAP = {**SEND, "website": "http://pills.example"}
REFERENCE = re.compile(r"LN-[0-9A-Z]{4}-[0-9A-Z]{4}")

LINKS = "https://pills.example/a https://pills.example/b"
MAY_BE_URGENT: dict[str, dict[str, Any]] = {
    "a red flag was told": {"safety": {"red_flags": ["row-9"]}},
    "a hospital saw them": {
        "safety": {"red_flags": ["row-1"]},
        "hospital": {"hospital": "Norfolk and Norwich", "seen_on": "2026-11-20"},
    },
    "cancer was told": {"safety": {"cancer": "yes"}},
    "words may mean more": {"about": {"story": "I have had a fever since the operation."}},
    "it gets worse quickly": {"pain": {"worse": "yes"}},
    "an answer was changed": {"has_changed_answer": True},  # type: ignore[dict-item]
}


def references(page: str) -> list[str]:
    """Return the references that a page links to, in order."""
    return re.findall(r'href="/desk/enquiries/([^"?#]+)[^"]*"', page)


def receipts() -> list[Letter]:
    """Return the receipts that were ever queued."""
    return list(db.session.scalars(select(Letter).where(Letter.kind == LetterKind.ACKNOWLEDGEMENT)))


def test_a_program_sees_what_pat_sees_and_its_enquiry_waits_apart_without_a_letter(app: Flask) -> None:
    lena, pat, program = at_the_desk(app, LENA), visitor(app), visitor(app)
    pats = pat.get(pat.fill_in(fill_all(pat), SEND).location).text
    its = program.get(program.fill_in(fill_all(program), TRAP).location).text

    assert without_reference(its) == without_reference(pats)
    [pats_reference, its_reference] = [REFERENCE.findall(page)[0] for page in (pats, its)]
    assert references(lena.get(QUEUE).text) == [pats_reference]
    assert references(lena.get(LIST).text) == [its_reference]
    with app.app_context():
        [receipt] = receipts()
        assert pats_reference in receipt.contents.subject


def test_pat_who_is_fast_and_nothing_else_is_in_the_queue(app: Flask, client: Visitor) -> None:
    client.fill_in(fill_all(client), SEND)

    with app.app_context():
        assert stored().set_aside_at is None
        assert stored().request.spam_signs == ()
        assert len(receipts()) == 1


def test_pat_who_takes_her_time_may_fall_into_the_trap(
    app: Flask, client: Visitor, time_passes: Callable[[timedelta], None]
) -> None:
    check = fill_all(client)
    time_passes(timedelta(minutes=4))
    client.fill_in(check, TRAP)

    with app.app_context():
        assert stored().set_aside_at is None


def test_a_fast_message_of_links_waits_apart(app: Flask) -> None:
    with app.test_request_context():
        enquiry = a_suspect_asks(about={"story": LINKS})
        assert enquiry.request.spam_signs == (Sign.TRAP, Sign.HASTE, Sign.LINKS)


def test_the_same_words_many_times_are_a_sign_however_they_are_spaced(app: Flask) -> None:
    with app.test_request_context():
        stories = [
            "Cheap pills here",
            "cheap  PILLS here",
            "Cheap pills\nhere",
            "Cheap pills here ",
            "Other words, Pat's",
        ]
        signs = [a_suspect_asks(about={"story": story}).request.spam_signs for story in stories]
    assert [Sign.REPEATED in one for one in signs] == [False, False, False, True, False]


def test_the_box_for_programs_is_hidden_from_people_screen_readers_and_browsers(client: Visitor) -> None:
    page = client.get(fill_all(client)).text
    box = re.search(r'<div class="trap" aria-hidden="true">.*?</div>', page, re.DOTALL)
    assert box is not None
    assert 'tabindex="-1"' in box[0]
    assert 'autocomplete="off"' in box[0]
    assert "Leave this empty" in box[0]
    with client.get(re.findall(r'href="(/static/site\.css[^"]*)"', page)[0]) as style:
        assert ".trap{display:none}" in style.text


@pytest.mark.parametrize("why", MAY_BE_URGENT)
def test_what_may_be_urgent_never_waits_apart_and_says_what_it_looks_like(app: Flask, why: str) -> None:
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        enquiry = a_suspect_asks(**MAY_BE_URGENT[why])  # type: ignore[arg-type]
        assert enquiry.set_aside_at is None
        assert len(receipts()) == 1

    assert references(rai.get(QUEUE).text) == [enquiry.reference]
    case = rai.get(f"/desk/enquiries/{enquiry.reference}").text
    assert "It looks like spam, but it stands in the queue" in case
    assert "A box was filled in that nobody sees" in case
    assert "Not spam: let it" not in case


def test_a_repeat_of_something_urgent_never_waits_apart(app: Flask) -> None:
    with app.test_request_context():
        pat_asks(safety={"red_flags": ["row-9"]})
        again = a_suspect_asks()
        assert (again.set_aside_at, again.urgency) == (None, Urgency.URGENT)


def test_the_queue_says_how_many_wait_apart_and_when_somebody_must_look(
    app: Flask, time_passes: Callable[[timedelta], None]
) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        hire(RAI)
        enquiry, pats = a_suspect_asks(), pat_asks()
        assert enquiry.due_at - pats.due_at < timedelta(seconds=1)
    assert 'Possible spam <span class="count">1</span>' in lena.get(QUEUE).text
    assert "that may be spam is overdue" not in lena.get(QUEUE).text

    with app.app_context():
        db.session.execute(db.update(Enquiry).values(due_at=clock.now() - timedelta(minutes=1)))
        db.session.commit()

    assert "One enquiry that may be spam is overdue" in " ".join(lena.get(QUEUE).text.split())
    assert "Overdue since" in lena.get(LIST).text


def test_lena_reads_why_lets_pat_in_and_the_receipt_goes_now(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        enquiry = a_suspect_asks()
        assert receipts() == []
        assert db.session.scalar(select(func.count()).select_from(PrivateLink)) == 0
    address = f"/desk/enquiries/{enquiry.reference}"
    case = lena.get(address).text
    assert "This may be spam, or a patient who waits" in case
    assert "All pages were answered within 15 seconds" in case

    done = lena.fill_in(address, action=f"{address}/rescue")

    assert (done.status_code, done.location) == (303, address)
    page = lena.get(address).text
    assert "It stands in the queue now" in page
    assert "Not spam: let into the queue" in page
    assert "This may be spam" not in page
    assert references(lena.get(QUEUE).text) == [enquiry.reference]
    assert references(lena.get(LIST).text) == []
    with app.app_context():
        [receipt] = receipts()
        assert receipt.contents.to == PATS_EMAIL
        assert "/enquiry/" in receipt.contents.text
        rescued = stored()
        assert (rescued.due_at, rescued.urgency) == (enquiry.due_at, enquiry.urgency)
        events = [entry.event for entry in caseload.timeline(rescued)]
        assert events == [Event.RESCUED, Event.SET_ASIDE, Event.RECEIVED]
        last = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enquiry rescued")).one()
        assert last.subject == rescued.id


def test_somebody_without_an_address_is_let_in_without_a_letter(app: Flask) -> None:
    with app.test_request_context():
        lena = hire(LENA)
        enquiry = a_suspect_asks(contact={"email": "", "preferred": "telephone"})
        decide.rescue(lena, enquiry.reference, enquiry.version)
        assert receipts() == []
        assert stored().set_aside_at is None


def test_lena_closes_spam_it_is_kept_for_thirty_days_and_can_be_opened_again(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        enquiry = a_suspect_asks()
    address = f"/desk/enquiries/{enquiry.reference}"

    page = lena.get(address).text
    button = re.search(r'<button[^>]*name="(\w+)" value="(\w+)">Close it as spam', page)
    assert button is not None
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    closed = lena.post(f"{address}/close", data={"csrf_token": token, "version": "1", button[1]: button[2]})
    assert closed.status_code == 303
    assert references(lena.get(LIST).text) == references(lena.get(QUEUE).text) == []
    with app.app_context():
        ended = stored()
        assert (ended.status, ended.outcome) == (Status.CLOSED, Outcome.SPAM)
        assert ended.review_on == clock.for_the_eye(clock.now()).date() + SPAM
        assert receipts() == []

    reopened = lena.fill_in(address, {"status": "assigned", "reason": "She rang."})

    assert reopened.status_code == 303
    assert references(lena.get(QUEUE).text) == [enquiry.reference]
    with app.app_context():
        assert stored().review_on is None
        assert len(receipts()) == 1


TAKEN_UP: dict[str, Callable[[Staff, Enquiry], Enquiry]] = {
    "claimed": lambda actor, one: decide.claim(actor, one.reference, one.version),
    "more urgent": lambda actor, one: decide.set_urgency(
        actor, one.reference, one.version, Urgency.URGENT, "She rang."
    ),
    "transferred": lambda actor, one: decide.transfer(actor, one.reference, one.version, Clinic.NORWICH, "She rang."),
    "assigned": lambda actor, one: decide.move(actor, one.reference, one.version, Status.ASSIGNED, "She rang."),
}


@pytest.mark.parametrize("how", TAKEN_UP)
def test_what_somebody_takes_up_is_no_longer_out_of_sight_and_its_receipt_goes(app: Flask, how: str) -> None:
    with app.test_request_context():
        rai = hire(RAI)
        enquiry = TAKEN_UP[how](rai, a_suspect_asks())
        assert references_in(caseload.queue(rai, ListOf(enquiry.clinic), clock.now())) == [enquiry.reference]
        assert references_in(caseload.set_aside(rai, enquiry.clinic, clock.now())) == []
        assert len(receipts()) == 1
        assert sum(entry.letter is not None for entry in caseload.timeline(enquiry)) == 1


ANSWERED: dict[str, Callable[[Staff, Enquiry], Enquiry]] = {
    "by email": lambda actor, one: send_reply(actor, one.reference, one.version, PATS_EMAIL, "Thank you."),
    "by telephone": lambda actor, one: record_call(actor, one.reference, one.version, CallOutcome.NO_ANSWER, ""),
    "later": lambda actor, one: arrange(
        actor, one.reference, one.version, OpeningHours().next_opening(clock.now() + timedelta(days=1)), ""
    ),
}


@pytest.mark.parametrize("how", ANSWERED)
def test_whoever_is_answered_stands_in_the_queue_and_on_the_list_of_whom_to_ring(app: Flask, how: str) -> None:
    """A callback that was arranged with what waited apart stood on no list of whom to ring."""
    with app.test_request_context():
        rai = hire(RAI)
        enquiry = ANSWERED[how](rai, a_suspect_asks())
        assert references_in(caseload.queue(rai, ListOf(enquiry.clinic), clock.now())) == [enquiry.reference]
        assert references_in(caseload.set_aside(rai, enquiry.clinic, clock.now())) == []
        assert len(caseload.callbacks(rai, enquiry.clinic).to_ring) == (how != "by email")
        assert len(receipts()) == 1
        latest, before, *_ = caseload.timeline(enquiry)
        assert (before.event, before.at, before.letter) == (Event.RESCUED, latest.at, receipts()[0])


def test_a_wrong_number_lets_nothing_in(app: Flask) -> None:
    with app.test_request_context():
        enquiry, lena = a_suspect_asks(), hire(LENA)
        record_call(lena, enquiry.reference, enquiry.version, CallOutcome.WRONG_NUMBER, "")
        assert enquiry.set_aside_at is not None
        assert receipts() == []


def test_what_is_withdrawn_while_it_waits_apart_gets_no_receipt(app: Flask) -> None:
    with app.test_request_context():
        rai = hire(RAI)
        enquiry = a_suspect_asks()
        decide.move(rai, enquiry.reference, enquiry.version, Status.WITHDRAWN, "She rang.")
        assert receipts() == []
        assert references_in(caseload.set_aside(rai, enquiry.clinic, clock.now())) == []


def test_two_who_rescue_at_once_send_one_receipt(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        rai = hire(RAI)
        enquiry = a_suspect_asks()
        address = f"/desk/enquiries/{enquiry.reference}"
        page = lena.get(address).text
        decide.rescue(rai, enquiry.reference, enquiry.version)

    second = lena.send(address, page, action=f"{address}/rescue")

    assert second.status_code == 409
    assert "changed while you were working on it" in second.text
    again = lena.send(address, second.text, action=f"{address}/rescue")
    assert again.status_code == 409
    assert "stands in the queue already" in again.text
    with app.app_context():
        assert len(receipts()) == 1


def test_a_long_list_is_turned_page_by_page_at_a_fixed_number_of_questions(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        sent = {a_suspect_asks().reference for _ in range(caseload.PAGE + 2)}
    with counting_queries(app) as queries:
        first = rai.get(LIST).text
    onwards = re.findall(r'href="([^"]+after=[^"]+)"', first)[0]
    second = rai.get(onwards).text

    assert len(queries) <= 4
    assert len(references(first)) == caseload.PAGE
    assert set(references(first) + references(second)) == sent
    assert len(references(second)) == 2
    assert "First page" in second


def visitor(app: Flask) -> Visitor:
    """Return another browser."""
    browser = app.test_client()
    assert isinstance(browser, Visitor)
    return browser


def without_reference(page: str) -> str:
    """Return a receipt as every receipt is."""
    return REFERENCE.sub("LN", page)


def references_in(page: caseload.Page) -> list[str]:
    """Return the references on a page of a list."""
    return [enquiry.reference for enquiry in page.enquiries]
