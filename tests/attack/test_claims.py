"""FreeScout and django-helpdesk let the last click win: here, of fifty at once, one has it and the others are told."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Role
from tests.people import Colleague, at_the_desk, pat_asks
from tests.visitor import Visitor

CROWD = 50


def test_fifty_colleagues_claim_at_once_and_one_has_it(app: Flask) -> None:
    with app.app_context():
        reference = pat_asks().reference
    crowd = [
        Colleague(f"reception-{number}@clinic.example", f"Colleague {number}", Role.RECEPTIONIST, (Clinic.LONDON,))
        for number in range(CROWD)
    ]
    browsers = [at_the_desk(app, colleague) for colleague in crowd]
    claim = f"/desk/enquiries/{reference}/claim"
    pages = [browser.get("/desk/queue/london").text for browser in browsers]
    together = Barrier(CROWD)

    def press(number: int) -> tuple[int, str]:
        browser: Visitor = browsers[number]
        together.wait()
        answer = browser.send("/desk/queue/london", pages[number], {}, claim)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(CROWD) as fingers:
        answers = list(fingers.map(press, range(CROWD)))

    with app.app_context():
        enquiry = db.session.scalars(select(Enquiry)).one()
        assert enquiry.assignee_id
        owner = db.session.scalars(select(Staff.name).where(Staff.id == enquiry.assignee_id)).one()
        claims = db.session.scalar(select(func.count()).select_from(Entry).where(Entry.event == Event.CLAIMED))
    assert claims == 1
    assert Counter(status for status, _ in answers) == {303: 1, 409: CROWD - 1}
    [winner] = [colleague for colleague, (status, _) in zip(crowd, answers, strict=True) if status == 303]
    assert winner.name == owner
    assert all(f"Claimed by {owner} today at" in text for status, text in answers if status == 409)
