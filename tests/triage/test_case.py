"""One enquiry is opened: everything to decide is there, for those who may see it, and opening it is on record."""

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter, LetterState
from enquiry.rules.clinics import Clinic
from enquiry.rules.red_flags import BY_CODE, RED_FLAGS
from tests.counting import counting_queries
from tests.people import LENA, NOOR, PAT, PATS_EMAIL, RAI, at_the_desk, pat_asks
from tests.visitor import forms_of

SAME_DAY = next(flag.code for flag in RED_FLAGS if not flag.action.is_emergency)


def test_lena_reads_on_one_page_who_asks_what_and_how_it_is_safe_to_answer(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        enquiry = pat_asks(
            safety={"red_flags": [SAME_DAY]},
            contact={"avoid": "Never ring before noon"},
            about={"kind": "appointment"},
            times={"days": ["monday", "friday"], "times": ["morning"]},
        )
    page = lena.get(f"/desk/enquiries/{enquiry.reference}").text
    for words in (
        escape(PAT),
        "Born 31 March 1980",
        PATS_EMAIL,
        'href="tel:+447700900982"',
        "07700 900 982",
        "Prefers an answer by email",
        "No messages on voicemail",
        "Avoid: Never ring before noon",
        "<p>My left leg has hurt since September.</p>\n<p>It is worse when I sit.</p>",
        escape(BY_CODE[SAME_DAY].says),
        "Suits them best: Monday, Friday; morning.",
        "<dd>Nobody</dd>",
        "Enquiry received",
        "Receipt by email",
        "Waiting to be sent",
    ):
        assert str(words) in page, words


def test_where_a_message_may_be_left_the_page_says_so(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        enquiry = pat_asks(contact={"voicemail_ok": "yes"})
    page = lena.get(f"/desk/enquiries/{enquiry.reference}").text
    assert "A message may be left" in page
    assert "No messages on voicemail" not in page


def test_what_a_patient_wrote_is_text_and_never_part_of_the_page(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        enquiry = pat_asks(who={"name": "<b>Pat</b>"}, about={"story": "<script>alert(1)</script> and pain"})
    for address in ("", "/reply", "/call"):
        page = lena.get(f"/desk/enquiries/{enquiry.reference}{address}").text
        assert "<b>Pat" not in page
        assert "<script>alert" not in page


@pytest.mark.parametrize("address", ["", "/reply", "/call", f"/letters/{'0' * 8}-0000-7000-8000-{'0' * 12}"])
def test_noor_cannot_tell_a_london_enquiry_from_one_that_never_was(app: Flask, address: str) -> None:
    noor = at_the_desk(app, NOOR)
    with app.app_context():
        enquiry = pat_asks(Clinic.LONDON)
    theirs = noor.get(f"/desk/enquiries/{enquiry.reference}{address}")
    nobodys = noor.get(f"/desk/enquiries/LN-0000-0000{address}")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.data == nobodys.data


@pytest.mark.parametrize("deed", ["claim", "move", "urgency", "note", "transfer", "close", "reply", "call"])
def test_nor_can_noor_do_anything_to_it(app: Flask, deed: str) -> None:
    noor = at_the_desk(app, NOOR)
    with app.app_context():
        reference = pat_asks(Clinic.LONDON).reference
    answers = {
        "version": "1",
        "status": "rejected",
        "urgency": "urgent",
        "reason": "Mine",
        "text": "Mine",
        "clinic": "norwich",
        "outcome": "spoke" if deed == "call" else "spam",
        "shown_address": PATS_EMAIL,
        "csrf_token": forms_of(noor.get("/desk/queue").text)[0].filled["csrf_token"],
    }
    theirs = noor.post(f"/desk/enquiries/{reference}/{deed}", data=answers)
    nobodys = noor.post(f"/desk/enquiries/LN-0000-0000/{deed}", data=answers)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.data == nobodys.data
    with app.app_context():
        enquiry = db.session.scalars(select(Enquiry)).one()
        assert (enquiry.version, enquiry.clinic) == (1, Clinic.LONDON)


@pytest.mark.parametrize("spoil", [str.lower, lambda reference: reference.replace("-", " "), lambda r: r[3:]])
def test_a_reference_is_understood_however_it_is_typed(app: Flask, spoil) -> None:  # type: ignore[no-untyped-def]
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
    assert reference in lena.get(f"/desk/enquiries/{spoil(reference)}").text


@pytest.mark.parametrize("typed", ["LN-XXXX-XXXX", "x", "%00", "LN-" + "7" * 500])
def test_what_cannot_be_a_reference_is_a_page_not_found(app: Flask, typed: str) -> None:
    lena = at_the_desk(app, LENA)
    answer = lena.get(f"/desk/enquiries/{typed}")
    assert answer.status_code == 404
    assert answer.data == lena.get("/desk/enquiries/LN-0000-0000").data


@pytest.mark.parametrize("address", ["", "/reply", "/call"])
def test_whoever_reads_an_enquiry_is_on_record(app: Flask, address: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        enquiry = pat_asks()
    lena.get(f"/desk/enquiries/{enquiry.reference}{address}")
    with app.app_context():
        events = db.session.scalars(select(AuditEntry.event).where(AuditEntry.subject == enquiry.id)).all()
    assert events.count(AuditEvent.ENQUIRY_OPENED) == 1


def test_a_case_with_a_long_history_costs_eight_questions(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    with app.app_context():
        case = f"/desk/enquiries/{pat_asks().reference}"
    for visitor in (lena, rai) * 3:
        visitor.fill_in(case, {"text": "Rang her"}, f"{case}/note")
        visitor.fill_in(f"{case}/reply", {"text": "Please ring us"})
    with counting_queries(app) as questions:
        page = lena.get(case)
    assert page.text.count("Rang her") == 6
    assert len(questions) <= 8


def test_a_letter_that_failed_stands_at_the_top_until_somebody_settles_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
        letter = db.session.scalars(select(Letter)).one()
        letter.state, letter.due_at = LetterState.FAILED, None
        db.session.commit()
    case = f"/desk/enquiries/{reference}"
    assert f"Receipt to {PATS_EMAIL}: not sent" in lena.get(case).text
    settled = lena.fill_in(case, {"decision": "send-again"})
    assert (settled.status_code, settled.location) == (303, case)
    with app.app_context():
        assert db.session.scalars(select(Letter.state)).one() is LetterState.QUEUED
    page = lena.get(case).text
    assert "not sent" not in page
    assert "Stuck letter settled: Sent again" in page
