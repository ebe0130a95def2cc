"""Mr Rai writes to Dr Grey at his desk, reads the letter before it goes, and Lena prints and posts what does not."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.appointment import Appointment, Arranged
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterKind
from enquiry.records.staff import Staff
from enquiry.records.types import new_id
from enquiry.rules.answers import Visit
from enquiry.rules.appointments import AppointmentState, Tell
from tests.paper import pages
from tests.people import LENA, PAT, RAI, at_the_desk, pat_asks
from tests.referring import DR_GREYS_EMAIL, dr_grey_refers
from tests.visitor import Visitor

AT_HOME = "grey@home.example"
ADVICE = "Six weeks of physiotherapy."
RETURNED = {"answered": "returned", "advice": ADVICE}


def referred(app: Flask, email: str = DR_GREYS_EMAIL) -> str:
    """Return the address of a case that Dr Grey referred; Pat may have a copy."""
    with app.test_request_context():
        referral = dr_grey_refers(about_referrer={"email": email}, may_have_copy=True)
        return f"/desk/enquiries/{referral.reference}"


def press(visitor: Visitor, case: str, answers: dict[str, str], button: str, html: str = "") -> tuple[int, str]:
    """Fill in the letter and press one of its buttons; return the answer's status and words."""
    page = f"{case}/letter-to-referrer"
    answer = visitor.send(page, html or visitor.get(page).text, {**answers, button: "yes"})
    return answer.status_code, answer.text


def queued(app: Flask) -> int:
    """Return how many answers to a referrer are in the outbox."""
    with app.app_context():
        return len(db.session.scalars(select(Letter).where(Letter.kind == LetterKind.ANSWER)).all())


def test_the_case_of_a_referral_leads_to_the_letter_and_no_other_case_does(app: Flask) -> None:
    rai, case = at_the_desk(app, RAI), referred(app)
    assert f'href="{case}/letter-to-referrer"' in rai.get(case).text
    with app.app_context():
        own = f"/desk/enquiries/{pat_asks().reference}"
    assert "letter-to-referrer" not in rai.get(own).text
    assert rai.get(f"{own}/letter-to-referrer").status_code == 404


