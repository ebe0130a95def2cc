"""Every page, as it opens and as it complains: no barrier for axe-core, no sideways scroll, no fault in its HTML."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from enquiry import clock
from enquiry.conditions.catalogue import CONDITIONS
from enquiry.demo import past
from enquiry.extensions import db
from enquiry.intake import draft, throttles
from enquiry.intake.submit import submit
from enquiry.records.appointment import Appointment
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.staff import Staff
from enquiry.rules.status import Outcome
from enquiry.rules.working_time import OpeningHours
from enquiry.triage import decide
from enquiry.web.throttle import Throttle
from tests.browser.asking import (
    CANCER,
    choose,
    fill_in_day,
    go_on,
    is_declared,
    is_safe,
    says_by_what_right,
    says_that_something_is_wrong,
    says_what,
    says_where_to_answer,
    says_who,
)
from tests.browser.conftest import Checker
from tests.calls.ringing import was_tried
from tests.following.receipt import pats_link
from tests.markup import faults
from tests.people import INES, LENA, MAX, PASSWORD, PAT, PATS_ANSWERS, RAI, Colleague, hire, pat_asks

Look = Callable[[], None]

PUBLIC_PAGES = [
    "/",
    "/conditions",
    *(f"/conditions/{slug}" for slug in CONDITIONS),
    "/case-studies/keyhole-stabilisation",
    "/clinics/london",
    "/clinics/norwich",
    "/gps",
    "/privacy",
    "/accessibility",
    "/cookies",
    "/enquire",
    "/enquire/sent",
    "/enquiry/no-such-link",
    "/refer",
    "/refer/sent",
    "/data-complaint",
    "/no-such-page",
    "/desk/sign-in",
]


@pytest.fixture
def look(page: Page, axe: Checker, fits_narrow: Checker, tmp_path: Path) -> Iterator[Look]:
    """Check the page that is open now; the HTML of all of them is validated together at the end."""
    pages: dict[str, str] = {}

    def check() -> None:
        axe(page)
        fits_narrow(page)
        pages[f"{len(pages)} {page.url}"] = page.content()

    yield check
    assert pages
    assert not faults(pages, tmp_path)


def test_public_pages(page: Page, look: Look) -> None:
    for address in PUBLIC_PAGES:
        page.goto(address)
        look()
    for words in ("slipped disc", "qqqqqq"):  # what is found, and what is not
        page.goto("/conditions")
        page.get_by_label("Find a condition").fill(words)
        page.get_by_role("button", name="Find").click()
        look()


def test_the_pages_of_an_enquiry_and_their_complaints(page: Page, look: Look) -> None:
    page.goto("/enquire/safety?about=sciatica")
    open_and_complain(page, look)
    page.get_by_label("Pain, tingling, weakness or numbness in both legs").check()
    go_on(page)
    look()  # the advice for an emergency
    page.get_by_role("button", name="I have already been seen in hospital").click()
    look()  # neither a hospital nor a day
    page.goto("/enquire/safety?about=sciatica")
    page.get_by_label("Weight loss without trying").check()
    choose(page, CANCER, "No")
    go_on(page)
    look()  # the advice for today
    page.get_by_role("button", name="carry on").click()
    open_and_complain(page, look)
    page.get_by_label("Full name").fill(PAT)
    choose(page, "Who is it for?", "Someone else")
    fill_in_day(page, 31, 2, 1980)
    go_on(page)
    look()  # a day that is not in the calendar
    page.get_by_label("Day", exact=True).fill("1")
    go_on(page)
    open_and_complain(page, look)
    says_by_what_right(page)
    open_and_complain(page, look)
    says_where_to_answer(page)
    open_and_complain(page, look)
    says_what(page, "There is numbness between my legs.")
    look()  # what the words may mean
    page.get_by_role("link", name="carry on").click()
    open_and_complain(page, look)
    choose(page, "When did it start?", "2 to 6 weeks ago")
    choose(page, "Is it getting worse quickly?", "No")
    go_on(page)
    open_and_complain(page, look)
    choose(page, "How are you paying?", "My insurer pays")
    choose(page, "Do you have a referral letter?", "No")
    go_on(page)
    look()
    go_on(page)
    open_and_complain(page, look)
    choose(page, "Which clinic would you like to contact?", "Either clinic")
    choose(page, "Do you need any support?", "Large print")
    go_on(page)
    look()
    go_on(page)
    look()  # the check
    page.get_by_role("button", name="Confirm and send enquiry").click()
    look()  # without the tick
    page.get_by_label("I understand that this is not for emergencies").check()
    page.get_by_role("button", name="Confirm and send enquiry").click()
    look()  # the receipt


def test_the_pages_of_an_enquiry_that_goes_no_further(
    page: Page, look: Look, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto("/enquire/safety")
    is_safe(page)
    choose(page, "Who is it for?", "Me")
    page.get_by_label("Full name").fill(PAT)
    fill_in_day(page, 31, 3, clock.now().year - 15)
    go_on(page)
    look()  # under 18
    page.get_by_role("link", name="Back, to change the date of birth").click()
    with monkeypatch.context() as patch:
        patch.setattr(throttles, "PAGES", Throttle("pages", "1000 per hour", "0 per hour"))
        says_who(page)
    says_that_something_is_wrong(page)
    look()  # one form too many
    says_who(page)
    says_where_to_answer(page)
    of_tab = page.url
    context.clear_cookies()
    says_what(page)
    look()  # the session had ended
    page.goto(of_tab)
    look()  # and with it the draft
    page.goto("/enquire/safety")
    is_safe(page)
    says_who(page)
    says_where_to_answer(page)
    page.get_by_role("button", name="Clear my answers").click()
    expect(page.get_by_role("heading", name="Your answers are cleared")).to_be_visible()
    look()


def test_the_page_on_which_a_declared_red_flag_is_corrected(page: Page, look: Look) -> None:
    is_declared(page)
    says_who(page)
    page.goto(page.url.replace("/enquire/contact", "/enquire/hospital"))
    look()


def test_the_pages_of_a_private_link(app: Flask, page: Page, look: Look) -> None:
    link = pats_link(app)
    page.goto(link)
    open_and_complain(page, look)
    give_the_date(page, "1981")
    look()  # a wrong date
    give_the_date(page, "1980")
    look()  # how far it is
    page.get_by_role("button", name="Send message").click()
    look()  # nothing was typed
    page.get_by_label("Your message").fill("My foot has dropped, and I have a fever.")
    page.get_by_role("button", name="Send message").click()
    look()  # the advice
    page.get_by_role("link", name="Go back to your enquiry").click()
    page.get_by_role("link", name="Withdraw this enquiry").click()
    look()
    page.get_by_role("button", name="Ask to withdraw").click()
    look()  # a colleague is asked
    page.get_by_role("button", name="I have finished").click()
    look()
    with app.test_request_context():
        close(hire(RAI))
    page.goto(link)
    give_the_date(page, "1980")
    look()  # it has ended


def close(rai: Staff) -> None:
    """End the one enquiry."""
    enquiry = db.session.scalars(select(Enquiry)).one()
    decide.close(rai, enquiry.reference, enquiry.version, Outcome.ADVICE_SENT, "")


def give_the_date(page: Page, year: str) -> None:
    for part, value in (("Day", "31"), ("Month", "3"), ("Year", year)):
        page.get_by_label(part).fill(value)
    go_on(page)


def test_the_pages_of_a_complaint(page: Page, look: Look, sit_down: Callable[[Colleague], None]) -> None:
    page.goto("/data-complaint")
    page.get_by_role("button", name="Send complaint").click()
    look()  # nothing was filled in
    page.get_by_label("Full name").fill(PAT)
    page.get_by_label("Telephone number").fill("07700 900 982")
    page.get_by_label("Something else").check()
    page.get_by_label("What happened").fill("Somebody rang my work.")
    page.get_by_role("button", name="Send complaint").click()
    look()  # the receipt
    sit_down(MAX)
    page.goto("/desk/complaints")
    look()
    page.get_by_role("link", name="DP-").click()
    look()
    page.get_by_role("button", name="Close complaint").click()
    look()  # without an outcome
    page.get_by_label("Outcome").fill("We have said sorry.")
    page.get_by_role("button", name="Close complaint").click()
    look()
    page.goto("/desk/complaints")
    look()  # nothing is left to do


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_figures(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None], axe: Checker, width: int
) -> None:
    sit_down(MAX)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/desk/insight")
    look()  # nothing was counted
    with app.app_context():
        past.count(clock.now())
    for choice in ("?days=7", "?days=365&clinic=norwich", ""):
        page.goto(f"/desk/insight{choice}")
        look()
    for details in page.locator("details").all():
        details.locator("summary").click()
    look()  # every table laid open
    page.emulate_media(forced_colors="active")
    axe(page)
    parts = page.locator(".chart__part--0").first.evaluate("part => getComputedStyle(part).fill")
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert parts != ground, "a bar cannot be told from the ground"


def test_the_pages_of_the_desk_and_their_complaints(app: Flask, page: Page, look: Look) -> None:
    with app.test_request_context():
        hire(LENA)
        reference = pat_asks_with_everything()
        letter = db.session.scalars(select(Letter)).one()
        letter.state, letter.due_at = LetterState.UNKNOWN, None
        db.session.commit()
    case = f"/desk/enquiries/{reference}"
    page.goto("/desk/queue")
    page.get_by_role("button", name="Sign in").click()
    look()  # sign-in refused
    page.get_by_label("Email address").fill(LENA.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    for address in ("/desk/queue", "/desk/outbox", "/desk/account", f"{case}/reply", f"{case}/call", case):
        page.goto(address)
        look()
    for details in page.locator("details").all():
        details.locator("summary").click()
    look()  # every decision laid open
    for address, button in ((f"{case}/reply", "Send reply"), (f"{case}/call", "Record call")):
        page.goto(address)
        page.get_by_role("button", name=button).click()
        look()
    page.goto("/desk/enquiries/LN-0000-0000")
    look()
    page.goto(case)
    page.get_by_role("button", name="Claim").click()
    look()  # what can be undone, beside its button
    page.get_by_role("button", name="Undo").click()
    look()


def test_what_two_decide_together_and_what_is_merged_asked_and_nearly_missed(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        kept, other = pat_asks_with_everything(), pat_asks(contact={"avoid": "Not on Sundays"}).reference
    case = f"/desk/enquiries/{kept}"
    sit_down(RAI)
    page.goto(case)
    page.get_by_role("button", name="I have seen it").click()
    look()
    page.get_by_role("link", name=f"Compare and merge {other}").click()
    look()
    page.get_by_role("button", name="Merge").click()
    look()  # with what was merged into it
    page.goto(f"/desk/enquiries/{other}")
    page.locator("summary", has_text="Un-merge").click()
    look()
    sit_down(LENA)
    page.goto(f"{case}/ask")
    look()
    page.get_by_role("button", name="Hand over and ask").click()
    look()  # without a question
    page.get_by_label("Which clinician?").select_option(RAI.name)
    page.get_by_label("Your question").fill("May she wait?")
    page.get_by_role("button", name="Hand over and ask").click()
    look()
    propose_to_close(page, case)
    look()  # what she proposes, and what she asked
    page.locator("summary", has_text="Take it back").click()
    look()
    page.locator("summary", has_text="Something nearly went wrong").click()
    page.get_by_label("What nearly went wrong?").fill("Two charts lay on one desk.")
    page.get_by_role("button", name="Write it down").click()
    look()
    page.goto(f"{case}/ask")
    look()  # not twice
    sit_down(MAX)
    page.goto("/desk/near-misses")
    look()
    page.get_by_role("link", name=kept).click()
    page.get_by_role("button", name="Finish the review").click()
    look()  # without an outcome
    page.get_by_label("What did the review come to?").fill("One chart at a time.")
    page.get_by_role("button", name="Finish the review").click()
    look()


def propose_to_close(page: Page, case: str) -> None:
    page.goto(case)
    page.locator("summary", has_text="Close").click()
    page.get_by_label("What came of it?").select_option("sent-back-to-gp")
    page.get_by_role("button", name="Propose to close").click()


def test_the_pages_of_the_telephone_and_their_complaints(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    sit_down(LENA)
    page.goto("/desk/callbacks")
    look()  # nobody is to be rung
    with app.test_request_context():
        case = f"/desk/enquiries/{pat_asks(contact={'preferred': 'telephone'}).reference}"
        was_tried(db.session.scalars(select(Enquiry.id)).one())
    for address in ("/desk/callbacks", f"{case}/no-callback", f"{case}/closing-letter", case):
        page.goto(address)
        look()
    page.goto(f"{case}/callback")
    look()
    page.get_by_label("Day").fill("")
    page.get_by_role("button", name="Arrange callback").click()
    look()  # without a day
    page.goto(f"{case}/call")
    page.get_by_label("On another day or at another time").check()
    page.get_by_label("No answer").check()
    page.get_by_role("button", name="Record call").click()
    look()  # neither a day nor a time
    page.goto("/desk/new-enquiry")
    look()
    page.get_by_role("button", name="Save enquiry").click()
    look()  # nothing was answered
    page.get_by_label("Pain, tingling, weakness or numbness in both legs").check()
    page.get_by_role("button", name="Check these answers").click()
    look()  # an emergency
    page.get_by_text("The caller asks for somebody else").click()
    page.get_by_label("Relationship to the patient").fill("daughter")
    page.get_by_role("button", name="A hospital has seen them").click()
    look()  # neither a hospital nor a name


def test_the_lists_of_the_queue_and_what_is_done_with_several(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        for story in ("I am numb between my legs.", "My leg hurts.", "My neck hurts."):
            reference = pat_asks(about={"story": story}).reference
    sit_down(LENA)
    page.goto("/desk/queue/london")
    page.get_by_role("button", name="Claim").last.click()
    look()  # a case that was opened from a list
    page.goto(f"/desk/enquiries/{reference}/assign")
    look()
    page.goto(f"/desk/enquiries/{reference}/snooze")
    page.get_by_role("button", name="Snooze", exact=True).click()
    look()  # without a day
    page.goto("/desk/queue/london")
    page.locator("#narrow summary").click()
    page.locator("#keys summary").click()
    look()
    page.get_by_role("button", name="Save view").click()
    look()  # a view without a name
    page.get_by_label("Save this list as").fill("All of them")
    page.get_by_role("button", name="Save view").click()
    look()
    page.get_by_role("link", name="Change views").click()
    look()
    page.get_by_role("textbox", name="Name").fill("")
    page.get_by_role("button", name="Rename").click()
    look()
    for deed in ("Assign", "Snooze", "Close"):
        page.goto("/desk/queue/london")
        for box in page.locator("[name=row]").all():
            box.check()
        page.get_by_role("button", name=deed, exact=True).click()
        look()
    page.get_by_role("button", name="Close", exact=True).click()
    look()  # without an outcome
    page.get_by_label("What came of it?").select_option("Information sent")
    page.get_by_role("button", name="Close", exact=True).click()
    look()  # done, and refused
    page.goto("/desk/queue/london/next?turn=patient")
    look()
    page.goto("/desk/queue/london?whose=mine&pressing=overdue&turn=nobody")
    look()


def test_the_pages_of_an_appointment_and_their_complaints(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        reference = pat_asks_with_everything()
        hire(RAI)
    sit_down(LENA)
    case = f"/desk/enquiries/{reference}"
    page.goto(f"{case}/appointment")
    look()  # nobody has claimed it
    page.goto(case)
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("link", name="Book or offer an appointment").click()
    look()
    page.get_by_role("button", name="Keep appointment").click()
    look()  # nothing was filled in
    day = OpeningHours().next_opening(clock.now() + timedelta(days=7)).date()
    fill_in_day(page, day.day, day.month, day.year)
    page.get_by_label("Start time").fill("8pm")
    for choice in ("Yes: book it", "By video", "By email, and a reminder"):
        page.get_by_label(choice, exact=False).first.check()
    page.get_by_label("How they join by video").fill("Mr Rai rings them.")
    page.get_by_role("button", name="Keep appointment").click()
    look()  # the clinic is closed then
    page.get_by_label("Start time").fill("9am")
    page.get_by_role("button", name="Keep appointment").click()
    look()  # it is booked
    for details in page.locator("details").all():
        details.locator("summary").click()
    look()  # fees, another time, a cancellation
    page.get_by_label("By email", exact=True).check()
    page.get_by_role("button", name="Keep that the fees are told").click()
    look()  # with gaps
    for address in (f"{case}/appointment", f"/desk/appointments/london?day={day.isoformat()}"):
        page.goto(address)
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            look()
    page.get_by_role("link", name="Next day").click()
    look()  # nobody comes
    with app.test_request_context():
        db.session.execute(update(Appointment).values(starts_at=clock.now()))
        db.session.commit()
    page.goto("/desk/appointments")
    look()
    page.get_by_role("button", name="Did not attend").click()
    look()
    page.goto(case)
    look()
    sit_down(MAX)
    page.goto("/desk/fee-words")
    look()
    page.get_by_label("London").fill("")
    page.get_by_role("button", name="Keep these words").click()
    look()


def test_the_audit_and_a_record_that_was_tampered_with(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        reference = pat_asks().reference
        pat_asks(contact={"email": "elsewhere@home.example"})
        db.session.execute(update(Enquiry).where(Enquiry.reference == reference).values(patient_sealed=b"harmed"))
        db.session.commit()
    sit_down(INES)
    page.goto("/desk/audit")
    look()
    page.get_by_label("Reference").fill("Pat")
    page.get_by_role("button", name="Show").click()
    says_that_something_is_wrong(page)
    look()
    sit_down(LENA)
    for address in ("/desk/queue", f"/desk/enquiries/{reference}"):
        page.goto(address)
        look()


def test_the_search_and_whom_it_finds(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        pat_asks(safety={"red_flags": ["row-9"]})
        reference = pat_asks(contact={"email": "elsewhere@home.example"}).reference
    sit_down(RAI)
    page.goto("/desk/search")
    look()
    for words in ("Pat", "Nobody", "x"):
        page.get_by_role("searchbox").fill(words)
        page.get_by_role("button", name="Search").click()
        look()
    says_that_something_is_wrong(page)
    page.get_by_role("searchbox").fill("September")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("button", name="Look inside open messages").click()
    look()
    page.goto(f"/desk/enquiries/{reference}")
    expect(page.get_by_role("heading", name="Other enquiries")).to_be_visible()
    look()


def at_every_width(page: Page, look: Look) -> None:
    """Look at the open page as a telephone, a larger one and a laptop show it."""
    usual = page.viewport_size
    for width in (320, 375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        look()
    if usual is not None:
        page.set_viewport_size(usual)


def test_the_pages_on_which_managers_set_things(page: Page, look: Look, sit_down: Callable[[Colleague], None]) -> None:
    sit_down(MAX)
    page.goto("/desk/settings")
    at_every_width(page, look)  # nothing was changed yet
    page.get_by_role("link", name="Change opening hours, London").click()
    page.get_by_label("Monday").fill("9–5")
    page.get_by_role("button", name="Save").click()
    at_every_width(page, look)  # what cannot be meant
    page.get_by_label("Monday").fill("09:00–12:30, 13:30–17:00")
    page.get_by_role("button", name="Save").click()
    look()
    page.get_by_role("link", name="Change closures, Norwich").click()
    page.get_by_role("button", name="Shut the clinic").click()
    at_every_width(page, look)  # nothing was filled in
    fill_in_coming_day(page)
    page.get_by_label("Reason, for colleagues").fill("Staff training")
    page.get_by_role("button", name="Shut the clinic").click()
    at_every_width(page, look)
    page.goto("/desk/settings/targets")
    page.get_by_label("Urgent").fill("1")
    page.get_by_role("button", name="Save").click()
    at_every_width(page, look)  # what contradicts itself
    page.goto("/desk/settings")
    page.get_by_text("Coming bank holidays of England").click()
    at_every_width(page, look)


def fill_in_coming_day(page: Page) -> None:
    """Type a day in the summer of next year."""
    for part, value in (("day", "7"), ("month", "7"), ("year", str(clock.now().year + 1))):
        page.locator(f"#first-{part}").fill(value)


def test_a_manager_who_is_too_late_sees_how_it_stands(
    page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    sit_down(MAX)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/desk/settings/london/hours")
    other.get_by_label("Tuesday").fill("10:00–16:00")
    other.get_by_role("button", name="Save").click()
    other.close()
    page.bring_to_front()  # a page behind another draws nothing, and axe would wait for it for ever
    page.get_by_label("Friday").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It is now: 10:00–16:00")).to_be_visible()
    at_every_width(page, look)
    page.get_by_role("button", name="Save anyway").click()
    expect(page.get_by_role("status")).to_be_visible()


def test_the_pages_on_which_managers_look_after_people(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        hire(LENA)
    sit_down(MAX)
    page.goto("/desk/people")
    at_every_width(page, look)
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_role("button", name="Make the invitation").click()
    at_every_width(page, look)  # nothing was filled in
    page.get_by_label("Name, as colleagues").fill("Tom Reed")
    page.get_by_label("Email address").fill("tom@clinic.example")
    page.get_by_label("Receptionist").check()
    page.get_by_label("London").check()
    page.get_by_role("button", name="Make the invitation").click()
    at_every_width(page, look)  # the link
    page.get_by_role("link", name="continue").click()
    page.get_by_role("link", name="Tom Reed").click()
    look()  # invited
    page.goto("/desk/people")
    page.get_by_role("link", name=LENA.name).click()
    at_every_width(page, look)
    page.goto("/desk/people")
    page.get_by_role("link", name=MAX.name).click()
    page.get_by_role("button", name=f"Shut {MAX.name} out").click()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    at_every_width(page, look)  # the last manager


def test_the_templates_of_replies_and_a_reply_that_begins_with_one(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    sit_down(MAX)
    page.goto("/desk/templates")
    at_every_width(page, look)
    page.get_by_role("link", name="Write a template").click()
    page.get_by_label("What it says").fill("Dear {patient}")
    page.get_by_role("button", name="Save").click()
    at_every_width(page, look)  # without a name, and with a word that nobody knows
    page.goto("/desk/templates")
    page.get_by_role("button", name="Your appointment").click()
    look()
    with app.test_request_context():
        reference = pat_asks().reference
    sit_down(LENA)
    page.goto(f"/desk/enquiries/{reference}")
    page.get_by_role("button", name="Claim").click()
    page.goto(f"/desk/enquiries/{reference}/reply")
    at_every_width(page, look)
    page.get_by_label("Your reply").fill("Thank you for writing.")
    page.get_by_label("Begin with a template").select_option("We could not reach you")
    page.get_by_role("button", name="Put it into the reply").click()
    expect(page.get_by_label("Your reply")).to_have_value(
        re.compile(r"^Thank you for writing\.\n\nWe tried to ring you")
    )
    expect(page.locator("#reply-text")).to_be_focused()
    expect(page.get_by_label("After sending")).to_have_value("waiting-for-patient")
    at_every_width(page, look)
    page.get_by_role("button", name="Send reply").click()
    at_every_width(page, look)  # the day is still to be filled in
    page.get_by_label("Your reply").fill("We tried to ring you on Monday.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Reply by email: Waiting for patient")).to_be_visible()


def open_and_complain(page: Page, look: Look) -> None:
    """Look at a page as it opens, and after nothing was answered; focus is then on what is wrong."""
    look()
    go_on(page)
    says_that_something_is_wrong(page)
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    look()


def pat_asks_with_everything() -> str:
    """Send an enquiry that has all that a case can show, and return its reference."""
    says: dict[str, dict[str, Any]] = {
        "safety": {"red_flags": ["row-16"], "cancer": "yes"},
        "who": {"for_whom": "someone-else", "called": "Patsy"},
        "proxy": {
            "name": "Dana", "relationship": "daughter", "agreement": "cannot-agree", "may_be_told": "yes",
            "contact": "writer",
        },
        "contact": {"avoid": "Not at work"},
        "about": {"kind": "appointment", "story": "I am numb between my legs."},
        "pain": {"worse": "yes"},
        "times": {
            "visit": "video", "dates_to_avoid": "In March", "paying": "insurer", "insurer": "Heron", "letter": "no",
        },
        "clinic": {"needs": ["bsl", "interpreter"], "language": "Polish"},
    }  # fmt: skip
    nonce = uuid4()
    draft.open_as(nonce, {page: {**PATS_ANSWERS.get(page, {}), **says.get(page, {})} for page in PATS_ANSWERS | says})
    return submit(nonce, has_changed_answer=True).reference
