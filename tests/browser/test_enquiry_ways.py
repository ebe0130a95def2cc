"""The ways of an enquiry in a real browser: by keyboard, on the narrowest phone, without scripts, back and forth."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from enquiry.rules.clinics import Clinic
from enquiry.rules.urgency import Urgency
from tests.browser.asking import (
    CANCER,
    choose,
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
from tests.people import PAT

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
    page.go_back()
    page.go_back()
    page.reload()
    expect(page.get_by_label("Full name")).to_have_value(PAT)
    page.goto(page.url.replace("/enquire/who", "/enquire/contact"))
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_label("Full name")).to_have_value(PAT)


def test_pat_answers_a_page_with_her_keyboard_alone(page: Page) -> None:
    page.goto(SAFETY)
    page.get_by_label("Numbness, tingling or a changed feeling").focus()
    for _ in range(21):  # the boxes after the first, and “None of these”
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("None of these")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Full name")).to_be_visible()
