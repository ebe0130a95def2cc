"""Every row of clinical.md 2.1 and rule of 2.2: from Pat’s answer to what she reads, how urgent it is, and where."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from enquiry import clock
from enquiry.extensions import db
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry
from enquiry.records.tally import Tally, What
from enquiry.records.told import SeenInHospital
from enquiry.rules.clinics import Clinic
from enquiry.rules.red_flags import RED_FLAGS, Cancer
from enquiry.rules.urgency import Urgency
from tests.intake.test_enquiry import (
    ABOUT,
    CLINIC,
    CONTACT,
    NO_FILES,
    PAIN,
    SAFE,
    SEND,
    START,
    TIMES,
    WHO,
    answer,
    begin,
    stored,
)
from tests.people import NOOR, RAI, at_the_desk, pat_asks
from tests.visitor import Visitor

REST: list[dict[str, Any]] = [WHO, CONTACT, ABOUT, PAIN, TIMES, NO_FILES, {**CLINIC, "clinic": "norwich"}]
MONDAY_AT_TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 10, tzinfo=UTC)

NOW = "Please get help now"
TODAY = "Please get advice today"
FIRST = "Please read this first"
GP = "Please also ask your GP"

# What somebody ticks, what they say of cancer, the page that they see, what stands on it, and how urgent it arrives.
# Written from the table and not from the code; ``None`` is never queued.
ROWS: list[tuple[str, str, str, str, Urgency | None]] = [
    ("row-1", "no", NOW, "Call 999 or go to A&E now", None),
    ("row-2", "no", NOW, "Call 999 or go to A&E now", None),
    ("row-3", "no", NOW, "Call 999 or go to A&E now", None),
    ("row-4", "no", NOW, "Go to A&E now", None),
    ("row-5", "no", NOW, "Call 999 or go to A&E now", None),
    ("row-6", "no", NOW, "Go to A&E today", None),
    ("row-7", "no", NOW, "Call 111 or go to A&E today", None),
    ("row-7-slow", "no", FIRST, "If it becomes quickly worse, call 111 or go to A&E the same day", Urgency.URGENT),
    ("row-8", "yes", NOW, "Ring your cancer helpline at once", None),
    ("row-9", "yes", TODAY, "Ring your cancer team or its helpline today", Urgency.URGENT),
    ("row-10", "no", NOW, "Call 999 now", None),
    ("row-10-mild", "no", TODAY, "Call 111 or see your GP today", Urgency.URGENT),
    ("row-11", "no", NOW, "Keep still until help comes", None),
    ("row-12", "no", TODAY, "See your GP, call 111 or go to an urgent treatment centre today", Urgency.URGENT),
    ("row-13", "no", NOW, "Call 999 now", None),
    ("row-14", "no", NOW, "Call 999 now", None),
    ("row-15", "no", NOW, "Call 999 now", None),
    ("row-16", "no", TODAY, "See your GP urgently or call 111", Urgency.URGENT),
    ("row-17", "no", NOW, "With chest pain call 999", None),
    ("row-19", "no", NOW, "Samaritans on 116 123", None),
    ("row-20", "no", GP, "referral to a rheumatologist", Urgency.ROUTINE),
    # 2.2, rule 1: ever counts, and not being sure counts as yes. Rule 3: what it makes of the rest.
    ("none", "yes", FIRST, "ring your cancer team the same day", Urgency.URGENT),
    ("none", "not-sure", FIRST, "ring your cancer team the same day", Urgency.URGENT),
    ("row-7-slow", "yes", NOW, "Ring your cancer helpline at once", None),
    ("row-7-slow", "not-sure", NOW, "Ring your cancer helpline at once", None),
    ("row-12", "yes", TODAY, "Ring your cancer team or its helpline today", Urgency.URGENT),
    ("row-16", "not-sure", TODAY, "Ring your cancer team or its helpline today", Urgency.URGENT),
    ("row-20", "yes", FIRST, "ring your cancer team the same day", Urgency.URGENT),
    # Rule 2: “no” clears nothing.
    *((row, "no", NOW, "", None) for row in ("row-3", "row-6", "row-7")),
]
NEVER_DECLARED = {"row-13", "row-14", "row-15", "row-19"}
DIVERTED = [(row, cancer) for row, cancer, _, _, urgency in ROWS if urgency is None]


def says(*rows: str, cancer: str = "no") -> dict[str, Any]:
    """Return the answers to the screen."""
    return {"red_flags": list(rows), "cancer": cancer}


def on_the_day(day: date) -> dict[str, str]:
    """Return a day in three boxes, with a hospital."""
    return {
        "hospital": "Norfolk and Norwich",
        "seen_on-day": str(day.day), "seen_on-month": str(day.month), "seen_on-year": str(day.year),
    }  # fmt: skip


def declares(client: Visitor, row: str = "row-1", cancer: str = "no", days_ago: int = 3) -> TestResponse:
    """Tell an emergency, and then that a hospital has sent one home with it."""
    page = client.fill_in(START, says(row, cancer=cancer))
    day = clock.for_the_eye(clock.now()).date() - timedelta(days=days_ago)
    return client.send(START, page.text, {**on_the_day(day), "declare": "yes"})


def the_case(app: Flask) -> str:
    """Return the one case as Mr Rai reads it."""
    rai = at_the_desk(app, RAI)
    with app.app_context():
        reference = stored().reference
    return rai.get(f"/desk/enquiries/{reference}").text


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def test_every_row_of_the_screen_is_in_this_table() -> None:
    assert {flag.code for flag in RED_FLAGS} == {row for row, *_ in ROWS} - {"none"}


@pytest.mark.parametrize("row, cancer, heading, words, urgency", ROWS)
def test_what_pat_ticks_decides_what_she_reads_how_urgent_it_is_and_in_which_queue(
    app: Flask, client: Visitor, row: str, cancer: str, heading: str, words: str, urgency: Urgency | None
) -> None:
    page = client.fill_in(START, says(row, cancer=cancer))

    assert page.status_code == 200
    assert heading in page.text
    assert str(escape(words)) in page.text
    assert "you are safe" not in page.text.lower()
    if urgency is None:
        assert "carry-on" not in page.text
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
        return
    address = client.send(START, page.text, {"carry-on": "yes"}).location
    client.fill_in(answer(client, address, *REST), SEND)
    with app.app_context():
        assert (stored().urgency, stored().clinic) == (urgency, Clinic.NORWICH)
        assert stored().request.cancer is Cancer(cancer)
    assert stored_reference(app) in at_the_desk(app, NOOR).get("/desk/queue/norwich").text


def stored_reference(app: Flask) -> str:
    """Return the reference of the one enquiry."""
    with app.app_context():
        return stored().reference


def test_no_to_everything_goes_straight_on_and_is_routine(app: Flask, client: Visitor) -> None:
    client.fill_in(answer(client, begin(client), *REST), SEND)

    with app.app_context():
        assert stored().urgency is Urgency.ROUTINE
        assert stored().request.red_flags == ()
    assert "Ever had cancer: no" in the_case(app)


def test_the_question_about_cancer_has_no_answer_beforehand_and_must_have_one(client: Visitor) -> None:
    page = client.fill_in(START, {"red_flags": ["none"]})

    assert page.status_code == 422
    assert "Select whether you have ever been told that you have cancer" in page.text


def test_an_emergency_is_shown_even_if_the_question_about_cancer_was_left_out(client: Visitor) -> None:
    page = client.fill_in(START, {"red_flags": ["row-1"]})

    assert NOW in page.text


def test_the_answer_about_cancer_stands_beside_the_next_enquiry(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.app_context():
        pat_asks(safety={"cancer": "yes"})
        second = pat_asks(safety={"cancer": "no"})
        assert second.urgency is Urgency.URGENT
        page = rai.get(f"/desk/enquiries/{second.reference}").text
    assert "Ever had cancer: no" in page
    assert "Ever had cancer: yes" in page.partition("Other enquiries")[2]


@pytest.mark.parametrize("row, cancer", DIVERTED)
def test_only_who_was_seen_in_hospital_may_still_ask_and_not_with_every_row(
    app: Flask, client: Visitor, row: str, cancer: str
) -> None:
    page = client.fill_in(START, says(row, cancer=cancer))

    assert ("already been seen in hospital" in page.text) == (row not in NEVER_DECLARED)


@pytest.mark.parametrize("row", sorted(NEVER_DECLARED))
def test_what_needs_999_now_cannot_be_declared_by_a_forged_button_either(app: Flask, client: Visitor, row: str) -> None:
    other_page = client.fill_in(START, says("row-1")).text
    forged = {**says("row-1", row), **on_the_day(date.today()), "declare": "yes"}  # noqa: DTZ011 - any day will do

    page = client.send(START, other_page, forged)

    assert NOW in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


@pytest.mark.parametrize("button", ["carry-on", "declare", "hospital", "seen_on-day"])
def test_an_emergency_is_carried_on_with_by_no_field_alone(app: Flask, client: Visitor, button: str) -> None:
    page = client.fill_in(START, says("row-1")).text
    forged = client.post(START, data={**says("row-1"), button: "yes", "csrf_token": token_of(page)})

    assert NOW in forged.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def token_of(html: str) -> str:
    """Return a page's token."""
    return html.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def test_pat_who_was_sent_home_is_seen_to_by_a_clinician_within_two_hours(
    app: Flask, client: Visitor, it_is: Callable[[datetime], None]
) -> None:
    it_is(MONDAY_AT_TEN)

    client.fill_in(answer(client, declares(client).location, *REST), SEND)

    with app.app_context():
        enquiry = stored()
        assert enquiry.urgency is Urgency.RED_FLAG_DECLARED
        assert enquiry.due_at == MONDAY_AT_TEN + timedelta(hours=2)
        assert enquiry.request.seen_in_hospital == SeenInHospital("Norfolk and Norwich", date(2026, 11, 20))
        assert not enquiry.request.changed_answer
        assert enquiry.is_flagged
    case = the_case(app)
    assert "Already seen in hospital and sent home" in case
    assert "Norfolk and Norwich, 20 November 2026" in case


