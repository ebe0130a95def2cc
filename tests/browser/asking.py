"""How Pat asks in a real browser: each page of the enquiry, answered as somebody answers who is in no hurry."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from enquiry import clock
from tests.people import PAT, PATS_EMAIL

CANCER = "Have you ever been told that you have cancer"


def choose(page: Page, question: str, *answers: str) -> None:
    """Choose answers to one question."""
    group = page.get_by_role("group", name=question)
    for answer in answers:
        group.get_by_label(answer, exact=True).check()


def go_on(page: Page) -> None:
    """Press Continue."""
    page.get_by_role("button", name="Continue").click()


def says_that_something_is_wrong(page: Page) -> None:
    """Wait for a page whose title says so first."""
    expect(page).to_have_title(re.compile("^Error: "))


def fill_in_day(page: Page, day: int, month: int, year: int) -> None:
    """Fill in the three boxes of a date."""
    for part, value in (("Day", day), ("Month", month), ("Year", year)):
        page.get_by_label(part, exact=True).fill(str(value))


def is_safe(page: Page) -> None:
    """Answer the safety screen with none, and no cancer."""
    page.get_by_label("None of these").check()
    choose(page, CANCER, "No")
    go_on(page)


def is_declared(page: Page) -> None:
    """Tell an emergency, and that a hospital has sent one home with it yesterday."""
    page.goto("/enquire/safety")
    page.get_by_label("Pain, tingling, weakness or numbness in both legs").check()
    choose(page, CANCER, "No")
    go_on(page)
    page.get_by_label("Which hospital saw you?").fill("Norfolk and Norwich")
    yesterday = clock.for_the_eye(clock.now()).date() - timedelta(days=1)
    fill_in_day(page, yesterday.day, yesterday.month, yesterday.year)
    page.get_by_role("button", name="I have already been seen in hospital").click()


def says_who(page: Page, for_whom: str = "Me") -> None:
    """Say who the patient is."""
    choose(page, "Who is it for?", for_whom)
    page.get_by_label("Full name").fill(PAT)
    fill_in_day(page, 31, 3, 1980)
    go_on(page)


def says_by_what_right(page: Page) -> None:
    """Say who asks for Pat."""
    page.get_by_label("Your full name").fill("Dana O’Shea")
    page.get_by_label("Your relationship to the patient").fill("daughter")
    choose(page, "Does the patient know", "Yes, they know and agree")
    choose(page, "May we speak to you", "Yes")
    choose(page, "Who should we contact?", "Me")
    go_on(page)


def says_where_to_answer(page: Page) -> None:
    """Give an address and a number, at which no message is safe."""
    page.get_by_label("Email address").fill(PATS_EMAIL)
    page.get_by_label("Telephone number").fill("07700 900 982")
    page.get_by_label("By email").check()
    choose(page, "may we leave a message?", "No")
    go_on(page)


def says_what(page: Page, story: str = "A scan has shown something beside my spine.") -> None:
    """Ask for an appointment."""
    page.get_by_label("What is it about?").select_option("spinal-tumours")
    page.get_by_label("An appointment").check()
    page.get_by_label("Tell us in your own words").fill(story)
    go_on(page)


def says_of_the_rest(
    page: Page, clinic: str = "London: Hospital of St John & St Elizabeth", paying: str = "I pay myself"
) -> None:
    """Answer all that comes after the story, up to the clinic."""
    choose(page, "When did it start?", "2 to 6 weeks ago")
    choose(page, "Is it getting worse quickly?", "No")
    go_on(page)
    page.get_by_label("Monday").check()
    page.get_by_label("Morning").check()
    choose(page, "How are you paying?", paying)
    choose(page, "Do you have a referral letter?", "No")
    go_on(page)
    go_on(page)  # no files
    choose(page, "Which clinic would you like to contact?", clinic)
    choose(page, "Do you need any support?", "None of these")
    go_on(page)


def sends(page: Page) -> None:
    """Tick that it is not for emergencies, and send."""
    expect(page.get_by_text("Nothing has been sent yet")).to_be_visible()
    page.get_by_label("I understand that this is not for emergencies").check()
    page.get_by_role("button", name="Confirm and send enquiry").click()
    expect(page.get_by_role("heading", name="We have your enquiry")).to_be_visible()
