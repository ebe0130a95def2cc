"""Colleagues decide: claim, move, urgency, note, transfer, close; and two of them at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from enquiry import caseload
from enquiry.calls.record import record_call
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry, MoveNotAllowed
from enquiry.records.letter import Letter, LetterState
from enquiry.records.timeline import Entry, Event
from enquiry.replies.send import send_reply
from enquiry.replies.settle import settle
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome
from enquiry.rules.red_flags import RED_FLAGS
from enquiry.rules.status import OF_REFERRALS, Outcome, Status
from enquiry.rules.urgency import Urgency
from enquiry.triage import decide
from enquiry.triage.refusals import AlreadyClaimed, NotNow
from tests.people import LENA, NOOR, PATS_EMAIL, RAI, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

SAME_DAY = next(flag.code for flag in RED_FLAGS if not flag.action.is_emergency)
TOM = replace(LENA, name="Tom Reed", email="tom@clinic.example")


def asked(app: Flask, **pages: dict[str, Any]) -> str:
    """Return the address of a new enquiry of Pat's to London."""
    with app.app_context():
        return f"/desk/enquiries/{pat_asks(**pages).reference}"


def decided(visitor: Visitor, case: str, deed: str, **answers: str) -> TestResponse:
    """Fill in one of the case page's forms, and return the answer."""
    return visitor.fill_in(case, answers, f"{case}/{deed}")


def the_enquiry(app: Flask) -> Enquiry:
    """Return the one enquiry as the database has it now."""
    with app.app_context():
        return db.session.scalars(select(Enquiry)).one()


def owner_of(app: Flask) -> str:
    """Return who has the one enquiry."""
    owner = the_enquiry(app).assignee
    assert owner is not None
    return owner.name


def test_lena_claims_and_it_is_hers(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    assert decided(lena, case, "claim").status_code == 303
    assert (owner_of(app), the_enquiry(app).status) == (LENA.name, Status.ASSIGNED)
    page = lena.get(case).text
    assert "Lena Marsh, claimed today at" in page
    assert f'action="{case}/claim"' not in page


def test_twenty_claim_at_once_and_one_has_it_and_the_others_are_told_who(app: Flask) -> None:
    colleagues = [replace(LENA, name=f"Lena {n}", email=f"lena{n}@clinic.example") for n in range(20)]
    visitors = [at_the_desk(app, colleague) for colleague in colleagues]
    case = asked(app)
    pages = [visitor.get(case).text for visitor in visitors]
    together = Barrier(len(visitors))

    def claim(visitor: Visitor, page: str) -> TestResponse:
        together.wait()
        return visitor.send(case, page, {}, f"{case}/claim")

    with ThreadPoolExecutor(len(visitors)) as pool:
        answers = list(pool.map(claim, visitors, pages))
    owner = owner_of(app)
    with app.app_context():
        claims = db.session.scalars(select(Entry).where(Entry.event == Event.CLAIMED)).all()
    assert len(claims) == 1
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 19
    refused = [answer for answer in answers if answer.status_code == 409]
    assert all(f"Claimed by {owner} today at " in answer.text for answer in refused)


def test_tom_is_told_when_it_was_claimed_not_when_it_was_last_touched(app: Flask) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, TOM)
    case = asked(app)
    page = tom.get(case).text
    decided(lena, case, "claim")
    with app.app_context():
        claimed = db.session.scalars(select(Entry).where(Entry.event == Event.CLAIMED)).one()
        claimed.at -= timedelta(days=1)
        db.session.commit()
    decided(lena, case, "note", text="Rang her")
    refused = tom.send(case, page, {}, f"{case}/claim")
    assert refused.status_code == 409
    assert "Claimed by Lena Marsh yesterday at" in refused.text


def test_nobody_takes_from_a_colleague_what_they_work_on(app: Flask) -> None:
    with app.app_context():
        reference = pat_asks().reference
        lena, tom = hire(LENA), hire(TOM)
        decide.claim(lena, reference, 1)
        decide.move(lena, reference, 2, Status.WITH_CLINICIAN, "For Mr Rai")
        with pytest.raises(AlreadyClaimed):
            decide.claim(tom, reference, 3)
        db.session.commit()
    assert owner_of(app) == LENA.name


