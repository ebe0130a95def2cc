"""Dr Grey refers between two patients: three pages and twelve fields, with or without scripts, mouse or wide screen."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from enquiry.rules.referral_safety import EMERGENCIES
from enquiry.rules.referrals import Priority
from tests.browser.asking import says_that_something_is_wrong
from tests.browser.keyboard import by_keyboard
from tests.browser.referring import (
    FULL,
    QUESTIONS,
    attaches_the_letter,
    fills_in_quickly,
    is_no_emergency,
    press,
    says_the_rest,
    says_what_was_found,
    says_who_is_referred,
    says_who_refers,
    says_why,
    sends,
)
from tests.browser.test_pages import Look, look
from tests.people import DR_GREY, LENA, MAX, NOOR, PAT, RAI, Colleague, pat_asks
from tests.referrals.test_case import IN_FULL
from tests.referring import dr_grey_refers

__all__ = ["look"]  # a fixture: it is asked for by its name

SitDown = Callable[[Colleague], None]
MOST_PAGES, MOST_FIELDS = 3, 12


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """How this person's browser is set."""
    return {**browser_context_args, **getattr(request, "param", {})}


def test_the_quick_way_takes_three_pages_and_twelve_fields(page: Page, look: Look) -> None:
    page.goto("/refer")
    look()
    fields = [page.evaluate(QUESTIONS)]
    is_no_emergency(page)
    look()
    fields.append(page.evaluate(QUESTIONS))
    attaches_the_letter(page)
    fills_in_quickly(page)
    press(page, "Check, for Norwich")
    look()
    fields.append(page.evaluate(QUESTIONS))
    sends(page)
    look()

    assert len(fields) <= MOST_PAGES
    assert sum(fields) <= MOST_FIELDS, fields


@pytest.mark.parametrize(
    "browser_context_args",
    [pytest.param({}, id="with scripts"), pytest.param({"java_script_enabled": False}, id="without scripts")],
    indirect=True,
)
def test_dr_grey_refers_with_her_keyboard_alone(page: Page) -> None:
    keys = by_keyboard(page)
    is_no_emergency(keys)
    attaches_the_letter(keys)
    fills_in_quickly(keys)
    press(keys, "Check, for London")
    sends(keys, "London")


def test_the_full_way_and_its_complaints(page: Page, look: Look) -> None:
    is_no_emergency(page, FULL)
    open_and_complain(page, look)
    says_who_refers(page)
    open_and_complain(page, look)
    says_who_is_referred(page)
    open_and_complain(page, look)
    says_why(page)
    open_and_complain(page, look)
    says_what_was_found(page)
    open_and_complain(page, look)
    says_the_rest(page)
    look()  # the check
    press(page, "Send the referral to Norwich")
    look()  # without the declaration
    page.get_by_label("These details are the patient’s").check()
    sends(page)
    press(page, "Remember my details on this device")
    expect(page.get_by_text("This device remembers your own details")).to_be_visible()
    look()
    is_no_emergency(page)
    expect(page.get_by_label("Your full name")).to_have_value(DR_GREY)
    expect(page.get_by_label("Patient’s full name")).to_have_value("")


def open_and_complain(page: Page, look: Look) -> None:
    """Look at a page as it opens, and as it complains when nothing is filled in."""
    look()
    press(page, "Continue")
    says_that_something_is_wrong(page)
    look()


def test_an_emergency_is_stopped_with_its_route_on_paper_too(page: Page, look: Look) -> None:
    page.goto("/refer")
    press(page, "Continue, and attach a letter")
    look()  # nothing was ticked
    for emergency in EMERGENCIES:
        page.get_by_label(emergency.says).check()
    press(page, "Continue, and attach a letter")
    expect(page.get_by_role("heading", name="This patient must not wait for a clinic")).to_be_visible()
    look()
    page.emulate_media(media="print")
    expect(page.get_by_text("Suspected metastatic spinal cord compression.")).to_be_visible()
    expect(page.get_by_role("link", name="01603 505063").first).to_be_visible()


def test_suspected_cancer_is_advised_first_and_an_urgent_one_says_so_in_the_queue(
    page: Page, look: Look, sit_down: SitDown
) -> None:
    is_no_emergency(page)
    attaches_the_letter(page)
    fills_in_quickly(page, priority="Suspected cancer")
    press(page, "Check, for Norwich")
    expect(page.get_by_role("heading", name="Suspected cancer: use the NHS pathway first")).to_be_visible()
    look()
    page.get_by_role("link", name="carry on").click()
    reference = sends(page)
    sit_down(NOOR)
    page.goto("/desk/queue/norwich")
    row = page.get_by_role("row").filter(has_text=reference)
    expect(row.get_by_text("Urgent")).to_be_visible()
    expect(row.get_by_text("Referral", exact=True)).to_be_visible()
    look()


def test_a_secretary_refers_somebody_without_a_telephone_whose_nhs_number_is_not_known(
    page: Page, look: Look, sit_down: SitDown
) -> None:
    is_no_emergency(page, FULL)
    says_who_refers(page, keyed_in_by="Olive Tern")
    says_who_is_referred(page, nhs_number="", telephone="")
    says_why(page, priority="Urgent: within 2 weeks")
    says_what_was_found(page)
    says_the_rest(page)
    page.get_by_label("These details are the patient’s").check()
    reference = sends(page)
    sit_down(NOOR)
    page.goto(f"/desk/enquiries/{reference}")
    expect(page.get_by_text("By letter, in the post")).to_be_visible()
    expect(page.get_by_text("Olive Tern")).to_be_visible()
    expect(page.get_by_role("link", name="Ring and record the call")).to_have_count(0)
    look()


def test_what_is_cleared_or_expired_has_pages_of_its_own(page: Page, look: Look) -> None:
    page.goto("/refer/check")
    look()
    is_no_emergency(page)
    press(page, "Clear this referral")
    look()


def test_a_referral_and_pats_own_enquiry_meet_on_one_case(
    app: Flask, page: Page, look: Look, sit_down: SitDown
) -> None:
    with app.test_request_context():
        own = pat_asks().reference
        referral = dr_grey_refers(**{**IN_FULL, "priority": Priority.URGENT}).reference
    sit_down(RAI)
    page.goto(f"/desk/enquiries/{referral}")
    look()
    page.get_by_role("link", name=f"Compare and merge {own}").click()
    look()
    press(page, "Merge")
    expect(page.get_by_text(f"Referred by {DR_GREY}")).to_be_visible()
    expect(page.get_by_text("My left leg has hurt since September.").first).to_be_visible()
    expect(page.locator(".case-head__tags").get_by_text("Urgent")).to_be_visible()
    look()
    press(page, "I have seen it")
    sit_down(MAX)
    page.goto("/desk/practices")
    expect(page.get_by_text("Holt Surgery")).to_be_visible()
    look()


def test_who_has_referred_nobody_yet_leaves_the_managers_list_empty(
    app: Flask, page: Page, look: Look, sit_down: SitDown
) -> None:
    sit_down(MAX)
    page.goto("/desk/practices")
    look()
    sit_down(LENA)
    with app.test_request_context():
        dr_grey_refers(name=PAT)
    page.goto("/desk/queue")
    look()
