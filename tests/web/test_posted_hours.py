"""What pages say of the hours is true within moments of a change, in every process, and no page asks the database."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from config import Config
from enquiry import clock, create_app, opening
from enquiry.extensions import db
from enquiry.records.letter import Letter
from enquiry.records.setting import Setting
from enquiry.rules.clinics import Clinic
from enquiry.rules.closures import Closure
from enquiry.rules.urgency import FIRST_CONTACT
from enquiry.rules.working_time import NINE_TO_FIVE
from enquiry.web import posted_hours
from enquiry.web.posted_hours import PostedHours
from tests.counting import counting_queries
from tests.people import MAX, at_the_desk, pat_asks
from tests.visitor import Visitor

PAGES_WITH_HOURS = ["/", "/clinics/london", "/clinics/norwich", "/conditions/sciatica", "/enquire"]


@pytest.fixture
def another_process(app: Flask, settings: Config) -> Iterator[Flask]:
    """The same site, served by another web process: it has only the database in common with the first."""
    other = create_app(settings)
    other.testing = True
    yield other
    other.extensions["huey"].storage.close()
    with other.app_context():
        db.engine.dispose()


def looks_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time go by after which a process looks, and wait until its thread has looked."""
    posted: PostedHours = app.extensions["posted hours"]
    with monkeypatch.context() as patched:
        patched.setattr(posted_hours, "EVERY", 0.0)
        before = posted._looked_at
        app.test_client().get("/")
        waited = time.monotonic()
        while posted._looked_at == before or posted._looker.is_alive():
            assert time.monotonic() - waited < 10, "nobody looked"
            time.sleep(0.005)


def opens_at_ten(app: Flask) -> None:
    """Let Max set other hours at one clinic."""
    week = {day.lower(): "10:00–18:30" for day in opening.WEEKDAYS[:5]}
    assert at_the_desk(app, MAX).fill_in("/desk/settings/london/hours", week).status_code == 303


