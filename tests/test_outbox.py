"""A letter goes out whatever happens, and nobody is sent the same reply twice unknowingly."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import clock, outbox
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.staff import Staff
from enquiry.replies.send import send_reply
from enquiry.replies.settle import settle
from tests.mail_server import MailServer
from tests.people import LENA, PAT, PATS_EMAIL, hire, pat_asks

REPLY = "Dear Pat, thank you.\n\nWe can see you on Tuesday — costs £250."


def lena_replies(enquiry: Enquiry) -> Letter:
    """Queue Lena's reply to Pat, and return its letter."""
    send_reply(hire(LENA), enquiry.reference, enquiry.version, PATS_EMAIL, REPLY)
    return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()  # type: ignore[return-value]


def the_receipt() -> Letter:
    """Return the letter that acknowledges Pat's enquiry."""
    return db.session.scalars(select(Letter).execution_options(populate_existing=True)).one()


def state_of(letter: Letter) -> LetterState:
    """Return where a letter is, as the database has it."""
    db.session.refresh(letter)
    return letter.state


def in_an_hour() -> datetime:
    """Return a time by which any lease and the first retries are over."""
    return clock.now() + timedelta(hours=1)


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context, for tests that speak to verbs."""
    with app.test_request_context():
        yield


pytestmark = pytest.mark.usefixtures("context")


def test_the_receipt_reaches_pat_and_says_nothing_of_her_health(smtp: MailServer) -> None:
    enquiry = pat_asks(about={"about": "spinal-tumours"})

    outbox.sweep(clock.now())

    [arrived] = smtp.letters
    message = arrived.message
    assert arrived.recipients == [PATS_EMAIL]
    assert message["Subject"] == f"We have received your enquiry, {enquiry.reference}"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == the_receipt().message_id
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for words in (text, html):
        assert PAT in words
        assert enquiry.reference in words
        assert "999" in words
    said = f"{message['Subject']} {message['From']} {text} {html}"
    assert re.search(r"\b(tumours?|spin(e|al)|legs?|pain|back|surg\w+)\b", said, re.IGNORECASE) is None
    assert state_of(the_receipt()) is LetterState.SENT


def test_a_reply_arrives_letter_by_letter_as_lena_wrote_it(smtp: MailServer) -> None:
    letter = lena_replies(pat_asks())

    outbox.sweep(clock.now())

    message = smtp.letters[-1].message
    assert REPLY in message.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert "£250" in message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert message["Auto-Submitted"] is None
    assert message["Cc"] is None
    assert message["Bcc"] is None
    assert state_of(letter) is LetterState.SENT


def test_a_letter_that_has_gone_does_not_go_again(smtp: MailServer) -> None:
    pat_asks()

    outbox.sweep(clock.now())
    outbox.sweep(in_an_hour())
    outbox.deliver(the_receipt().id, in_an_hour())

    assert len(smtp.letters) == 1


def test_while_the_mail_server_is_down_the_letter_waits_and_goes_when_it_is_back(smtp: MailServer) -> None:
    smtp.stop()
    pat_asks()
    outbox.sweep(clock.now())
    assert state_of(the_receipt()) is LetterState.QUEUED

    smtp.start()
    outbox.sweep(in_an_hour())

    assert [letter.message["Message-ID"] for letter in smtp.letters] == [the_receipt().message_id]
    assert state_of(the_receipt()) is LetterState.SENT


def test_waits_grow_from_a_minute_and_end_after_two_days_with_a_task_for_a_person(smtp: MailServer) -> None:
    smtp.stop()
    pat_asks()
    moment, waits = clock.now(), []
    while (due := the_receipt().due_at) is not None:
        moment = max(moment, due)
        outbox.sweep(moment)
        if (after := the_receipt().due_at) is not None:
            waits.append((after - moment).total_seconds() / 60)

    assert waits[:3] == [pytest.approx(1, rel=0.11), pytest.approx(5, rel=0.11), pytest.approx(15, rel=0.11)]
    assert max(waits) <= 240 * 1.1
    assert moment - the_receipt().queued_at > timedelta(hours=48)
    assert state_of(the_receipt()) is LetterState.FAILED


@pytest.mark.parametrize(
    "answer, state", [("550 No such person", LetterState.FAILED), ("451 Later please", LetterState.QUEUED)]
)
def test_what_the_mail_server_says_decides_whether_it_is_tried_again(
    smtp: MailServer, answer: str, state: LetterState
) -> None:
    smtp.refuse(answer)
    letter = lena_replies(pat_asks())

    outbox.deliver(letter.id, clock.now())

    assert state_of(letter) is state


def test_one_bad_address_does_not_delay_the_others(smtp: MailServer) -> None:
    pat_asks(contact={"email": "nobody@localhost.localdomain.example"})
    pat_asks()
    smtp.refuse("550 No")
    outbox.deliver(db.session.scalars(select(Letter.id).order_by(Letter.id)).first(), clock.now())  # type: ignore[arg-type]
    smtp.accept()

    outbox.sweep(clock.now())

    assert [letter.recipients for letter in smtp.letters] == [[PATS_EMAIL]]


def test_a_letter_that_cannot_be_written_asks_a_person_and_does_not_delay_the_others(smtp: MailServer) -> None:
    pat_asks()
    broken = the_receipt()
    broken.contents = replace(broken.contents, to="pat@home.example\nBcc: everybody@evil.example")
    moved = lena_replies(pat_asks())
    moved.contents_sealed = broken.contents_sealed
    db.session.commit()
    pat_asks()

    outbox.sweep(clock.now())

    assert state_of(broken) is LetterState.FAILED
    assert state_of(moved) is LetterState.FAILED
    assert [letter.recipients for letter in smtp.letters] == [[PATS_EMAIL]] * 2


def worker_died(letter: Letter, state: LetterState) -> None:
    """Leave a letter as a worker leaves it that is killed in a state, its lease over."""
    letter.state, letter.due_at = state, clock.now() - timedelta(seconds=1)
    letter.attempts += 1
    db.session.commit()


def test_a_reply_whose_worker_died_before_it_spoke_goes_by_itself(smtp: MailServer) -> None:
    letter = lena_replies(pat_asks())
    worker_died(letter, LetterState.CLAIMED)

    outbox.deliver(letter.id, clock.now())

    assert state_of(letter) is LetterState.SENT


def test_a_reply_whose_worker_died_while_speaking_waits_for_a_person_who_sends_it_again(smtp: MailServer) -> None:
    enquiry = pat_asks()
    letter = lena_replies(enquiry)
    lena = db.session.scalars(select(Staff)).one()
    worker_died(letter, LetterState.SENDING)
    outbox.deliver(letter.id, clock.now())
    assert state_of(letter) is LetterState.UNKNOWN
    assert smtp.letters == []

    settle(lena, enquiry.reference, enquiry.version, letter.id, send_again=True)
    outbox.deliver(letter.id, clock.now())

    assert [arrived.message["Message-ID"] for arrived in smtp.letters] == [letter.message_id]
    assert state_of(letter) is LetterState.SENT


def test_a_receipt_whose_worker_died_while_speaking_goes_again_under_the_same_message_id(smtp: MailServer) -> None:
    pat_asks()
    worker_died(the_receipt(), LetterState.SENDING)

    outbox.sweep(clock.now())

    assert [letter.message["Message-ID"] for letter in smtp.letters] == [the_receipt().message_id]


def test_two_workers_at_once_send_one_letter(app: Flask, smtp: MailServer) -> None:
    pat_asks()
    letter_id = the_receipt().id
    db.session.commit()

    def work(_: int) -> None:
        with app.app_context():
            outbox.deliver(letter_id, clock.now())

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(16)))

    assert len(smtp.letters) == 1


@pytest.mark.parametrize("character", ["\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_cpython_cve_2024_6923_a_line_break_in_an_address_is_refused(character: str) -> None:
    with pytest.raises(outbox.UnsafeHeader):
        outbox._one_line(f"pat@home.example{character}Bcc: everybody@evil.example")