def test_what_has_ended_is_opened_again_and_not_claimed(app: Flask) -> None:
    with app.app_context():
        reference = pat_asks().reference
        lena = hire(LENA)
        decide.close(lena, reference, 1, Outcome.DUPLICATE, "")
        with pytest.raises(NotNow):
            decide.claim(lena, reference, 2)
        enquiry = decide.move(lena, reference, 2, Status.ASSIGNED, "It was not one after all")
        assert (enquiry.outcome, enquiry.ended_at, enquiry.assignee) == (None, None, lena)


def test_a_status_changes_with_a_reason_along_the_table_of_moves(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    decided(lena, case, "claim")
    moved = decided(lena, case, "move", status="waiting-for-patient", reason="Asked for the scan")
    assert (moved.status_code, moved.location) == (303, case)
    assert the_enquiry(app).status is Status.WAITING_FOR_PATIENT
    page = lena.get(case).text
    assert "Status changed: Waiting for patient" in page
    assert "Asked for the scan" in page


def test_only_moves_that_lead_somewhere_are_offered(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    form = lena.get(case).text.partition(f'action="{case}/move"')[2].partition("</form>")[0]
    assert re.findall(r'<option value="([^"]+)"', form) == ["withdrawn"]


def test_a_move_that_leads_nowhere_is_refused_in_words_and_what_was_typed_stays(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    answer = decided(lena, case, "move", status="booked", reason="She rang and agreed")
    assert answer.status_code == 409
    assert "The enquiry cannot go there from where it stands now" in answer.text
    assert "She rang and agreed" in answer.text


def test_every_outcome_is_offered_but_those_of_referrals_to_whom_nobody_referred(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        case = f"/desk/enquiries/{pat_asks().reference}"
    asked = lena.get(case).text.partition('id="close-outcome"')[2].partition("</select>")[0]
    offered = set(re.findall(r'<option value="([a-z-]+)"', asked))
    assert offered == set(Outcome) - OF_REFERRALS


def test_an_enquiry_is_closed_only_with_what_came_of_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    assert decided(lena, case, "move", status="closed", reason="Done").status_code == 422
    with app.app_context(), pytest.raises(MoveNotAllowed):
        decide.move(hire(TOM), case[-12:], 1, Status.CLOSED, "Done")
    assert decided(lena, case, "close").status_code == 422
    assert decided(lena, case, "close", outcome="advice-sent", remark="By letter").status_code == 303
    enquiry = the_enquiry(app)
    assert (enquiry.status, enquiry.outcome) == (Status.CLOSED, Outcome.ADVICE_SENT)
    page = lena.get(case).text
    assert "Closed: Information sent" in page
    assert "Open again" in page
    assert case not in lena.get("/desk/queue").text


def test_lena_may_raise_an_urgency_and_only_mr_rai_may_lower_it(app: Flask) -> None:
    lena, rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
    case = asked(app, safety={"red_flags": [SAME_DAY]})
    assert decided(lena, case, "urgency", urgency="red-flag-declared", reason="Numb since").status_code == 303
    refused = decided(lena, case, "urgency", urgency="routine", reason="She sounds well to me")
    assert refused.status_code == 409
    assert "Only a clinician can lower an urgency" in refused.text
    assert "She sounds well to me" in refused.text
    assert the_enquiry(app).urgency is Urgency.RED_FLAG_DECLARED
    assert decided(rai, case, "urgency", urgency="soon", reason="Examined by telephone").status_code == 303
    assert the_enquiry(app).urgency is Urgency.SOON


def test_a_note_is_for_colleagues_and_says_so(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    assert decided(lena, case, "note", text="").status_code == 422
    assert decided(lena, case, "note", text="Speak slowly.\n\nShe lip-reads.").status_code == 303
    page = lena.get(case).text
    assert "Only colleagues see this" in page
    assert "<p>Speak slowly.</p>\n<p>She lip-reads.</p>" in page


def test_a_transfer_moves_it_to_norwich_and_out_of_londons_sight(app: Flask) -> None:
    lena, noor = at_the_desk(app, LENA), at_the_desk(app, NOOR)
    case = asked(app)
    decided(lena, case, "claim")
    due_before = the_enquiry(app).due_at
    transferred = decided(lena, case, "transfer", clinic="norwich", reason="She lives in Norwich")
    assert (transferred.status_code, transferred.location) == (303, "/desk/queue")
    enquiry = the_enquiry(app)
    assert (enquiry.clinic, enquiry.status, enquiry.assignee) == (Clinic.NORWICH, Status.NEW, None)
    assert enquiry.due_at == due_before
    assert "was transferred to Norwich" in lena.get("/desk/queue").text
    assert lena.get(case).status_code == 404
    assert "She lives in Norwich" in noor.get(case).text


def test_what_is_booked_cannot_be_transferred(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    decided(lena, case, "claim")
    decided(lena, case, "move", status="booked", reason="Thursday")
    assert f"{case}/transfer" not in lena.get(case).text


@pytest.mark.parametrize(
    "deed, answers",
    [
        ("note", {"text": "Her sister may ring"}),
        ("move", {"status": "withdrawn", "reason": "Her sister may ring"}),
        ("urgency", {"urgency": "soon", "reason": "Her sister may ring"}),
        ("transfer", {"clinic": "norwich", "reason": "Her sister may ring"}),
        ("close", {"outcome": "duplicate", "remark": "Her sister may ring"}),
    ],
)
def test_who_comes_second_loses_nothing_sees_what_happened_and_may_go_on(
    app: Flask, deed: str, answers: dict[str, str]
) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, TOM)
    case = asked(app)
    page = lena.get(case).text
    decided(tom, case, "note", text="Rang at ten")
    held = lena.send(case, page, answers, f"{case}/{deed}")
    assert held.status_code == 409
    changed = held.text.partition("changed while you were working")[2].partition("Go on with what you typed")[0]
    assert "Rang at ten" in changed
    assert "Enquiry received" not in changed
    assert "Her sister may ring" in held.text
    assert the_enquiry(app).version == 2
    chosen = {name: word for name, word in answers.items() if name not in ("text", "reason", "remark")}
    assert lena.send(case, held.text, chosen, f"{case}/{deed}").status_code == 303
    assert the_enquiry(app).version == 3


def test_an_unclaimed_enquiry_that_changed_is_shown_before_it_is_claimed(app: Flask) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, TOM)
    case = asked(app)
    page = lena.get("/desk/queue").text
    decided(tom, case, "note", text="Already a patient of ours")
    held = lena.send("/desk/queue", page, {}, f"{case}/claim")
    assert held.status_code == 409
    assert "Already a patient of ours" in held.text
    assert lena.send(case, held.text, {}, f"{case}/claim").status_code == 303


def test_reloading_a_refused_decision_leads_back_to_the_case(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    assert lena.get(f"{case}/note").location == case


def test_each_deed_is_one_entry_and_makes_one_version_so_that_who_comes_late_sees_all_of_it(app: Flask) -> None:
    with app.app_context():
        enquiry, rai = pat_asks(), hire(RAI)
        reference = enquiry.reference
        at_arrival = len(caseload.timeline(enquiry))
        decide.claim(rai, reference, 1)
        decide.move(rai, reference, 2, Status.WITH_CLINICIAN, "For me")
        decide.set_urgency(rai, reference, 3, Urgency.SOON, "Sleeps badly")
        decide.write_note(rai, reference, 4, "Rang her")
        send_reply(rai, reference, 5, PATS_EMAIL, "Please ring us")
        record_call(rai, reference, 6, CallOutcome.SPOKE, "")
        letter = db.session.scalars(select(Letter)).first()
        assert letter is not None
        letter.state, letter.due_at = LetterState.FAILED, None
        settle(rai, reference, 7, letter.id, send_again=False)
        decide.transfer(rai, reference, 8, Clinic.NORWICH, "She lives there")
        decide.close(rai, reference, 9, Outcome.ADVICE_SENT, "")
        assert enquiry.version == 10
        assert len(caseload.timeline(enquiry)) == at_arrival + 9
