"""Whom Lena is to ring, from when, how often that was tried, and when the clinic lets go."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select, update

from enquiry import caseload, clock, outbox
from enquiry.appointments.book import book
from enquiry.calls.record import record_call
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event, happened
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import CallOutcome, Route
from enquiry.rules.status import Outcome, Status
from enquiry.rules.working_time import OpeningHours
from enquiry.triage import decide
from tests.appointments.arranging import plan
from tests.calls.ringing import an_open_hour, is_to_be_rung, was_tried
from tests.counting import counting_queries
from tests.mail_server import MailServer
from tests.people import LENA, NOOR, PAT, PATS_EMAIL, RAI, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

TOM = replace(LENA, name="Tom Reed", email="tom@clinic.example")
BY_TELEPHONE = {"preferred": Route.TELEPHONE.value}
TUESDAY_AT_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=clock.LONDON_TIME)


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment.astimezone(UTC))

    return set_to


def asked(app: Flask, clinic: Clinic = Clinic.LONDON, **pages: dict[str, Any]) -> str:
    """Return the address of a new enquiry of Pat's, who likes to be answered by telephone."""
    pages["contact"] = {**BY_TELEPHONE, **pages.get("contact", {})}
    with app.app_context():
        return f"/desk/enquiries/{pat_asks(clinic, **pages).reference}"


def the_enquiry() -> Enquiry:
    return db.session.scalars(select(Enquiry)).one()


def rung_at(app: Flask) -> datetime | None:
    """Return from when the one enquiry's person is to be rung."""
    with app.app_context():
        return the_enquiry().ring_at


