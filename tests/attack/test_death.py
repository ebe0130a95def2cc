"""GOV.UK Notify and FreeScout #2003: a worker dies at the worst moment; no letter is lost or sent under two names."""

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from config import ROOT, Config
from enquiry import caseload, clock, outbox
from enquiry.extensions import db
from enquiry.records.letter import Letter, LetterKind, LetterState
from enquiry.records.staff import Staff
from enquiry.replies.send import send_reply
from enquiry.replies.settle import settle
from tests.mail_server import MailServer
from tests.people import LENA, PATS_EMAIL, hire, pat_asks

DEATHS = 50


def test_fifty_workers_die_between_any_two_steps_and_every_letter_is_sent_or_asks_a_person(
    app: Flask, settings: Config, environment: dict[str, str], smtp: MailServer
) -> None:
    with app.test_request_context():
        lena = hire(LENA)
        for _ in range(25):
            enquiry = pat_asks()
            send_reply(lena, enquiry.reference, enquiry.version, PATS_EMAIL, "We can see you on Tuesday.")

    died = mortal_worker(environment)
    with app.app_context():
        db.session.commit()
        much_later = clock.now() + timedelta(days=1)
        outbox.sweep(much_later)
        outbox.sweep(much_later + timedelta(hours=1))
        letters = db.session.scalars(select(Letter)).all()

    arrived = Counter(letter.message["Message-ID"] for letter in smtp.letters)
    assert sum(step is not None for step in died) >= DEATHS // 2, "the workers hardly died: the test proves nothing"
    assert set(arrived) <= {letter.message_id for letter in letters}
    for letter in letters:
        if letter.kind is LetterKind.ACKNOWLEDGEMENT:
            assert letter.state is LetterState.SENT
        elif letter.state is LetterState.SENT:
            assert arrived[letter.message_id] == 1
        else:
            assert letter.state is LetterState.UNKNOWN
            assert arrived[letter.message_id] <= 1

    lena_sends_again_what_may_not_have_gone(app)

    arrived = Counter(letter.message["Message-ID"] for letter in smtp.letters)
    assert set(arrived) == {letter.message_id for letter in letters}


def lena_sends_again_what_may_not_have_gone(app: Flask) -> None:
    """Do what the desk asks of a person for every letter whose fate nobody knows."""
    with app.test_request_context():
        lena = db.session.scalars(select(Staff)).one()
        for letter, enquiry in caseload.letters_that_need_a_person(lena):
            settle(lena, enquiry.reference, enquiry.version, letter.id, send_again=True)
        outbox.sweep(clock.now())


def mortal_worker(environment: dict[str, str]) -> list[int | None]:
    """Run the worker that dies, and return the steps at which it did."""
    command = [sys.executable, "-m", "tests.attack.mortal_worker", json.dumps(environment), str(DEATHS)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    died: list[int | None] = json.loads(said.stdout)
    return died
