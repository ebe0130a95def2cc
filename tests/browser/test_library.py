"""The library in a real browser: finding a page and coming back, without a mouse, without scripts, and on paper."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def browser_context_args(browser_context_args: dict[str, object], request: pytest.FixtureRequest) -> dict[str, object]:
    """Whether scripts run."""
    return {**browser_context_args, "java_script_enabled": request.param}


def test_somebody_finds_a_page_by_a_misspelt_name_and_comes_back_to_what_was_found(page: Page) -> None:
    page.goto("/conditions")
    page.get_by_label("Find a condition").fill("siatica")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/conditions$"))  # and no word of theirs in it
    page.get_by_role("link", name="Sciatica").click()
    expect(page.get_by_role("heading", name="Sciatica", level=1)).to_be_visible()
    page.wait_for_load_state()

    page.go_back()

    expect(page.get_by_role("heading", name="Pages found")).to_be_visible()
    expect(page.get_by_label("Find a condition")).to_have_value("siatica")


def test_a_letter_leads_to_its_names_and_a_name_to_its_page(page: Page) -> None:
    page.goto("/conditions")
    page.get_by_role("link", name="W", exact=True).click()
    page.get_by_role("link", name="Wear and tear in the spine").click()

    expect(page.get_by_role("heading", name="Worn discs")).to_be_visible()
    page.get_by_role("link", name="Sciatica", exact=True).click()  # a related condition
    expect(page.get_by_role("heading", name="Sciatica", level=1)).to_be_visible()


def test_on_paper_the_emergency_is_black_on_white_and_what_can_only_be_pressed_is_gone(page: Page) -> None:
    page.emulate_media(media="print")
    page.goto("/conditions/cauda-equina-syndrome")

    heading = page.get_by_role("heading", name="Call 999 or go to A&E now if you have:")
    expect(heading).to_be_visible()
    expect(heading).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.get_by_text("07776 511824").first).to_be_visible()
    expect(page.get_by_role("link", name="Ask in confidence")).to_have_count(0)


def test_a_search_that_finds_nothing_says_what_else_to_do(page: Page) -> None:
    page.goto("/conditions")
    page.get_by_label("Find a condition").fill("qqqqqq")
    page.get_by_role("button", name="Find").click()

    expect(page.get_by_role("heading", name="No page found")).to_be_visible()
    expect(page.get_by_role("link", name="all conditions from A to Z")).to_be_visible()