def test_out_of_hours_the_page_says_that_nobody_reads_it_before_monday(
    client: Visitor, it_is: Callable[[datetime], None]
) -> None:
    it_is(MONDAY_AT_TEN)
    open_page = client.fill_in(START, says("row-1")).text
    it_is(SATURDAY)
    closed_page = client.fill_in(START, says("row-1")).text

    assert "nobody will read this before" not in open_page
    assert "nobody will read this before Monday 30 November" in closed_page
    assert "do what it says above" in closed_page


@pytest.mark.parametrize(
    "days_ago, words",
    [(-1, "must not be in the future"), (91, "must not be more than 90 days ago")],
)
def test_a_day_that_says_nothing_of_today_is_refused_and_the_advice_stays(
    app: Flask, client: Visitor, days_ago: int, words: str
) -> None:
    page = declares(client, days_ago=days_ago)

    assert page.status_code == 422
    assert words in page.text
    assert NOW in page.text
    assert "Norfolk and Norwich" in page.text


def test_a_declaration_needs_its_hospital_and_its_day(client: Visitor) -> None:
    page = client.fill_in(START, says("row-1"))

    again = client.send(START, page.text, {"declare": "yes"})

    assert "Enter the hospital that saw you" in again.text
    assert "Enter the day on which they saw you" in again.text