def test_the_page_says_to_whom_it_goes_and_whether_that_is_secure(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    page = rai.get(f"{referred(app)}/letter-to-referrer").text
    assert f"<strong>{DR_GREYS_EMAIL}</strong>" in page
    assert "Mail to this address is secure" in page
    assert "Mail to this address is not secure" in rai.get(f"{referred(app, AT_HOME)}/letter-to-referrer").text


def test_mr_rai_reads_the_letter_in_words_and_on_paper_before_anything_goes(app: Flask) -> None:
    rai, case = at_the_desk(app, RAI), referred(app)
    status, page = press(rai, case, RETURNED, "show")
    assert status == 200
    assert f"Thank you for referring {PAT}." in page
    assert "with this advice" in page
    printed = rai.send(f"{case}/letter-to-referrer", page, {"print": "yes"})
    assert printed.mimetype == "application/pdf"
    assert "attachment" in printed.headers["Content-Disposition"]
    assert ADVICE in pages(printed.data)[0]
    assert queued(app) == 0
    status, _ = press(rai, case, {}, "send", page)
    assert (status, queued(app)) == (303, 1)
    assert f"The letter to {DR_GREYS_EMAIL} is on its way" in rai.get(case).text


def test_the_appointment_that_stands_is_there_already_and_nobody_copies_it(app: Flask) -> None:
    rai, case = at_the_desk(app, RAI), referred(app)
    with app.app_context():
        referral = db.session.scalars(select(Enquiry)).one()
        appointment = Appointment(
            id=new_id(), key=referral.key, enquiry_id=referral.id, clinic=referral.clinic,
            clinician=db.session.scalars(select(Staff)).one(), state=AppointmentState.BOOKED,
            starts_at=datetime(2999, 7, 5, 13, 30, tzinfo=UTC), minutes=30, visit=Visit.IN_PERSON,
        )  # fmt: skip
        appointment.arranged = Arranged(Tell.TELEPHONE)
        db.session.add(appointment)
        db.session.commit()
    page = rai.get(f"{case}/letter-to-referrer").text
    assert 'value="2999-07-05"' in page
    assert 'value="14:30"' in page  # in summer, by the clocks of London
    _, page = press(rai, case, {"answered": "accepted"}, "show", page)
    assert "5 July 2999, 2:30pm" in page


@pytest.mark.parametrize(
    "answers, complaint",
    [
        ({}, "Select what the answer is"),
        ({"answered": "returned"}, "Enter what you advise"),
        ({"answered": "accepted"}, "Enter the day of the appointment"),
        ({"answered": "accepted", "day": "2999-01-05"}, "Enter the time of the appointment"),
        ({"answered": "accepted", "day": "2020-01-05", "time": "09:00"}, "Enter a day and a time that lie ahead"),
        ({"answered": "accepted", "day": "soon", "time": "09:00"}, "Enter a day like"),
        ({"answered": "returned", "advice": "Rest \N{GRINNING FACE}"}, "cannot be printed"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_goes(app: Flask, answers: dict[str, str], complaint: str) -> None:
    rai, case = at_the_desk(app, RAI), referred(app)
    status, page = press(rai, case, answers, "send")
    assert status in (409, 422)
    assert complaint in page
    assert queued(app) == 0


def test_lena_is_offered_an_appointment_alone_and_sends_nothing_else(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), referred(app)
    page = lena.get(f"{case}/letter-to-referrer").text
    assert re.findall(r'name="answered"[^>]* value="([\w-]+)"', page) == ["accepted"]
    status, page = press(lena, case, RETURNED, "send")
    assert (status, queued(app)) == (409, 0)
    assert "Only a clinician may write this answer" in page


def test_pressing_send_twice_sends_once(app: Flask) -> None:
    rai, case = at_the_desk(app, RAI), referred(app)
    html = rai.get(f"{case}/letter-to-referrer").text
    assert press(rai, case, RETURNED, "send", html)[0] == 303
    status, page = press(rai, case, RETURNED, "send", html)
    assert (status, queued(app)) == (409, 1)
    assert "Letter to the referrer: Returned with advice" in page


def test_what_goes_by_post_stands_on_the_case_and_in_the_outbox_until_it_was_posted(app: Flask) -> None:
    rai, lena, case = at_the_desk(app, RAI), at_the_desk(app, LENA), referred(app, AT_HOME)
    assert press(rai, case, RETURNED, "send")[0] == 303
    assert "A letter waits to be posted" in rai.get(case).text
    for address in (case, "/desk/outbox"):
        assert len(set(re.findall(r'href="([^"]+/posted)"', lena.get(address).text))) == 2
    for address in sorted(set(re.findall(r'href="([^"]+/posted)"', lena.get(case).text))):
        page = lena.get(address).text
        [link] = re.findall(r'href="([^"]+paper\.pdf)"', page)
        printed = lena.get(link)
        assert PAT in pages(printed.data)[0]
        assert ("Prefers an answer" in page) is ("Copy on paper" in page)
        assert lena.fill_in(address, action="").status_code == 303
    assert not re.findall(r'href="[^"]+/posted"', lena.get(case).text + lena.get("/desk/outbox").text)


def test_a_letter_that_is_not_on_paper_has_none(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), referred(app)
    with app.app_context():
        enquiry = db.session.scalars(select(Enquiry)).one()
        [receipt] = db.session.scalars(select(Letter).where(Letter.enquiry_id == enquiry.id))
        address = f"{case}/letters/{receipt.id}"
    assert lena.get(f"{address}/paper.pdf").status_code == 404
    assert lena.get(f"{address}/posted").status_code == 404