def test_every_process_tells_the_truth_after_a_change_though_no_page_asks(
    app: Flask, another_process: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for process in (app, another_process):
        assert "Monday to Friday, 9am to 5pm." in process.test_client().get("/clinics/london").text
    opens_at_ten(app)
    for process in (app, another_process):
        visitor = process.test_client()
        tag = visitor.get("/clinics/london").headers["ETag"]
        with counting_queries(process) as queries:
            looks_again(process, monkeypatch)
            answer = visitor.get("/clinics/london", headers={"If-None-Match": tag})
            again = visitor.get("/clinics/london", headers={"If-None-Match": answer.headers["ETag"]})
        assert answer.status_code == 200
        assert "Monday to Friday, 10am to 6:30pm." in answer.text
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert (again.status_code, again.data) == (304, b"")
        assert not queries
        assert "Monday to Friday, 9am to 5pm." in visitor.get("/clinics/norwich").text
        start = visitor.get("/enquire").text
        assert "London is open Monday to Friday, 10am to 6:30pm. Norwich is open Monday to Friday, 9am to 5pm." in start


def test_the_first_visitor_after_a_quiet_night_reads_what_is_true(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: PostedHours = app.extensions["posted hours"]
    posted.look()
    client.get("/clinics/london")
    opens_at_ten(app)
    monkeypatch.setattr(posted, "_looked_at", time.monotonic() - posted_hours.TOO_OLD)
    monkeypatch.setattr(posted_hours, "LONGEST_WAIT", 20.0)  # a busy machine is no fault
    assert "Monday to Friday, 10am to 6:30pm." in client.get("/clinics/london").text


def test_nobody_waits_long_for_a_database_that_does_not_answer(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: PostedHours = app.extensions["posted hours"]
    client.get("/clinics/london")
    monkeypatch.setattr(posted, "_looked_at", time.monotonic() - posted_hours.TOO_OLD)
    monkeypatch.setattr(posted_hours, "LONGEST_WAIT", 0.05)
    with posted._looking:  # whoever looks is held up
        assert "Monday to Friday" in client.get("/clinics/london").text
        assert posted._looker.is_alive()
    posted._looker.join()


def test_between_two_looks_and_while_nothing_changes_a_page_is_answered_from_memory(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = app.extensions["kept pages"]
    app.extensions["posted hours"].look()
    for address in PAGES_WITH_HOURS:
        client.get(address)
    shelf = dict(pages.shelf)
    looks_again(app, monkeypatch)
    assert pages.shelf == shelf
    assert {"/", "/clinics/london"} <= shelf.keys()


def test_what_patients_are_promised_follows_the_targets_and_the_hours(app: Flask, client: Visitor) -> None:
    posted: PostedHours = app.extensions["posted hours"]
    for address in PAGES_WITH_HOURS:
        assert "within two working days" in client.get(address).text
    with app.app_context():
        three_days = opening.written_targets(FIRST_CONTACT, timedelta(hours=24))
        db.session.add(Setting(name=opening.TARGETS, value=three_days))
        db.session.commit()
    posted.look()
    for address in PAGES_WITH_HOURS:
        page = client.get(address).text
        assert "within three working days" in page
        assert "two working days" not in page


def test_coming_closures_are_posted_without_their_reason_and_fall_away_when_they_are_over(
    app: Flask, client: Visitor, time_passes: Callable[[timedelta], None]
) -> None:
    posted: PostedHours = app.extensions["posted hours"]
    today = clock.for_the_eye(clock.now()).date()
    days = Closure(today + timedelta(days=1), today + timedelta(days=2), "Staff outing")
    with app.app_context():
        written = opening.written_opening(NINE_TO_FIVE, [days])
        db.session.add(Setting(name=opening.hours_name(Clinic.LONDON), value=written))
        db.session.commit()
    posted.look()
    assert f"Also closed from {in_words(days.first)} to {in_words(days.last)}." in client.get("/clinics/london").text
    assert "Staff outing" not in client.get("/clinics/london").text
    time_passes(timedelta(days=2))
    posted.look()
    assert "Also closed" in client.get("/clinics/london").text
    time_passes(timedelta(days=1))
    posted.look()
    assert "Also closed" not in client.get("/clinics/london").text


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_without_the_database_pages_say_what_they_said(app: Flask, client: Visitor) -> None:
    posted: PostedHours = app.extensions["posted hours"]
    opens_at_ten(app)
    posted.look()
    with app.app_context():
        db.session.execute(text("ALTER TABLE settings RENAME TO gone"))
        db.session.commit()
    try:
        posted.look()
        assert "10am to 6:30pm" in client.get("/clinics/london").text
    finally:
        with app.app_context():
            db.session.execute(text("ALTER TABLE gone RENAME TO settings"))
            db.session.commit()


def test_pats_receipt_says_when_her_clinic_reads(app: Flask) -> None:
    opens_at_ten(app)
    with app.app_context():
        for clinic, hours in ((Clinic.LONDON, "10am to 6:30pm"), (Clinic.NORWICH, "9am to 5pm")):
            enquiry = pat_asks(clinic, contact={"email": f"{clinic}@home.example"})
            receipt = db.session.scalars(select(Letter).where(Letter.enquiry_id == enquiry.id)).one().contents
            assert f"We read enquiries Monday to Friday, {hours}." in receipt.text
            assert f"We read enquiries Monday to Friday, {hours}." in receipt.html


def test_pages_that_say_when_somebody_reads_follow_the_hours_at_once(app: Flask, client: Visitor) -> None:
    in_two_days = (clock.for_the_eye(clock.now()) + timedelta(days=2)).weekday()
    only_then = {in_two_days: NINE_TO_FIVE[0]}
    with app.app_context():
        for clinic in Clinic:
            db.session.add(Setting(name=opening.hours_name(clinic), value=opening.written_opening(only_then)))
        db.session.commit()
        opens = clock.moment_in_words(opening.Opening(only_then).hours.next_opening(clock.now()))
    emergency = client.fill_in("/enquire/safety", {"red_flags": ["row-5"], "cancer": "no"}).text
    assert f"The clinic is closed, and nobody will read this before {opens}" in emergency