def test_who_likes_to_be_rung_is_to_be_rung_and_who_likes_a_letter_is_not(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    with app.app_context():
        by_email = pat_asks(contact={"preferred": "email"}).reference
    page = lena.get("/desk/callbacks").text
    assert f"{case}/call" in page
    assert by_email not in page


def test_pat_is_rung_when_it_suits_her(app: Flask, it_is: Callable[[datetime], None]) -> None:
    it_is(TUESDAY_AT_TEN)
    asked(app, contact={"good_days": ["tuesday", "friday"], "good_times": ["afternoon"]})
    assert rung_at(app) == TUESDAY_AT_TEN.replace(hour=12)
    page = at_the_desk(app, LENA).get("/desk/callbacks").text
    for words in ("Later today", "Ring today from midday", "Good times to ring: Tuesday or Friday, afternoons"):
        assert words in page


def test_the_list_says_all_that_lena_needs_with_the_telephone_in_her_hand(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app, contact={"avoid": "Not at work"})
    with app.app_context():
        is_to_be_rung(the_enquiry().id)
    page = lena.get("/desk/callbacks").text
    for words in (
        str(escape(PAT)), case.rpartition("/")[2], 'href="tel:+447700900982"', "07700 900 982",
        "No messages on voicemail", "Avoid: Not at work", "Not tried yet", "Ring now", f'href="{case}/call"',
        "1 to ring now",
    ):  # fmt: skip
        assert words in page
    assert lena.fill_in("/desk/callbacks", {"version": "1"}, action=f"{case}/claim").location == case
    assert "With you" in lena.get("/desk/callbacks").text


def test_who_was_missed_comes_again_by_the_rule_and_the_list_says_when_they_were_tried(
    app: Flask, it_is: Callable[[datetime], None]
) -> None:
    it_is(TUESDAY_AT_TEN)
    lena, case = at_the_desk(app, LENA), asked(app)
    recorded = lena.fill_in(f"{case}/call", {"outcome": "no-answer"})
    assert "Call recorded. Ring today from 10:15am" in lena.get(recorded.location).text
    it_is(TUESDAY_AT_TEN + timedelta(minutes=20))
    lena.fill_in(f"{case}/call", {"outcome": "no-answer"})
    page = lena.get("/desk/callbacks").text
    assert "Tried twice: today at 10am, today at 10:20am" in page
    assert "Ring tomorrow from 9am" in page
    assert "On the next days" in page


def test_who_was_reached_leaves_the_list_and_counts_as_answered(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app)
    lena.fill_in(f"{case}/call", {"outcome": "spoke"})
    assert rung_at(app) is None
    assert "Nobody is to be rung" in lena.get("/desk/callbacks").text
    with app.app_context():
        assert the_enquiry().first_contact_at is not None


def test_a_wrong_number_is_not_rung_again_and_is_no_attempt(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app)
    lena.fill_in(f"{case}/call", {"outcome": "wrong-number"})
    assert rung_at(app) is None
    assert "Tried" not in lena.get(case).text


def test_who_asks_to_be_rung_another_day_is(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app)
    chosen = an_open_hour()
    lena.fill_in(f"{case}/call", {"outcome": "spoke", "again": "at", **chosen})
    ring_at = rung_at(app)
    assert ring_at is not None
    local = clock.for_the_eye(ring_at)
    assert (local.date().isoformat(), f"{local:%H:%M}") == (chosen["day"], chosen["time"])


def test_who_need_not_be_rung_again_is_not(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app)
    lena.fill_in(f"{case}/call", {"outcome": "no-answer", "again": "not"})
    assert rung_at(app) is None


@pytest.mark.parametrize(
    "chosen, said",
    [
        ({"day": "", "time": "10:00"}, "Enter the day at which to ring"),
        ({"day": "2026-11-24", "time": ""}, "Enter the time at which to ring"),
        ({"day": "soon", "time": "10:00"}, "Enter a day like"),
        ({"day": "2026-11-24", "time": "noon"}, "Enter a time like"),
        ({"day": "2026-11-24", "time": "09:00"}, "Choose a time from now on"),
        ({"day": "2027-11-24", "time": "10:00"}, "Choose a time from now on, and within 60 days"),
        ({"day": "2026-11-28", "time": "10:00"}, "The clinic is closed then"),
        ({"day": "2026-12-25", "time": "10:00"}, "The clinic is closed then"),
        ({"day": "2026-11-24", "time": "17:00"}, "The clinic is closed then"),
    ],
)
def test_nobody_is_to_be_rung_when_nobody_can_ring(
    app: Flask, it_is: Callable[[datetime], None], chosen: dict[str, str], said: str
) -> None:
    it_is(TUESDAY_AT_TEN)
    lena, case = at_the_desk(app, LENA), asked(app, contact={"preferred": "email"})
    for page, answers in (("callback", {"why": "Her scan"}), ("call", {"outcome": "spoke", "again": "at"})):
        refused = lena.fill_in(f"{case}/{page}", {**answers, **chosen})
        assert refused.status_code in (409, 422)
        assert said in refused.text
    assert rung_at(app) is None


def test_lena_arranges_to_ring_back_and_calls_it_off(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app, contact={"preferred": "email"})
    assert "Ring back on …" in lena.get(case).text
    arranged = lena.fill_in(f"{case}/callback", {"why": "She asked for it", **an_open_hour()})
    page = lena.get(arranged.location).text
    for words in ("Callback arranged", "She asked for it", "Ring at another time", "No need to ring"):
        assert words in page
    assert f"{case}/call" in lena.get("/desk/callbacks").text
    called_off = lena.fill_in(f"{case}/no-callback", {"why": "She rang us"})
    page = lena.get(called_off.location).text
    assert "Callback called off" in page
    assert "She rang us" in page
    assert "Nobody is to be rung" in lena.get("/desk/callbacks").text
    assert lena.fill_in(f"{case}/no-callback", action="").status_code == 409


def test_who_gave_no_number_cannot_be_rung_back(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app, contact={"telephone": "", "preferred": "email"})
    assert "There is no telephone number to ring" in lena.fill_in(f"{case}/callback", an_open_hour()).text
    assert "Ring back on" not in lena.get(case).text


def test_what_has_ended_is_rung_no_more_and_opened_again_it_is_as_before(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app)
    lena.fill_in(case, {"outcome": "advice-sent"}, action=f"{case}/close")
    assert rung_at(app) is None
    assert "The enquiry has ended" in lena.fill_in(f"{case}/callback", an_open_hour()).text
    lena.fill_in(f"{case}/call", {"outcome": "no-answer"})
    assert rung_at(app) is None


def test_possible_spam_is_not_rung_until_somebody_has_looked(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app, contact={"email": ""})
    with app.app_context():
        db.session.execute(update(Enquiry).values(set_aside_at=clock.now()))
        db.session.commit()
    assert case not in lena.get("/desk/callbacks").text
    lena.fill_in(case, action=f"{case}/claim")
    assert case in lena.get("/desk/callbacks").text


def test_an_enquiry_takes_its_callback_with_it_to_the_other_clinic(app: Flask) -> None:
    lena, noor, case = at_the_desk(app, LENA), at_the_desk(app, NOOR), asked(app)
    assert case not in noor.get("/desk/callbacks").text
    assert "0 to ring now" in noor.get("/desk/callbacks").text
    lena.fill_in(case, {"reason": "She lives there", "clinic": "norwich"}, action=f"{case}/transfer")
    lena.get("/desk/queue")  # where she reads that it is done, and could undo it
    assert case in noor.get("/desk/callbacks").text
    assert case not in lena.get("/desk/callbacks").text


@pytest.mark.parametrize("clinic", ["norwich", "paris", "LONDON"])
def test_another_clinics_callbacks_are_no_more_there_than_those_of_none(app: Flask, clinic: str) -> None:
    lena = at_the_desk(app, LENA)
    answer = lena.get(f"/desk/callbacks/{clinic}")
    assert answer.status_code == 404
    assert answer.data == lena.get("/desk/callbacks/nowhere").data


def test_after_three_tries_on_two_days_pat_is_told_by_letter_and_the_enquiry_ends(app: Flask, smtp: MailServer) -> None:
    lena, case = at_the_desk(app, LENA), asked(app)
    with app.app_context():
        was_tried(the_enquiry().id)
    page = lena.get(case).text
    assert "They were tried often enough" in page
    page = lena.get(f"{case}/closing-letter").text
    assert f"<strong>{PATS_EMAIL}</strong>" in page
    assert "We have tried to reach you by telephone three times" in page
    closed = lena.fill_in(f"{case}/closing-letter", action="")
    assert "Enquiry closed. The letter to" in lena.get(closed.location).text
    with app.app_context():
        enquiry = the_enquiry()
        assert (enquiry.status, enquiry.outcome) == (Status.CLOSED, Outcome.NO_REPLY)
        outbox.sweep(clock.now())
    letter = smtp.letters[-1].message
    assert letter["Subject"] == f"We have tried to reach you, {case.rpartition('/')[2]}"
    for part in letter.walk():
        words = part.get_content().lower() if not part.is_multipart() else ""
        assert not re.search(r"spine|back pain|leg|surge|september", words)


@pytest.mark.parametrize(
    "ago",
    [
        (timedelta(days=1), timedelta(hours=1)),
        (timedelta(minutes=2), timedelta(minutes=1), timedelta()),
    ],
    ids=["two tries", "three on one day"],
)
def test_nobody_is_let_go_before_they_were_tried_often_enough(
    app: Flask, it_is: Callable[[datetime], None], ago: tuple[timedelta, ...]
) -> None:
    it_is(TUESDAY_AT_TEN)
    lena, case = at_the_desk(app, LENA), asked(app)
    with app.app_context():
        was_tried(the_enquiry().id, *ago)
    assert "They were tried often enough" not in lena.get(case).text
    refused = lena.fill_in(f"{case}/closing-letter", action="")
    assert refused.status_code == 409
    assert "not yet rung three times on two days" in refused.text


@pytest.mark.parametrize("event, detail", [(Event.CALLED, "spoke"), (Event.WROTE, ""), (Event.CLOSED, "no-reply")])
def test_once_they_are_heard_from_the_count_begins_anew(app: Flask, event: Event, detail: str) -> None:
    lena, case = at_the_desk(app, LENA), asked(app)
    with app.app_context():
        was_tried(the_enquiry().id)
        happened(the_enquiry(), event, clock.now(), detail=detail)
        db.session.commit()
    page = lena.get(case).text
    assert "They were tried often enough" not in page
    assert "Tried three" not in page


def test_who_gave_no_address_gets_no_letter_and_the_page_says_what_to_do(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app, contact={"email": ""})
    with app.app_context():
        was_tried(the_enquiry().id)
    assert "no letter can go" in lena.get(f"{case}/closing-letter").text


def test_lena_may_not_let_go_of_a_red_flag(app: Flask) -> None:
    lena, case = at_the_desk(app, LENA), asked(app, safety={"red_flags": ["row-16"]})
    with app.app_context():
        was_tried(the_enquiry().id)
    refused = lena.fill_in(f"{case}/closing-letter", action="")
    assert refused.status_code == 409
    with app.app_context():
        assert the_enquiry().is_open


def test_nobody_is_let_go_who_is_still_to_come_to_an_appointment(app: Flask) -> None:
    """Pat would read that the clinic gave up on her, and then be reminded of her appointment."""
    lena, case = at_the_desk(app, LENA), asked(app)
    with app.test_request_context():
        by = db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one()
        enquiry = decide.claim(by, the_enquiry().reference, the_enquiry().version)
        in_a_month = OpeningHours().next_opening(clock.now() + timedelta(days=30)).replace(hour=12, minute=0, second=0)
        book(by, enquiry.reference, enquiry.version, plan(in_a_month, although_closed=True), is_agreed=True)
        was_tried(enquiry.id)
    refused = lena.fill_in(f"{case}/closing-letter", action="")
    assert refused.status_code == 409
    assert "They are still to come to an appointment: cancel it first" in refused.text
    with app.app_context():
        assert the_enquiry().status is Status.BOOKED


def test_two_ring_at_once_and_both_calls_are_told_apart(app: Flask) -> None:
    case = asked(app)
    with app.app_context():
        ids = [hire(colleague).id for colleague in (LENA, TOM)]
    together = Barrier(2)

    def rings(own_id: UUID) -> str:
        with app.app_context():
            actor = db.session.get_one(Staff, own_id)
            together.wait()
            try:
                record_call(actor, case.rpartition("/")[2], 1, CallOutcome.NO_ANSWER, "")
            except caseload.ChangedMeanwhile:
                return "held"
            return "recorded"

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(rings, ids)) == ["held", "recorded"]
    with app.app_context():
        calls = db.session.scalars(select(Entry).where(Entry.event == Event.CALLED)).all()
        assert len(calls) == 1


