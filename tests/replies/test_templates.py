"""Max writes templates; Lena begins a reply with one, fills in what is missing, and nothing unfilled reaches Pat."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter, LetterKind
from enquiry.records.reply_template import TemplateWords
from enquiry.records.staff import Staff
from enquiry.replies import templates
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Status, Turn
from tests.counting import counting_queries
from tests.people import INES, LENA, MAX, NOOR, PAT, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.visitor import Visitor, forms_of

TEMPLATES = "/desk/templates"
MIA = replace(MAX, name="Mia Stone", email="mia@clinic.example")
NEW = {
    "name": "Parking",
    "text": "Hello {name}, park at our {clinic} clinic.\n\n[where]",
    "clinic": "london",
    "then": "waiting-for-patient",
}


def asked(app: Flask, clinic: Clinic = Clinic.LONDON, **pages: dict[str, Any]) -> str:
    """Return the address of a new enquiry of Pat's."""
    with app.app_context():
        return f"/desk/enquiries/{pat_asks(clinic, **pages).reference}"


def claimed_by(lena: Visitor, case: str) -> str:
    """Let Lena take an enquiry, so that it can wait for somebody."""
    assert lena.fill_in(case, {}, action=f"{case}/claim").status_code == 303
    return case


def enquiry_at(case: str) -> Enquiry:
    return db.session.scalars(select(Enquiry).where(Enquiry.reference == case.rpartition("/")[2])).one()


def replies(app: Flask) -> Sequence[str]:
    """Return what was written to patients."""
    with app.app_context():
        letters = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.REPLY).order_by(Letter.id))
        return [letter.contents.text for letter in letters]


def test_lena_begins_with_a_template_fills_in_what_is_missing_and_sends_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = claimed_by(lena, asked(app))
    filled = lena.fill_in(f"{case}/reply", {"template": "could-not-reach", "fill": "yes"})
    assert filled.status_code == 200
    reference = case.rpartition("/")[2]
    assert f"say your reference, {reference}." in filled.text
    assert "Please ring us on 07776 511824" in filled.text
    assert "We tried to ring you on [day]" in filled.text
    assert '<option value="waiting-for-patient" selected>' in filled.text
    assert not replies(app)

    text = "We tried to ring you on [day]."
    refused = lena.send(f"{case}/reply", filled.text, {"text": text, "then": "waiting-for-patient"})
    assert refused.status_code == 422
    assert 'id="reply-text-error"' in refused.text
    assert "Fill in [day]." in refused.text
    assert not replies(app)

    sent = lena.send(
        f"{case}/reply", refused.text, {"text": "We tried to ring you on Monday.", "then": "waiting-for-patient"}
    )
    assert (sent.status_code, sent.location) == (303, case)
    [reply] = replies(app)
    assert "We tried to ring you on Monday." in reply
    page = lena.get(case).text
    assert "Reply by email: Waiting for patient" in page
    with app.app_context():
        enquiry = enquiry_at(case)
        assert (enquiry.status, enquiry.turn) == (Status.WAITING_FOR_PATIENT, Turn.PATIENT)
        assert (enquiry.version, enquiry.seconds_left) == (3, None), "a reply and its status are one deed"
        events = db.session.scalars(
            select(AuditEntry.event).where(AuditEntry.subject == enquiry.id).order_by(AuditEntry.ordinal.desc())
        ).all()
    assert {AuditEvent.REPLY_QUEUED, AuditEvent.ENQUIRY_MOVED} <= set(events)


