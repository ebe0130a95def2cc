"""Lena answers by email: to the address that she saw, once, and never over something that she has not read."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select

from enquiry.extensions import db
from enquiry.records.letter import Letter, LetterKind, LetterState
from enquiry.rules.clinics import Clinic
from tests.people import LENA, NOOR, PAT, PATS_EMAIL, at_the_desk, pat_asks
from tests.visitor import forms_of

TOM = replace(LENA, name="Tom Reed", email="tom@clinic.example")
ANSWER = "Thank you for writing.\n\nWould Thursday suit you?"


def asked(app: Flask, **pages: dict[str, Any]) -> str:
    """Return the address of a new enquiry of Pat's to London."""
    with app.app_context():
        return f"/desk/enquiries/{pat_asks(**pages).reference}"


def replies_written(app: Flask) -> int:
    """Return how many replies are in the outbox."""
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Letter.kind == LetterKind.REPLY)) or 0


def test_lena_sees_to_whom_she_writes_and_what_they_asked(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    page = lena.get(f"{case}/reply").text
    assert f"To <strong>{escape(PAT)}</strong> at <strong>{PATS_EMAIL}</strong>" in page
    assert "It is worse when I sit." in page
    sent = lena.fill_in(f"{case}/reply", {"text": ANSWER})
    assert (sent.status_code, sent.location) == (303, case)
    page = lena.get(case).text
    assert f"Your reply to {PATS_EMAIL} is on its way" in page
    assert "<p>Would Thursday suit you?</p>" in page
    assert "Waiting to be sent" in page
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.REPLY)).one()
        assert letter.contents.to == PATS_EMAIL
        assert "Would Thursday suit you?" in letter.contents.text


def test_an_empty_reply_goes_nowhere(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    refused = lena.fill_in(f"{case}/reply", {"text": "  \n "})
    assert refused.status_code == 422
    assert "Enter your reply" in refused.text
    assert replies_written(app) == 0


def test_a_reply_is_held_when_a_colleague_was_quicker_and_nothing_is_lost(app: Flask) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, TOM)
    case = asked(app)
    page = lena.get(f"{case}/reply").text
    tom.fill_in(f"{case}/reply", {"text": "I have rung you."})
    held = lena.send(f"{case}/reply", page, {"text": ANSWER})
    assert held.status_code == 409
    assert "I have rung you." in held.text
    assert str(escape(ANSWER)) in held.text
    assert replies_written(app) == 1
    assert "Send reply anyway" in held.text
    assert lena.send(f"{case}/reply", held.text, {"shown_address": PATS_EMAIL}).status_code == 303
    assert replies_written(app) == 2


def test_pressing_send_twice_sends_once(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    page = lena.get(f"{case}/reply").text
    assert lena.send(f"{case}/reply", page, {"text": ANSWER}).status_code == 303
    assert lena.send(f"{case}/reply", page, {"text": ANSWER}).status_code == 409
    assert replies_written(app) == 1


def test_a_reply_never_goes_to_an_address_that_nobody_read(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    refused = lena.fill_in(f"{case}/reply", {"text": ANSWER, "shown_address": "someone@else.example"})
    assert refused.status_code == 409
    assert "The email address is another one now" in refused.text
    assert str(escape(ANSWER)) in refused.text
    assert replies_written(app) == 0
    assert lena.send(f"{case}/reply", refused.text, {"shown_address": PATS_EMAIL}).status_code == 303
    assert replies_written(app) == 1


def test_whoever_gave_no_address_is_rung(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app, contact={"email": "", "preferred": "telephone"})
    page = lena.get(f"{case}/reply").text
    assert "gave no email address" in page
    assert "07700 900 982" in page
    assert "<textarea" not in page
    token = forms_of(lena.get(case).text)[0].filled["csrf_token"]
    typed = {"csrf_token": token, "version": "1", "shown_address": "", "text": ANSWER}
    refused = lena.post(f"{case}/reply", data=typed)
    assert refused.status_code == 409
    assert "There is no email address to send this to" in refused.text
    assert "<p>Would Thursday suit you?</p>" in refused.text
    assert replies_written(app) == 0


def stuck(app: Flask, state: LetterState, clinic: Clinic = Clinic.LONDON) -> tuple[str, str]:
    """Return an enquiry's reference and its letter's id; the letter waits for a person."""
    with app.app_context():
        enquiry = pat_asks(clinic)
        letter = db.session.scalars(select(Letter).where(Letter.enquiry_id == enquiry.id)).one()
        letter.state, letter.due_at = state, None
        db.session.commit()
        return enquiry.reference, str(letter.id)


def state_of(app: Flask, letter_id: str) -> LetterState:
    """Return where a letter is now."""
    with app.app_context():
        return db.session.scalars(select(Letter.state).where(Letter.id == UUID(letter_id))).one()


@pytest.mark.parametrize(
    "decision, state", [("send-again", LetterState.QUEUED), ("dealt-with", LetterState.DEALT_WITH)]
)
def test_a_letter_that_may_have_gone_is_settled_from_the_outbox(app: Flask, decision: str, state: LetterState) -> None:
    lena, noor = at_the_desk(app, LENA), at_the_desk(app, NOOR)
    reference, letter = stuck(app, LetterState.UNKNOWN)
    page = lena.get("/desk/outbox").text
    assert reference in page
    assert "may or may not have gone" in page
    assert reference not in noor.get("/desk/outbox").text
    settled = lena.send("/desk/outbox", page, {"decision": decision})
    assert (settled.status_code, settled.location) == (303, f"/desk/enquiries/{reference}")
    assert state_of(app, letter) is state
    assert "No letter waits for a person" in lena.get("/desk/outbox").text
    again = lena.send("/desk/outbox", page, {"decision": decision})
    assert again.status_code == 409
    assert "Stuck letter settled" in again.text


def test_a_letter_that_has_gone_meanwhile_cannot_be_settled(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    _, letter = stuck(app, LetterState.FAILED)
    page = lena.get("/desk/outbox").text
    with app.app_context():
        db.session.scalars(select(Letter)).one().state = LetterState.SENT
        db.session.commit()
    refused = lena.send("/desk/outbox", page, {"decision": "send-again"})
    assert refused.status_code == 409
    assert "This letter no longer waits for a decision" in refused.text
    assert state_of(app, letter) is LetterState.SENT


def test_a_letter_can_be_read_as_it_was_written(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    reference, letter = stuck(app, LetterState.FAILED)
    page = lena.get(f"/desk/enquiries/{reference}/letters/{letter}").text
    assert PATS_EMAIL in page
    assert f"We have received your enquiry, {reference}" in page
    assert "Not sent" in page


def test_a_letter_of_another_enquiry_is_not_there_and_cannot_be_settled(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    mine, _ = stuck(app, LetterState.SENT)
    _, theirs = stuck(app, LetterState.FAILED, Clinic.NORWICH)
    address = f"/desk/enquiries/{mine}/letters/{theirs}"
    assert lena.get(address).status_code == 404
    token = forms_of(lena.get("/desk/queue").text)[0].filled["csrf_token"]
    typed = {"csrf_token": token, "version": "1", "decision": "send-again"}
    assert lena.post(address, data=typed).status_code == 404
    assert state_of(app, theirs) is LetterState.FAILED