def test_a_long_list_is_turned_page_by_page_at_a_fixed_cost(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.app_context():
        everybody = {pat_asks(contact=BY_TELEPHONE).reference for _ in range(caseload.PAGE + 3)}
    seen: list[str] = []
    address: str | None = "/desk/callbacks/london"
    while address:
        with counting_queries(app) as queries:
            page = rai.get(address).text
        assert len(queries) <= 6
        seen += re.findall(r'href="/desk/enquiries/([^"/]+)/call"', page)
        found = re.search(r'href="([^"]+)">Next page', page)
        address = found[1].replace("&amp;", "&") if found else None
    assert len(seen) == len(set(seen))
    assert set(seen) == everybody
    assert rai.get("/desk/callbacks/london?after=nonsense").status_code == 200


def test_pat_says_on_the_form_when_it_is_good_to_ring(client: Visitor) -> None:
    who = client.fill_in("/enquire/safety", {"red_flags": ["none"], "cancer": "no"}).location
    born = {"birth_date-day": "31", "birth_date-month": "3", "birth_date-year": "1980"}
    contact = client.fill_in(who, {"for_whom": "me", "name": PAT, **born}).location
    good = {"good_days": ["monday", "friday"], "good_times": ["afternoon"]}
    number = {"telephone": "07700 900 982", "preferred": "telephone", "voicemail_ok": "no"}
    assert client.fill_in(contact, {**number, **good}).status_code == 303
    kept = client.get(contact).text
    ticked = re.findall(r'name="(good_\w+)" type="checkbox" value="(\w+)" checked', kept)
    assert ticked == [("good_days", "monday"), ("good_days", "friday"), ("good_times", "afternoon")]
    assert client.fill_in(contact, {**number, "good_days": ["sunday"]}).status_code == 422