@pytest.mark.parametrize("days_ago", [0, 90])
def test_today_and_ninety_days_ago_are_taken(client: Visitor, days_ago: int) -> None:
    assert "/enquire/who" in declares(client, days_ago=days_ago).location


def test_pat_corrects_the_hospital_from_the_check(app: Flask, client: Visitor) -> None:
    check = answer(client, declares(client).location, *REST)
    tab = check.partition("?")[2]
    assert "Norfolk and Norwich" in client.get(check).text

    assert client.fill_in(f"/enquire/hospital?{tab}", {"hospital": "James Paget"}).location == check
    client.fill_in(check, SEND)

    assert "James Paget" in the_case(app)


def test_a_milder_answer_after_an_emergency_is_kept_and_shown_to_staff(app: Flask, client: Visitor) -> None:
    client.fill_in(START, says("row-1"))
    cookie = client.get_cookie("clinic")
    assert cookie is not None
    assert "row" not in cookie.decoded_value

    client.fill_in(answer(client, begin(client), *REST), SEND)

    with app.app_context():
        assert stored().request.changed_answer
        assert stored().request.red_flags == ()
    assert "Changed answers on the safety page" in the_case(app)


def test_the_next_enquiry_of_the_same_browser_begins_anew(app: Flask, client: Visitor) -> None:
    client.fill_in(START, says("row-1"))
    for _ in range(2):
        client.fill_in(answer(client, begin(client), *REST), SEND)

    with app.app_context():
        changed = [one.request.changed_answer for one in db.session.scalars(select(Enquiry).order_by(Enquiry.id))]
    assert changed == [True, False]