def test_what_lena_typed_before_stays_above_the_template(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    filled = lena.fill_in(f"{case}/reply", {"text": "Thank you & hello.", "template": "referral-letter", "fill": "yes"})
    assert "Thank you &amp; hello.\n\nTo go on with your enquiry" in filled.text
    assert lena.send(f"{case}/reply", filled.text, {"template": "referral-letter"}).status_code == 303
    assert "Thank you & hello.\n\nTo go on" in replies(app)[0]


def test_without_a_choice_nothing_is_filled_in_and_nothing_is_lost(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    for choice in ("", "no-such-template"):
        answer = lena.fill_in(f"{case}/reply", {"text": "Typed already", "template": choice, "fill": "yes"})
        assert answer.status_code == 422
        assert "Select a template" in answer.text
        assert "Typed already" in answer.text


@pytest.mark.parametrize("text", ["See you on [date].", "Dear {name}", "{telephone}", "[]"])
def test_nothing_in_brackets_is_ever_sent_wherever_it_came_from(app: Flask, text: str) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    refused = lena.fill_in(f"{case}/reply", {"text": text})
    assert refused.status_code == 422
    assert "Fill in" in refused.text
    assert str(escape(text)) in refused.text
    assert not replies(app)


def test_what_is_new_is_replied_to_and_stays_where_it_is(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    filled = lena.fill_in(f"{case}/reply", {"template": "referral-letter", "fill": "yes"})
    assert "After sending" not in filled.text
    assert lena.send(f"{case}/reply", filled.text, {"template": ""}).status_code == 303
    with app.app_context():
        assert enquiry_at(case).status is Status.NEW


@pytest.mark.parametrize("then", ["closed", "booked", "assigned", "x"])
def test_a_reply_makes_nothing_else_of_an_enquiry(app: Flask, then: str) -> None:
    lena = at_the_desk(app, LENA)
    case = claimed_by(lena, asked(app))
    assert lena.fill_in(f"{case}/reply", {"text": "Hello", "then": then}).status_code == 422
    assert not replies(app)


def test_a_reply_that_cannot_leave_an_enquiry_waiting_does_nothing_at_all(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    [form] = [form for form in forms_of(lena.get(f"{case}/reply").text) if "shown_address" in form.names]
    held = lena.post(f"{case}/reply", data={**form.filled, "text": "Hello", "then": "waiting-for-patient"})
    assert held.status_code == 409
    assert "it cannot wait for that" in held.text
    assert not replies(app)
    with app.app_context():
        assert enquiry_at(case).first_contact_at is None


def test_a_template_that_came_in_while_lena_wrote_does_not_hide_what_a_colleague_did(app: Flask) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, replace(LENA, name="Tom Reed", email="tom@clinic.example"))
    case = asked(app)
    page = lena.get(f"{case}/reply").text
    assert tom.fill_in(f"{case}/reply", {"text": "I have answered."}).status_code == 303
    filled = lena.send(f"{case}/reply", page, {"template": "referral-letter", "fill": "yes"})
    held = lena.send(f"{case}/reply", filled.text, {"template": ""})
    assert held.status_code == 409
    assert "I have answered." in held.text
    assert "we need a referral letter" in held.text


def test_max_writes_a_template_for_london_and_norwich_is_not_offered_it(app: Flask) -> None:
    max_, lena, noor = at_the_desk(app, MAX), at_the_desk(app, LENA), at_the_desk(app, NOOR)
    made = max_.fill_in(f"{TEMPLATES}/new", NEW)
    assert (made.status_code, made.location) == (303, TEMPLATES)
    assert "Parking" in max_.get(TEMPLATES).text
    of_london, of_norwich = asked(app), asked(app, Clinic.NORWICH, contact={"email": "n@home.example"})
    page = lena.get(f"{of_london}/reply").text
    assert ">Parking</option>" in page
    assert ">Parking</option>" not in noor.get(f"{of_norwich}/reply").text
    with app.app_context():
        slug = next(one.slug for one in templates.every() if one.name == "Parking")
    filled = lena.send(f"{of_london}/reply", page, {"template": slug, "fill": "yes"})
    assert f"Hello {escape(PAT)}, park at our London clinic." in filled.text
    assert noor.fill_in(f"{of_norwich}/reply", {"template": slug, "fill": "yes"}).status_code == 422


@pytest.mark.parametrize(
    "answers, why",
    [
        ({"name": ""}, "Enter a name"),
        ({"text": ""}, "Enter what it says"),
        ({"text": "Dear {patient}"}, "We cannot fill in {patient}"),
        ({"text": "Write to pat@home.example"}, "pat@home.example looks like one person’s"),
        ({"name": "For LN-7K4Q-9ZTM"}, "LN-7K4Q-9ZTM looks like one person’s"),
        ({"clinic": "paris"}, "Select a clinic"),
        ({"then": "closed"}, "Select what happens after sending"),
    ],
)
def test_a_template_that_cannot_be_used_is_not_saved_and_is_given_back(
    app: Flask, answers: dict[str, str], why: str
) -> None:
    refused = at_the_desk(app, MAX).fill_in(f"{TEMPLATES}/new", {**NEW, **answers})
    assert refused.status_code == 422
    assert why in refused.text
    assert "park at our" in refused.text or "text" in answers
    with app.app_context():
        assert len(templates.every()) == len(templates.SHIPPED)


def test_max_changes_a_shipped_template_removes_it_and_puts_it_back(app: Flask) -> None:
    max_, lena = at_the_desk(app, MAX), at_the_desk(app, LENA)
    case = asked(app)
    assert max_.fill_in(f"{TEMPLATES}/received", {"text": "We have it."}).status_code == 303
    assert "We have it." in lena.fill_in(f"{case}/reply", {"template": "received", "fill": "yes"}).text
    assert max_.fill_in(TEMPLATES, {}, action=f"{TEMPLATES}/received/remove").status_code == 303
    assert "We have received it" not in lena.get(f"{case}/reply").text
    page = max_.get(TEMPLATES).text
    assert "Not offered any more" in page
    assert max_.fill_in(TEMPLATES, {"put_back": "yes"}, action=f"{TEMPLATES}/received/remove").status_code == 303
    assert "We have received it" in lena.get(f"{case}/reply").text
    with app.app_context():
        assert templates.find("received").text == "We have it."
        events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.ordinal)).all()
    ours = [event for event in events if event.startswith("template")]
    assert ours == ["template written", "template removed", "template written"]
    assert "We have received it" in at_the_desk(app, INES).get("/desk/audit").text


def test_two_managers_who_write_one_template_do_not_overwrite_each_other(app: Flask) -> None:
    max_, mia = at_the_desk(app, MAX), at_the_desk(app, MIA)
    page = max_.get(f"{TEMPLATES}/received").text
    listed = max_.get(TEMPLATES).text
    assert mia.fill_in(f"{TEMPLATES}/received", {"text": "Mia’s words"}).status_code == 303
    held = max_.send(f"{TEMPLATES}/received", page, {"text": "Max’s words"})
    assert held.status_code == 409
    assert "Mia’s words" in held.text
    assert "Max’s words" in held.text
    late = max_.send(TEMPLATES, listed, {}, action=f"{TEMPLATES}/received/remove")
    assert "Nothing was done" in max_.get(late.location).text
    assert max_.send(f"{TEMPLATES}/received", held.text, {"text": "Both of us"}).status_code == 303
    with app.app_context():
        assert templates.find("received").text == "Both of us"


def test_of_many_who_change_a_shipped_template_at_once_one_is_heard(app: Flask) -> None:
    with app.app_context():
        max_id = hire(MAX).id
    together = Barrier(6)

    def write(number: int) -> str:
        with app.app_context():
            actor = db.session.get(Staff, max_id)
            assert actor
            together.wait()
            try:
                templates.write(actor, "received", 0, TemplateWords("Received", f"Words {number}"), None, None)
            except templates.WrittenMeanwhile as newer:
                return f"now {newer.version}"
            return "done"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(write, range(6))) == ["done", *["now 1"] * 5]


def test_there_is_no_template_that_nobody_wrote(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    assert max_.get(f"{TEMPLATES}/no-such-template").status_code == 404
    for strange in ("nothing", "%00"):
        page = max_.get(TEMPLATES).text.replace("/received/remove", f"/{strange}/remove")
        assert max_.send(TEMPLATES, page, {}, action=f"{TEMPLATES}/{strange}/remove").status_code == 404


@pytest.mark.parametrize("colleague", [LENA, RAI, INES])
def test_only_a_manager_writes_templates(app: Flask, colleague: Colleague) -> None:
    somebody = at_the_desk(app, colleague)
    for address in (TEMPLATES, f"{TEMPLATES}/new", f"{TEMPLATES}/received"):
        assert somebody.get(address).status_code == 403


def test_the_reply_page_asks_one_question_for_all_templates(app: Flask) -> None:
    max_, lena = at_the_desk(app, MAX), at_the_desk(app, LENA)
    case, costs = asked(app), []
    for number in range(3):
        with counting_queries(app) as queries:
            assert lena.get(f"{case}/reply").status_code == 200
        costs.append(len(queries))
        max_.fill_in(f"{TEMPLATES}/new", {**NEW, "name": f"Parking {number}"})
    assert len(set(costs)) == 1
