"""The ways of an enquiry in a real browser: on the narrowest phone, with scripts and without, back and forth."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from enquiry import clock
from enquiry.rules.answers import Paying
from enquiry.rules.clinics import Clinic
from enquiry.rules.urgency import Urgency
from tests.browser.asking import (
    CANCER,
    choose,
    fill_in_day,
    go_on,
    is_declared,
    is_safe,
    says_by_what_right,
    says_of_the_rest,
    says_what,
    says_where_to_answer,
    says_who,
    sends,
)
from tests.browser.conftest import NARROWEST
from tests.intake.test_enquiry import stored
from tests.people import PAT, RAI, at_the_desk

SAFETY = "/enquire/safety"


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """The narrowest phone, with scripts and without."""
    return {
        **browser_context_args,
        "viewport": {"width": NARROWEST, "height": 640},
        "java_script_enabled": request.param,
    }


Arrived = Callable[[], tuple[Clinic, Urgency, str]]


@pytest.fixture
def arrived(app: Flask) -> Arrived:
    """What arrived: where, how urgent, and who is to be answered."""

    def look() -> tuple[Clinic, Urgency, str]:
        with app.app_context():
            enquiry = stored()
            return enquiry.clinic, enquiry.urgency, enquiry.addressee

    return look


def test_dana_asks_for_pat_at_either_clinic(page: Page, arrived: Arrived) -> None:
    page.goto(SAFETY)
    is_safe(page)
    says_who(page, "Someone else")
    says_by_what_right(page)
    says_where_to_answer(page)
    says_what(page)
    says_of_the_rest(page, "Either clinic")
    page.get_by_label("Your postcode").fill("NR1 1AA")
    go_on(page)
    expect(page.get_by_text("Dana O’Shea")).to_be_visible()
    sends(page)

    assert arrived() == (Clinic.NORWICH, Urgency.ROUTINE, "Dana O’Shea")


def test_pat_who_was_sent_home_by_a_hospital(page: Page, arrived: Arrived) -> None:
    is_declared(page)
    says_who(page)
    says_where_to_answer(page)
    says_what(page)
    says_of_the_rest(page)
    expect(page.get_by_text("Norfolk and Norwich")).to_be_visible()
    sends(page)

    assert arrived() == (Clinic.LONDON, Urgency.RED_FLAG_DECLARED, PAT)


def test_pat_who_had_cancer_reads_the_advice_and_goes_on(page: Page, arrived: Arrived) -> None:
    page.goto(SAFETY)
    page.get_by_label("None of these").check()
    choose(page, CANCER, "Yes")
    go_on(page)
    expect(page.get_by_role("heading", name="Please read this first")).to_be_visible()
    page.get_by_role("button", name="carry on").click()
    says_who(page)
    says_where_to_answer(page)
    says_what(page)
    says_of_the_rest(page)
    sends(page)

    assert arrived() == (Clinic.LONDON, Urgency.URGENT, PAT)


def test_back_keeps_what_was_answered(page: Page) -> None:
    page.goto(SAFETY)
    is_safe(page)
    says_who(page)
    says_where_to_answer(page)
    expect(page.get_by_label("What is it about?")).to_be_visible()  # nobody goes back from a page that has yet to come
    page.wait_for_load_state()
    page.go_back()
    expect(page.get_by_label("Email address")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_label("Full name")).to_have_value(PAT)
    page.goto(page.url.replace("/enquire/who", "/enquire/contact"))
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_label("Full name")).to_have_value(PAT)


@pytest.mark.parametrize("browser_context_args", [True], indirect=True, ids=[""])  # without scripts is the same page
@pytest.mark.parametrize("paying", [paying.label for paying in Paying])
def test_whoever_pays_lena_reads_it(app: Flask, page: Page, paying: str) -> None:
    page.goto(SAFETY)
    is_safe(page)
    says_who(page)
    says_where_to_answer(page)
    says_what(page)
    says_of_the_rest(page, paying=paying)
    expect(page.get_by_text(paying, exact=True)).to_be_visible()
    sends(page)

    assert f"Paying: {paying}" in the_case(app)


def test_where_it_is_not_safe_to_answer_stands_beside_every_way_to_reach_pat(app: Flask, page: Page) -> None:
    page.goto(SAFETY)
    is_safe(page)
    says_who(page)
    page.get_by_label("Telephone number").fill("07700 900 982")
    page.get_by_label("By telephone").check()
    choose(page, "may we leave a message?", "No")
    choose(page, "What time of day is good for us to ring?", "Afternoon")
    page.get_by_label("Is there a number, an address or a time that we must not use?").fill(
        "Never before 9, he is home"
    )
    go_on(page)
    says_what(page)
    says_of_the_rest(page)
    sends(page)

    case = the_case(app)
    assert "Never before 9, he is home" in case
    assert "No messages on voicemail" in case
    assert "Good times to ring" in case
    assert "Reply by email" not in case


def test_somebody_under_18_reads_where_help_is_and_can_go_back(page: Page) -> None:
    page.goto(SAFETY)
    is_safe(page)
    choose(page, "Who is it for?", "Me")
    page.get_by_label("Full name").fill(PAT)
    fill_in_day(page, 31, 3, clock.now().year - 15)
    go_on(page)
    expect(page.get_by_role("heading", name="We see people aged 18 and over")).to_be_visible()
    expect(page.get_by_text("call 999").first).to_be_visible()
    page.get_by_role("link", name="Back, to change the date of birth").click()
    expect(page.get_by_role("heading", name="Who is the patient?")).to_be_visible()


def test_when_her_session_has_ended_in_the_middle_nothing_that_pat_typed_is_lost(
    page: Page, context: BrowserContext
) -> None:
    page.goto(SAFETY)
    is_safe(page)
    says_who(page)
    says_where_to_answer(page)
    context.clear_cookies()
    says_what(page, "It began on the train to Norwich.")
    expect(page.get_by_role("heading", name="This page had been open too long")).to_be_visible()
    expect(page.get_by_text("It began on the train to Norwich.")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    is_safe(page)  # the answers of the draft that is gone are asked again, safety first
    says_who(page)
    says_where_to_answer(page)
    says_of_the_rest(page)
    expect(page.get_by_text("It began on the train to Norwich.")).to_be_visible()
    sends(page)


def test_a_double_click_sends_once(page: Page, arrived: Arrived) -> None:
    page.goto(SAFETY)
    is_safe(page)
    says_who(page)
    says_where_to_answer(page)
    says_what(page)
    says_of_the_rest(page)
    page.get_by_label("I understand that this is not for emergencies").check()
    page.get_by_role("button", name="Confirm and send enquiry").dblclick()
    expect(page.get_by_role("heading", name="We have your enquiry")).to_be_visible()

    assert arrived() == (Clinic.LONDON, Urgency.ROUTINE, PAT)


def test_two_tabs_do_not_mix(page: Page, context: BrowserContext) -> None:
    page.goto(SAFETY)
    is_safe(page)
    says_who(page)
    other = context.new_page()
    other.goto(SAFETY)
    is_safe(other)
    choose(other, "Who is it for?", "Me")
    other.get_by_label("Full name").fill("Sam Heron")
    fill_in_day(other, 24, 12, 1955)
    go_on(other)
    for tab, name in ((page, PAT), (other, "Sam Heron")):
        tab.get_by_role("link", name="Back", exact=True).click()
        expect(tab.get_by_label("Full name")).to_have_value(name)


def the_case(app: Flask) -> str:
    """Return the one case as Mr Rai reads it."""
    rai = at_the_desk(app, RAI)
    with app.app_context():
        reference = stored().reference
    return rai.get(f"/desk/enquiries/{reference}").text