def test_an_emergency_takes_back_what_the_same_draft_said_before(app: Flask, client: Visitor) -> None:
    check = answer(client, begin(client), *REST)
    tab = check.partition("?")[2]

    assert NOW in client.fill_in(f"/enquire/safety?{tab}", says("row-1")).text

    assert "/enquire/safety" in client.get(check).location


def test_diversions_are_counted_by_row_and_day_and_nothing_else(app: Flask, client: Visitor) -> None:
    client.fill_in(START, says("row-1", "row-16"))
    client.fill_in(START, says("row-13"))
    client.fill_in(START, SAFE)

    with app.app_context():
        counted = db.session.scalars(select(Tally).where(Tally.what == What.DIVERTED).order_by(Tally.word)).all()
        assert [(one.word, one.number, one.clinic) for one in counted] == [("row-1", 1, None), ("row-13", 1, None)]
        assert {one.day for one in counted} == {clock.for_the_eye(clock.now()).date()}
        assert set(Tally.__table__.columns.keys()) == {"id", "day", "clinic", "what", "word", "number"}


@pytest.mark.parametrize(
    "story, heading, advice",
    [
        ("I am numb between my legs since Tuesday.", "Please get help now if this is true", "Call 999"),
        ("Some days I think of suicide because of it.", "Please get help now if this is true", "Samaritans"),
        ("I had cancer ten years ago and now this pain.", "Please get advice today if this is true", "cancer team"),
        ("The pain comes with a fever since Sunday.", "Please get advice today if this is true", "111"),
    ],
)
def test_worrying_words_show_advice_once_are_kept_and_raise_the_urgency(
    app: Flask, client: Visitor, story: str, heading: str, advice: str
) -> None:
    about = {**ABOUT, "story": story}
    address = answer(client, begin(client), WHO, CONTACT)
    page = client.fill_in(address, about)

    assert page.status_code == 200
    assert heading in page.text
    assert advice in page.text
    assert client.fill_in(address, about).status_code == 303  # once is enough
    onwards = page.text.partition('class="nhsuk-button" href="')[2].partition('"')[0]
    client.fill_in(answer(client, onwards, PAIN, TIMES, NO_FILES, CLINIC), SEND)

    with app.app_context():
        assert stored().urgency is Urgency.URGENT
        assert stored().request.story == story
        assert stored().is_flagged
    assert "Words in the message" in the_case(app)


def test_words_never_lower_what_was_declared(app: Flask, client: Visitor) -> None:
    calm = {**ABOUT, "story": "All is well, and nothing is numb or weak."}
    pages = [WHO, CONTACT, calm, PAIN, TIMES, NO_FILES, CLINIC]

    client.fill_in(answer(client, declares(client).location, *pages), SEND)

    with app.app_context():
        assert stored().urgency is Urgency.RED_FLAG_DECLARED


def test_out_of_hours_the_check_says_when_it_will_be_read(client: Visitor, it_is: Callable[[datetime], None]) -> None:
    it_is(MONDAY_AT_TEN)
    check = answer(client, begin(client), *REST)
    assert "The clinic is closed now" not in client.get(check).text

    it_is(MONDAY_AT_TEN + timedelta(hours=10))
    assert "Tuesday 24 November" in client.get(check).text
