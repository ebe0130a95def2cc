"""Lena asks Mr Rai about an enquiry; his answer gives it back to her, and both are read on the case."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import caseload
from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Status
from enquiry.triage import decide, questions
from enquiry.triage.refusals import NobodyToAsk, NotNow, StillAsked
from tests.intake.suspects import a_suspect_asks
from tests.people import LENA, NOOR, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.triage.deciding import asked, decided, on_record, the

STONE = replace(RAI, name="Miss Ada Stone", email="stone@clinic.example", clinics=(Clinic.NORWICH,))
QUESTION, ANSWER = "May she wait until Monday?", "She may not.\n\nRing her today."


def id_of(app: Flask, colleague: Colleague) -> str:
    with app.app_context():
        return str(db.session.scalars(select(Staff.id).where(Staff.email == colleague.email)).one())


def test_lena_asks_and_mr_rai_answers_and_she_has_it_again(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app)
    assert f'href="{case}/ask"' in lena.get(case).text

    handed = lena.fill_in(f"{case}/ask", {"clinician": id_of(app, RAI), "question": QUESTION})

    assert handed.status_code == 303
    enquiry = the(app, case)
    assert (enquiry.status, enquiry.assignee.name) == (Status.WITH_CLINICIAN, RAI.name)  # type: ignore[union-attr]
    top = rai.get(case).text.partition("What happened")[0]
    assert "Lena Marsh asks Mr Sanjay Rai" in top
    assert QUESTION in top
    assert decided(rai, case, "answer", text=ANSWER).status_code == 303
    enquiry = the(app, case)
    assert (enquiry.status, enquiry.assignee.name) == (Status.ASSIGNED, LENA.name)  # type: ignore[union-attr]
    top, _, history = lena.get(case).text.partition("What happened")
    assert QUESTION not in top
    assert QUESTION in history
    assert "<p>She may not.</p>\n<p>Ring her today.</p>" in history
    assert on_record(app, case)[-2:] == ["clinician asked", "clinician answered"]


def test_lena_sees_what_pat_wrote_beside_her_question(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    assert "My left leg has hurt since September" in lena.get(f"{asked(app)}/ask").text


def test_only_clinicians_of_the_enquirys_clinic_can_be_asked(app: Flask) -> None:
    lena, _, _ = (at_the_desk(app, one) for one in (LENA, RAI, STONE))
    page = lena.get(f"{asked(app)}/ask").text
    assert RAI.name in page
    assert STONE.name not in page
    with app.test_request_context():
        enquiry = pat_asks()
        tom = hire(replace(LENA, name="Tom Reed", email="tom@clinic.example"))
        for nobody in (id_of(app, STONE), id_of(app, LENA), str(uuid4()), str(tom.id)):
            with pytest.raises(NobodyToAsk):
                questions.ask(tom, enquiry.reference, enquiry.version, UUID(nobody), QUESTION)


def test_a_question_without_words_or_somebody_to_answer_it_is_none(app: Flask) -> None:
    lena, _ = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app)
    refused = lena.fill_in(f"{case}/ask", {"clinician": "", "question": ""})
    assert refused.status_code == 422
    assert "Select a clinician" in refused.text
    assert "Enter your question" in refused.text
    assert the(app, case).status is Status.NEW


def test_one_question_at_a_time(app: Flask) -> None:
    lena, _ = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app)
    asks = {"clinician": id_of(app, RAI), "question": QUESTION}
    lena.fill_in(f"{case}/ask", asks)
    assert "A question waits for its answer already" in lena.get(case).text
    assert "A question waits for its answer already" in lena.get(f"{case}/ask").text
    with app.test_request_context():
        enquiry, tom = the(app, case), hire(replace(LENA, name="Tom Reed", email="tom@clinic.example"))
        with pytest.raises(StillAsked):
            questions.ask(tom, enquiry.reference, enquiry.version, UUID(asks["clinician"]), "And this?")


def test_lena_cannot_answer_for_a_clinician(app: Flask) -> None:
    lena, _ = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app)
    lena.fill_in(f"{case}/ask", {"clinician": id_of(app, RAI), "question": QUESTION})
    page = lena.get(case).text
    assert "Only a clinician can do this" in page
    assert f'action="{case}/answer"' not in page
    with app.test_request_context(), pytest.raises(NotNow):
        questions.answer(
            db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one(), case[-12:], 2, ANSWER
        )


def test_another_clinician_of_the_clinic_may_answer(app: Flask) -> None:
    london_too = replace(STONE, clinics=(Clinic.LONDON,))
    lena, _, stone = (at_the_desk(app, one) for one in (LENA, RAI, london_too))
    case = asked(app)
    lena.fill_in(f"{case}/ask", {"clinician": id_of(app, RAI), "question": QUESTION})
    assert decided(stone, case, "answer", text=ANSWER).status_code == 303


@pytest.mark.parametrize("what", ["left", "moved to Norwich"])
def test_when_the_asker_is_gone_it_is_new_and_nobodys(app: Flask, what: str) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app)
    lena.fill_in(f"{case}/ask", {"clinician": id_of(app, RAI), "question": QUESTION})
    with app.app_context():
        asker = db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one()
        asker.active = what != "left"
        asker.clinic_words = [clinic.value for clinic in NOOR.clinics] if what != "left" else asker.clinic_words
        db.session.commit()
    decided(rai, case, "answer", text=ANSWER)
    assert (the(app, case).status, the(app, case).assignee) == (Status.NEW, None)


def test_what_was_moved_on_meanwhile_shows_no_question(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app)
    lena.fill_in(f"{case}/ask", {"clinician": id_of(app, RAI), "question": QUESTION})
    decided(rai, case, "move", status="waiting-for-patient", reason="I rang her myself")
    assert QUESTION not in rai.get(case).text.partition("What happened")[0]
    assert f'href="{case}/ask"' in lena.get(case).text


def test_an_answer_is_held_when_something_came_in_between(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app)
    lena.fill_in(f"{case}/ask", {"clinician": id_of(app, RAI), "question": QUESTION})
    page = rai.get(case).text
    decided(lena, case, "note", text="She rang: it is worse")
    held = rai.send(case, page, {"text": ANSWER}, f"{case}/answer")
    assert held.status_code == 409
    assert "She rang: it is worse" in held.text
    assert "Ring her today." in held.text
    assert rai.send(case, held.text, {}, f"{case}/answer").status_code == 303


def test_what_looked_like_spam_stands_in_the_queue_once_somebody_asks_about_it(app: Flask) -> None:
    with app.test_request_context():
        enquiry, lena, rai = a_suspect_asks(), hire(LENA), hire(RAI)
        questions.ask(lena, enquiry.reference, 1, rai.id, QUESTION)
        assert enquiry.set_aside_at is None
        assert caseload.timeline(enquiry)[0].letter is not None, "its receipt goes now"


def test_a_question_makes_it_the_clinics_turn(app: Flask) -> None:
    with app.test_request_context():
        enquiry, lena, rai = pat_asks(), hire(LENA), hire(RAI)
        decide.claim(lena, enquiry.reference, 1)
        decide.move(lena, enquiry.reference, 2, Status.WAITING_FOR_PATIENT, "Asked for the scan")
        questions.ask(lena, enquiry.reference, 3, rai.id, QUESTION)
        assert enquiry.turn.value == "us"
