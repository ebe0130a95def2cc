"""Mr Rai answers a referral and Lena posts what goes by post, in a browser with scripts and without."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.letter import Letter
from tests.browser.conftest import Checker
from tests.browser.keyboard import by_keyboard
from tests.markup import faults
from tests.people import LENA, MAX, RAI, Colleague
from tests.referring import dr_grey_refers

Look = Callable[[], None]
PARTS_OF_A_DAY_AND_A_TIME = 8  # each, and the buttons beside them


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the browser is set up."""
    return {**browser_context_args, "java_script_enabled": request.param}


@pytest.fixture
def look(
    page: Page, axe: Checker, fits_narrow: Checker, tmp_path: Path, browser_context_args: dict[str, Any]
) -> Iterator[Look]:
    """Check the page that is open now; the HTML of all of them is validated together at the end."""
    pages: dict[str, str] = {}

    def check() -> None:
        page.wait_for_load_state()
        if browser_context_args["java_script_enabled"]:  # what looks for barriers is itself a script
            axe(page)
            fits_narrow(page)
        pages[f"{len(pages)} {page.url}"] = page.content()

    yield check
    assert pages
    assert not faults(pages, tmp_path)


def test_mr_rai_answers_and_lena_posts(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        referral = dr_grey_refers(about_referrer={"email": "grey@home.example"}, may_have_copy=True)
        case = f"/desk/enquiries/{referral.reference}"
    sit_down(RAI)
    page.goto(case)
    page.get_by_role("link", name="Write to the referrer").click()
    look()
    page.get_by_role("button", name="Send letter").click()
    expect(page.get_by_text("Select what the answer is").first).to_be_visible()
    look()
    page.get_by_label("Returned with advice").check()
    page.get_by_label("In your own words").fill("Six weeks of physiotherapy.\n\nThen an MRI.")
    page.get_by_role("button", name="Show how it reads").click()
    expect(page.get_by_role("heading", name="How it reads")).to_be_visible()
    look()
    with page.expect_download() as printed:
        page.get_by_role("button", name="Save as PDF to look at").click()
    assert printed.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="Send letter").click()
    expect(page.get_by_role("status")).to_contain_text("comes by post")
    look()
    sit_down(LENA)
    page.goto("/desk/outbox")
    look()
    for _ in range(2):
        page.goto(case)
        page.get_by_role("link", name="Print and post it").first.click()
        look()
        page.get_by_role("button", name="It was posted").click()
        expect(page.get_by_role("status")).to_have_text("Letter posted")
    expect(page.get_by_role("link", name="Print and post it")).to_have_count(0)
    page.get_by_role("link", name=re.compile("to be posted")).first.click()
    look()


def test_an_answer_is_written_with_the_keyboard_alone(
    app: Flask, page: Page, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        case = f"/desk/enquiries/{dr_grey_refers().reference}"
    sit_down(RAI)
    page.goto(f"{case}/letter-to-referrer")
    keys = by_keyboard(page)
    keys.get_by_label("Imaging is needed first").check()
    for _ in range(PARTS_OF_A_DAY_AND_A_TIME):  # the browser itself shows in which part the focus is
        page.keyboard.press("Tab")
    keys.get_by_label("In your own words").fill("An MRI of the neck.")
    keys.get_by_role("button", name="Send letter").click()
    expect(page.get_by_role("status")).to_contain_text("is on its way")


def test_what_dr_grey_sees_and_where_max_lists_domains(
    app: Flask, page: Page, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.test_request_context():
        dr_grey_refers()
        receipt = db.session.scalars(select(Letter)).one()
        token = receipt.contents.secret
    for address in (f"/referral/{token}", "/referral/no-such-link", "/gps"):
        page.goto(address)
        look()
    sit_down(MAX)
    page.goto("/desk/settings")
    page.get_by_role("link", name="Change domains of secure mail").click()
    page.get_by_label("Domains, one on each line").fill("gmail.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Anybody can have an address at gmail.com").first).to_be_visible()
    look()
    page.get_by_label("Domains, one on each line").fill("holt.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("The domains of secure mail are set")
    look()
