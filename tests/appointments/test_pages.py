"""The pages of appointments at the desk: one enquiry's, a clinic's day, the section on the case, and the fee words."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from enquiry.appointments import book
from enquiry.extensions import db
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.answers import Need
from enquiry.rules.appointments import AppointmentState, CancelledBy, Tell, begins
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome, Status
from enquiry.triage import decide, merge
from tests.appointments.arranging import AT_NINE, MONDAY, Still, pat_is_claimed, plan, the_appointment
from tests.counting import counting_queries
from tests.following.receipt import opened, pats_link, says, withdraws
from tests.people import LENA, MAX, NOOR, PAT, PATS_EMAIL, RAI, Colleague, at_the_desk, hire, pat_asks
from tests.visitor import Visitor

TUESDAY = "2026-12-01"
LONDONS_DAY = f"/desk/appointments/london?day={TUESDAY}"
ANSWERS = {
    "agreed": "yes", "day-day": "1", "day-month": "12", "day-year": "2026", "at": "9am", "minutes": "30",
    "visit": "in-person", "joining": "", "tell": "letter-and-reminder", "note": "Ground floor, please.",
}  # fmt: skip


EIGHT = {"at": "8pm"}


def colleague(who: Colleague) -> Staff:
    """Return somebody as the database has them."""
    return db.session.scalar(select(Staff).where(Staff.email == who.email)) or hire(who)


def claimed(app: Flask, by: Colleague = LENA, clinic: Clinic = Clinic.LONDON, **pages: dict[str, Any]) -> str:
    """Let Pat ask and somebody claim it; return the address of its appointment."""
    with app.test_request_context():
        rai = colleague(RAI)
        reference = pat_is_claimed(colleague(by), clinic, **pages).reference
        ANSWERS["clinician_id"] = str(rai.id)
    return f"/desk/enquiries/{reference}/appointment"


def booked(
    app: Flask, by: Colleague = LENA, clinic: Clinic = Clinic.LONDON, offered: bool = False, **changes: Any
) -> str:
    """Let Pat have an appointment; return its reference."""
    with app.test_request_context():
        staff = colleague(by)
        enquiry = pat_is_claimed(staff, clinic)
        return book.book(staff, enquiry.reference, enquiry.version, plan(**changes), not offered).reference


@pytest.fixture
def lena(app: Flask, it_is: Still) -> Visitor:
    return at_the_desk(app, LENA)


def the_enquiry(reference: str) -> Enquiry:
    return db.session.scalars(select(Enquiry).where(Enquiry.reference == reference)).one()


def test_lena_books_while_she_speaks_to_pat_and_sees_what_was_agreed(app: Flask, lena: Visitor) -> None:
    page = claimed(app)

    done = lena.fill_in(page, ANSWERS, f"{page}/book")

    assert (done.status_code, done.location) == (303, page)
    shown = lena.get(page).text
    for words in (
        "Appointment booked", "Tuesday 1 December 2026, 9am", "30 minutes", "Mr Sanjay Rai", "Fee letter missing",
        f"They are written to at {PATS_EMAIL}", "A reminder goes on Friday 27 November 2026, 9am",
        "Ground floor, please.",
    ):  # fmt: skip
        assert words in shown, words


def test_whoever_gave_no_address_is_told_by_telephone_and_the_page_says_what(app: Flask, lena: Visitor) -> None:
    page = claimed(app, contact={"email": "", "preferred": "telephone"})
    asked = lena.get(page).text
    assert "They gave no email address" in asked
    assert 'value="letter"' not in asked

    lena.fill_in(page, ANSWERS | {"tell": "telephone"}, f"{page}/book")

    shown = lena.get(page).text
    assert "Nothing is written to them: tell them by telephone." in shown
    said = shown.partition("To read out by telephone")[2]
    for words in ("Tuesday 1 December 2026, at 9am", "60 Grove End Road", "07776 511824", page.split("/")[3]):
        assert words in said, words


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"at": "9:32"}, "on five minutes"),
        ({"at": "soon"}, "on five minutes"),
        ({"day-day": "31", "day-month": "2"}, "must be a real date"),
        ({"day-month": "10"}, "must not be in the past"),
        ({"day-year": "2062"}, "within 366 days"),
        ({"visit": "video"}, "Enter how they join by video"),
        ({"visit": "either"}, "Select how they are seen"),
        ({"minutes": "37"}, "Select a length"),
        ({"clinician_id": "nobody"}, "Select a clinician"),
        ({"tell": ""}, "Select how they hear of it"),
        ({"agreed": ""}, "Select whether they have agreed"),
        ({"day-year": "2027", "day-day": "28", "day-month": "3", "at": "1:30"}, "The clocks change"),
        ({"at": "8pm"}, "The clinic is closed at that time"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_that_was_typed_is_lost(
    app: Flask, lena: Visitor, wrong: dict[str, str], why: str
) -> None:
    page = claimed(app)

    refused = lena.fill_in(page, ANSWERS | wrong, f"{page}/book")

    assert refused.status_code in (409, 422)
    assert why in refused.text
    assert "Ground floor, please." in refused.text
    with app.app_context():
        assert db.session.scalars(select(Appointment)).all() == []


def test_a_time_that_is_taken_is_said_in_a_clear_sentence_and_nothing_typed_is_lost(app: Flask, lena: Visitor) -> None:
    booked(app, starts_at=AT_NINE + timedelta(minutes=15))
    page = claimed(app)

    refused = lena.fill_in(page, ANSWERS, f"{page}/book")

    assert refused.status_code == 409
    assert "Mr Sanjay Rai is already taken then: 9:15am to 9:45am. Choose another time." in refused.text
    assert "Ground floor, please." in refused.text
    assert f'<option value="{ANSWERS["clinician_id"]}" selected>' in refused.text
    again = lena.send(page, refused.text, ANSWERS | {"at": "9:45"}, f"{page}/book")
    assert again.status_code == 303


def test_where_the_clinic_is_closed_lena_may_say_that_it_opens(app: Flask, lena: Visitor) -> None:
    page = claimed(app)
    assert "The clinic opens for this" not in lena.get(page).text
    refused = lena.fill_in(page, ANSWERS | EIGHT, f"{page}/book")
    assert "The clinic opens for this" in refused.text
    assert lena.send(page, refused.text, ANSWERS | EIGHT | {"although_closed": "y"}, f"{page}/book").status_code == 303


def test_an_offer_is_accepted_moved_and_cancelled_on_one_page(app: Flask, lena: Visitor, it_is: Still) -> None:
    reference = booked(app, offered=True)
    with app.app_context():
        moved = {"at": "10:00", "minutes": "30", "clinician_id": str(colleague(RAI).id)}
    page = f"/desk/enquiries/{reference}/appointment"
    assert "Held until Wednesday 25 November 2026, 5pm" in lena.get(page).text
    assert lena.fill_in(page, action=f"{page}/accept").status_code == 303
    assert lena.fill_in(page, moved, f"{page}/move").status_code == 303
    assert "Tuesday 1 December 2026, 10am" in lena.get(page).text
    cancelled = lena.fill_in(page, {"by": "patient", "reason": "She has a cold."}, f"{page}/cancel")
    assert cancelled.location == f"/desk/enquiries/{reference}"
    case = lena.get(cancelled.location).text
    assert "Appointment cancelled: The patient" in case
    assert "She has a cold." in case
    assert "Book or offer an appointment" in case


def test_the_fee_letter_is_missing_until_it_is_sent(app: Flask, lena: Visitor) -> None:
    reference = booked(app)
    page = f"/desk/enquiries/{reference}/appointment"
    refused = lena.fill_in(page, {"by": "email"}, f"{page}/fees")
    assert "Fill in everything that stands in [square brackets]" in refused.text
    sent = lena.send(page, refused.text, {"by": "email", "text": "The first visit costs £1."}, f"{page}/fees")
    assert sent.status_code == 303
    for address in (page, f"/desk/enquiries/{reference}", LONDONS_DAY):
        assert "Fee letter missing" not in lena.get(address).text


def test_max_writes_the_words_with_which_fee_letters_begin(app: Flask, lena: Visitor) -> None:
    maxs = at_the_desk(app, MAX)
    assert "The first consultation: [its fee" in maxs.get("/desk/fee-words").text
    kept = maxs.fill_in("/desk/fee-words", {"london": "London’s approved words.", "norwich": "Norwich’s."})
    assert kept.status_code == 303
    page = f"/desk/enquiries/{booked(app)}/appointment"
    assert "London’s approved words." in lena.get(page).text
    assert lena.get("/desk/fee-words").status_code == 403


def test_a_closed_or_unclaimed_enquiry_says_why_it_cannot_be_booked(app: Flask, lena: Visitor) -> None:
    with app.test_request_context():
        new = pat_asks().reference
    assert "Claim the enquiry first" in lena.get(f"/desk/enquiries/{new}/appointment").text
    with app.test_request_context():
        enquiry = pat_is_claimed(colleague(LENA))
        decide.close(colleague(LENA), enquiry.reference, enquiry.version, Outcome.ADVICE_SENT, "")
    assert "This enquiry has ended" in lena.get(f"/desk/enquiries/{enquiry.reference}/appointment").text


def test_whoever_reloads_a_page_that_was_refused_is_led_to_the_appointment(app: Flask, lena: Visitor) -> None:
    page = claimed(app)
    assert lena.get(f"{page}/move").location == page


def test_the_case_shows_what_is_booked_and_the_way_on(app: Flask, lena: Visitor) -> None:
    reference = booked(app)
    case = lena.get(f"/desk/enquiries/{reference}").text
    assert "Tuesday 1 December 2026, 9am, 30 minutes, in person at London, with Mr Sanjay Rai" in case
    assert "Fee letter missing" in case
    assert f'href="/desk/enquiries/{reference}/appointment"' in case


def needs(app: Flask, reference: str, **changes: Any) -> None:
    """Let Pat need more than she said."""
    with app.app_context():
        enquiry = the_enquiry(reference)
        enquiry.contact = replace(enquiry.contact, **changes)
        db.session.commit()


def test_a_day_shows_who_comes_when_to_whom_and_what_they_need(app: Flask, lena: Visitor) -> None:
    reference = booked(app)
    needs(app, reference, needs=(Need.INTERPRETER, Need.WHEELCHAIR), language="Polish")
    page = lena.get(LONDONS_DAY).text.partition("<main")[2]
    for words in (
        str(escape(PAT)), "9am", "9:30am", "Mr Sanjay Rai", "in person", "Fee letter missing", reference,
        "An interpreter, Wheelchair access (Polish)",
    ):  # fmt: skip
        assert words in page, words
    assert "Did not attend" not in page  # it has not begun


def test_attended_and_did_not_attend_are_one_press_on_the_days_list(app: Flask, it_is: Still) -> None:
    it_is(AT_NINE - timedelta(minutes=5))
    lena = at_the_desk(app, LENA)
    reference = booked(app)
    it_is(AT_NINE + timedelta(minutes=10))
    deed = f"/desk/enquiries/{reference}/appointment/attendance"

    pressed = press(lena, LONDONS_DAY, deed, "no")

    assert (pressed.status_code, pressed.location) == (303, LONDONS_DAY)
    page = lena.get(LONDONS_DAY).text
    assert f"{reference}: did not attend" in page
    with app.app_context():
        assert the_enquiry(reference).status is Status.DID_NOT_ATTEND
    assert press(lena, LONDONS_DAY, deed, "yes").status_code == 303  # it was a slip
    with app.app_context():
        assert the_appointment(the_enquiry(reference)).state is AppointmentState.ATTENDED


def press(visitor: Visitor, page: str, deed: str, came: str) -> TestResponse:
    """Press a button of a page, as it sends what the form holds and its own value."""
    return visitor.send(page, visitor.get(page).text, {"came": came}, deed)


def test_whoever_presses_on_an_old_list_is_told_what_happened(app: Flask, it_is: Still) -> None:
    it_is(AT_NINE - timedelta(minutes=5))
    lena = at_the_desk(app, LENA)
    reference = booked(app)
    it_is(AT_NINE + timedelta(minutes=10))
    old = lena.get(LONDONS_DAY).text
    deed = f"/desk/enquiries/{reference}/appointment/attendance"
    press(lena, LONDONS_DAY, deed, "no")
    it_is(AT_NINE + timedelta(minutes=11))
    refused = lena.send(LONDONS_DAY, old, {"came": "yes"}, deed)
    assert refused.status_code == 409
    assert "changed while you were working on it" in refused.text


def test_a_days_neighbours_are_one_press_away_and_a_year_has_an_end(app: Flask, lena: Visitor) -> None:
    page = lena.get(LONDONS_DAY).text
    assert 'href="/desk/appointments/london?day=2026-11-30"' in page
    assert 'href="/desk/appointments/london?day=2026-12-02"' in page
    assert "Monday 23 November 2026" in lena.get("/desk/appointments").text
    for day in ("2026-02-30", "tomorrow", "0001-01-01", "9999-12-31", "%00"):
        assert lena.get(f"/desk/appointments/london?day={day}").status_code == 404


def test_a_day_begins_and_ends_at_londons_midnight(app: Flask, it_is: Still) -> None:
    it_is(MONDAY + timedelta(days=200))
    lena = at_the_desk(app, LENA)
    late = booked(app, starts_at=begins(date(2027, 7, 1), time(0, 15)), although_closed=True)
    assert late in lena.get("/desk/appointments/london?day=2027-07-01").text
    assert late not in lena.get("/desk/appointments/london?day=2027-06-30").text


def test_the_day_of_the_other_clinic_is_not_there(app: Flask, lena: Visitor) -> None:
    booked(app, by=NOOR, clinic=Clinic.NORWICH)
    theirs = lena.get(f"/desk/appointments/norwich?day={TUESDAY}")
    nobodys = lena.get(f"/desk/appointments/paris?day={TUESDAY}")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.data == nobodys.data
    assert str(escape(PAT)) not in lena.get(LONDONS_DAY).text


def test_who_was_handed_to_norwich_still_takes_their_time_in_london_but_has_no_name_there(
    app: Flask, lena: Visitor
) -> None:
    reference = booked(app)
    with app.test_request_context():
        enquiry = the_enquiry(reference)
        lena_herself = colleague(LENA)
        enquiry = decide.move(lena_herself, reference, enquiry.version, Status.ASSIGNED, "She may go to Norwich.")
        decide.transfer(lena_herself, reference, enquiry.version, Clinic.NORWICH, "She lives there.")
    page = lena.get(LONDONS_DAY).text
    assert "Somebody of the other clinic" in page
    assert "9am" in page
    assert str(escape(PAT)) not in page
    assert reference not in page


def test_one_whose_enquiry_ended_otherwise_is_marked(app: Flask, lena: Visitor, it_is: Still) -> None:
    reference = booked(app)
    with app.test_request_context():
        it_is(AT_NINE)
        decide.close(colleague(LENA), reference, the_enquiry(reference).version, Outcome.DECLINED_BY_PATIENT, "")
        it_is(MONDAY)
    assert "Enquiry ended: declined by the patient" in lena.get(LONDONS_DAY).text


def test_what_is_cancelled_or_ran_out_is_not_on_the_list(app: Flask, lena: Visitor) -> None:
    reference = booked(app)
    with app.test_request_context():
        book.cancel(colleague(LENA), reference, the_enquiry(reference).version, CancelledBy.PATIENT, "")
    assert "Nobody has an appointment in London on this day." in lena.get(LONDONS_DAY).text


def test_a_record_that_was_tampered_with_spoils_no_list(app: Flask, lena: Visitor) -> None:
    broken, whole = booked(app), booked(app, starts_at=AT_NINE + timedelta(hours=1))
    with app.app_context():
        db.session.execute(update(Enquiry).where(Enquiry.reference == broken).values(contact_sealed=b"harmed"))
        db.session.commit()
    page = lena.get(LONDONS_DAY)
    assert page.status_code == 200
    assert "Cannot be opened safely" in page.text
    assert whole in page.text


def test_a_full_day_costs_as_many_questions_as_an_empty_one(app: Flask, lena: Visitor) -> None:
    with counting_queries(app) as empty:
        lena.get(LONDONS_DAY)
    for number in range(8):
        booked(app, starts_at=AT_NINE + number * timedelta(minutes=30))
    with counting_queries(app) as full:
        page = lena.get(LONDONS_DAY)
    assert page.text.count(str(escape(PAT))) >= 8
    assert len(full) == len(empty) <= 6


def test_the_page_of_an_appointment_costs_a_fixed_number_of_questions(app: Flask, lena: Visitor) -> None:
    page = f"/desk/enquiries/{booked(app)}/appointment"
    with counting_queries(app) as questions:
        lena.get(page)
    assert len(questions) <= 10


def test_pat_reads_on_her_page_when_and_where_she_is_expected(app: Flask, it_is: Still) -> None:
    link, _ = pat_has_a_link(app)
    pat = opened(app, link)
    page = pat.get(link).text
    assert "You have an appointment" in page
    assert "Tuesday 1 December 2026, 9am, at our London clinic. To change it, ring us." in page
    assert RAI.name not in page
    it_is(AT_NINE + timedelta(minutes=1))
    assert "9am, at our London clinic" not in opened(app, link).get(link).text


def test_pat_reads_until_when_an_offer_is_held(app: Flask, it_is: Still) -> None:
    link, _ = pat_has_a_link(app, offered=True)
    page = opened(app, link).get(link).text
    assert "We hold it until Wednesday 25 November 2026, 5pm: ring us to take it." in page


def test_where_nothing_may_be_written_the_page_names_no_time(app: Flask, it_is: Still) -> None:
    link, _ = pat_has_a_link(app, tell=Tell.TELEPHONE)
    page = opened(app, link).get(link).text
    assert "You have an appointment with us." in page
    assert "9am, at our London clinic" not in page


@pytest.mark.parametrize("email, is_told", [(PATS_EMAIL.upper(), True), ("ex@elsewhere.example", False)])
def test_by_the_link_of_a_merged_enquiry_only_the_mailbox_that_has_the_letter_reads_when_pat_comes(
    app: Flask, it_is: Still, email: str, is_told: bool
) -> None:
    """Whoever knows her name and date of birth can ask in her name, and be merged into her own enquiry."""
    link = pats_link(app, contact={"email": email})
    with app.test_request_context():
        other, lena = db.session.scalars(select(Enquiry)).one(), hire(LENA)
        enquiry = pat_is_claimed(lena)
        enquiry = book.book(lena, enquiry.reference, enquiry.version, plan(), is_agreed=True)
        merge.merge(lena, enquiry.reference, enquiry.version, other.reference, other.version)
    page = opened(app, link).get(link).text
    assert "You have an appointment with us." in page
    assert ("9am, at our London clinic" in page) is is_told


def test_an_appointment_is_not_kept_for_nobody_when_pat_withdraws(app: Flask, it_is: Still) -> None:
    link, reference = pat_has_a_link(app)
    pat = opened(app, link)
    says(pat, link, "I am not sure that I can come.")  # her enquiry is booked no more, and her appointment is
    assert "It does not end at once" in pat.get(f"{link}/withdraw").text
    withdraws(pat, link)
    with app.app_context():
        assert the_enquiry(reference).is_open


def pat_has_a_link(app: Flask, offered: bool = False, **changes: Any) -> tuple[str, str]:
    """Let Pat ask, have an appointment, and return the path of her private link and her reference."""
    link = pats_link(app)
    with app.test_request_context():
        enquiry = db.session.scalars(select(Enquiry)).one()
        staff = colleague(LENA)
        enquiry = decide.claim(staff, enquiry.reference, enquiry.version)
        book.book(staff, enquiry.reference, enquiry.version, plan(**changes), not offered)
        return link, enquiry.reference
