"""How Dr Grey refers in a real browser: the quick way between two patients, and the full way with time."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.asking import choose, fill_in_day
from tests.people import DR_GREY, PAT
from tests.referring import DR_GREYS_EMAIL, PATS_NHS_NUMBER
from tests.strange_files import letter

QUICK = "Continue, and attach a letter"
FULL = "Continue without a letter, and fill in the form"
AGREES = "The patient agrees to the referral and to sharing this information"

# What is asked on a page: a question is one field, however many boxes it has.
QUESTIONS = "() => document.querySelectorAll('main .nhsuk-form-group').length"


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name).click()


def is_no_emergency(page: Page, way: str = QUICK) -> None:
    """Say that nothing is an emergency, and go on."""
    page.goto("/refer")
    page.get_by_label("None of these").check()
    press(page, way)


def attaches_the_letter(page: Page) -> None:
    """Choose the letter; Enter opens the browser's own list of files as well as a click does."""
    chosen: Any = {"name": "Referral.pdf", "mimeType": "application/pdf", "buffer": letter()}
    with getattr(page, "page", page).expect_file_chooser() as choosing:
        page.get_by_label("Your letter").click()
    choosing.value.set_files(chosen)


def fills_in_quickly(page: Page, priority: str = "Routine", telephone: str = "07700 900 982") -> None:
    """Fill in the few fields of the quick way."""
    page.get_by_label("Patient’s full name").fill(PAT)
    fill_in_day(page, 31, 3, 1980)
    page.get_by_label("NHS number").fill(PATS_NHS_NUMBER)
    page.get_by_label("Patient’s telephone number").fill(telephone)
    page.get_by_label(AGREES).check()
    page.get_by_label(priority, exact=True).check()
    page.get_by_label("Your full name").fill(DR_GREY)
    page.get_by_label("Your GMC or other registration number").fill("7012345")
    page.get_by_label("Your practice").fill("Holt Surgery")
    page.get_by_label("Email address to reply to").fill(DR_GREYS_EMAIL)


def says_who_refers(page: Page, keyed_in_by: str = "") -> None:
    """Fill in the page about the referrer."""
    page.get_by_label("Your full name").fill(DR_GREY)
    page.get_by_label("GP", exact=True).check()
    page.get_by_label("GMC or other registration number").fill("7012345")
    page.get_by_label("Practice or organisation").fill("Holt Surgery")
    page.get_by_label("ODS code").fill("D82001")
    page.get_by_label("Email address to reply to").fill(DR_GREYS_EMAIL)
    page.get_by_label("Bypass telephone number").fill("01263 496 000")
    page.get_by_label("Are you keying this in").fill(keyed_in_by)
    press(page, "Continue")


def says_who_is_referred(page: Page, nhs_number: str = PATS_NHS_NUMBER, telephone: str = "07700 900 982") -> None:
    """Fill in the page about the patient; an empty number is said not to be known, or not to exist."""
    page.get_by_label("Full name").fill(PAT)
    fill_in_day(page, 31, 3, 1980)
    page.get_by_label("Female").check()
    if nhs_number:
        page.get_by_label("NHS number", exact=True).fill(nhs_number)
    else:
        page.get_by_label("The NHS number is not known").check()
    page.get_by_label(AGREES).check()
    choose(page, "May the patient have a copy", "Yes")
    page.get_by_label("Address", exact=True).fill("2 Wherry Lane\nHolt")
    page.get_by_label("Postcode").fill("NR25 6AB")
    if telephone:
        page.get_by_label("Telephone number", exact=True).fill(telephone)
        page.get_by_label("By telephone").check()
        choose(page, "May we leave a message?", "No")
    else:
        page.get_by_label("The patient has no telephone").check()
        page.get_by_label("By letter").check()
    page.get_by_label("None of these").check()
    press(page, "Continue")


def says_why(page: Page, priority: str = "Routine") -> None:
    """Fill in the page about the reason."""
    page.get_by_label("Norwich: Spire Norwich Hospital").check()
    page.get_by_label(priority, exact=True).check()
    page.get_by_label("An opinion and a plan").check()
    page.get_by_label("What is your question to us?").fill("Would an injection help her?")
    page.get_by_label("The patient", exact=True).check()
    press(page, "Continue")


def says_what_was_found(page: Page) -> None:
    """Fill in the page about the findings, with “No” to every row of the red-flag table."""
    page.get_by_label("Provisional diagnosis").fill("Left L5 radiculopathy")
    page.get_by_label("Side and level").fill("Left, L5")
    page.get_by_label("When did it begin?").fill("May 2026")
    page.get_by_label("History").fill("Six months of pain from the buttock to the foot, worse on sitting.")
    for row in page.get_by_role("radio", name="No", exact=True).all():
        row.check()
    page.get_by_label("Examination").fill("Power 5/5 throughout.")
    press(page, "Continue")


def says_the_rest(page: Page) -> None:
    """Fill in the page about the background, and add no file."""
    page.get_by_label("Medicines").fill("None")
    page.get_by_label("Allergies").fill("Latex")
    page.get_by_label("Blood thinners").fill("None")
    press(page, "Continue")
    press(page, "Continue")  # no files


def sends(page: Page, clinic: str = "Norwich") -> str:
    """Send what stands on the check, and return the reference."""
    expect(page.get_by_text("Nothing has been sent yet")).to_be_visible()
    press(page, f"Send the referral to {clinic}")
    expect(page.get_by_role("heading", name="We have your referral")).to_be_visible()
    return page.locator(".panel .reference").inner_text()
