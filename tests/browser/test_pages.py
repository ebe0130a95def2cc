"""Every page, as it opens and as it complains: no barrier for axe-core, no sideways scroll, no fault in its HTML."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.letter import Letter, LetterState
from tests.browser.conftest import Checker
from tests.markup import faults
from tests.people import LENA, PASSWORD, PAT, PATS_EMAIL, hire, pat_asks

Look = Callable[[], None]

PUBLIC_PAGES = [
    "/",
    "/conditions",
    "/conditions/spinal-tumours",
    "/conditions/sciatica",
    "/case-studies/keyhole-stabilisation",
    "/clinics/london",
    "/clinics/norwich",
    "/gps",
    "/privacy",
    "/accessibility",
    "/enquire",
    "/enquire/sent",
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


def test_the_pages_of_an_enquiry_and_their_complaints(page: Page, look: Look) -> None:
    page.goto("/enquire/safety?about=sciatica")
    open_and_complain(page, look)
    page.get_by_label("Pain, tingling, weakness or numbness in both legs").check()
    go_on(page)
    look()  # the advice for an emergency
    page.goto("/enquire/safety?about=sciatica")
    page.get_by_label("Weight loss without trying").check()
    go_on(page)
    look()  # the advice for today
    page.get_by_role("button", name="carry on").click()
    open_and_complain(page, look)
    page.get_by_label("Full name").fill(PAT)
    for part, value in (("Day", "31"), ("Month", "2"), ("Year", "1980")):
        page.get_by_label(part).fill(value)
    go_on(page)
    look()  # a day that is not in the calendar
    page.get_by_label("Day").fill("1")
    go_on(page)
    open_and_complain(page, look)
    page.get_by_label("Email address").fill(PATS_EMAIL)
    page.get_by_label("Telephone number").fill("07700 900 982")
    page.get_by_label("By email").check()
    go_on(page)
    open_and_complain(page, look)
    page.get_by_label("No", exact=True).check()
    go_on(page)
    open_and_complain(page, look)
    page.get_by_label("An appointment").check()
    page.get_by_label("Tell us in your own words").fill("My left leg has hurt since September.")
    go_on(page)
    look()
    go_on(page)
    open_and_complain(page, look)
    page.get_by_label("Norwich").check()
    go_on(page)
    look()  # the check
    page.get_by_role("button", name="Confirm and send enquiry").click()
    look()  # the receipt


def test_the_pages_of_the_desk_and_their_complaints(app: Flask, page: Page, look: Look) -> None:
    with app.test_request_context():
        hire(LENA)
        reference = pat_asks(contact={"avoid": "Not at work"}, safety={"red_flags": ["row-16"]}).reference
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


def open_and_complain(page: Page, look: Look) -> None:
    """Look at a page as it opens, and after nothing was answered; focus is then on what is wrong."""
    look()
    go_on(page)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className").startswith("nhsuk-error-summary")
    look()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()
