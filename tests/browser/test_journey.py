"""The main job in a real browser, with JavaScript and without, on a phone and on a desk: nothing bars the way."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from enquiry import clock, outbox
from tests.browser.asking import is_safe, says_of_the_rest, says_what, says_where_to_answer, says_who, sends
from tests.browser.conftest import Checker
from tests.mail_server import MailServer
from tests.people import LENA, PASSWORD, PAT, PATS_EMAIL, RAI, Colleague, hire

ANSWER = "We can see you on Tuesday at 10.\n\nIt costs £250."


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def has_javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=[375, 1280], ids=["phone", "desk"])
def browser_context_args(browser_context_args: dict[str, Any], request: Any, has_javascript: bool) -> dict[str, Any]:
    """How wide the window is, and whether scripts run."""
    size = {"width": request.param, "height": 800}
    return {**browser_context_args, "viewport": size, "java_script_enabled": has_javascript}


Look = Callable[[], None]
AxePage = Callable[[], Page]


@pytest.fixture
def axe_page(
    page: Page, has_javascript: bool, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[AxePage]:
    """The page on which axe-core can run: the open one, or its copy, since where no script runs axe does not either."""
    if has_javascript:
        yield lambda: page
        return
    with browser.new_context(**{**browser_context_args, "java_script_enabled": True}) as context:
        copy = context.new_page()
        context.route("**/*.js*", lambda route: route.abort())

        def copied() -> Page:
            page.wait_for_load_state()  # a page that has only begun would be copied without its words
            html = page.content()
            copy.unroute_all()
            copy.route(lambda url: url == page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
            copy.goto(page.url)
            assert copy.title() == page.title()
            return copy

        yield copied


@pytest.fixture
def look(
    page: Page, axe: Checker, fits_narrow: Checker, axe_page: AxePage, on_the_way: Callable[[Checker], None]
) -> Look:
    """Check the page that is open now, at the journey's width; so is each page on which Continue is pressed."""

    def check() -> None:
        axe(axe_page())
        fits_narrow(page)

    on_the_way(lambda _: check())
    return check


def test_pat_asks_and_lena_answers(
    app: Flask, page: Page, smtp: MailServer, look: Look, sit_down: Callable[[Colleague], None]
) -> None:
    with app.app_context():
        hire(LENA)

    pat_asks_on_her_phone(page, look)
    reference = page.locator(".reference").inner_text()
    lena_signs_in(page, look)
    lena_claims(page, reference)
    lena_replies(page, look)
    with app.app_context():
        outbox.sweep(clock.now())
    assert smtp.letters[-1].recipients == [PATS_EMAIL]
    assert ANSWER in smtp.letters[-1].message.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    lena_rings(page, look)
    lena_proposes_to_close(page, look)
    sit_down(RAI)
    mr_rai_agrees(page, look, reference)


def pat_asks_on_her_phone(page: Page, look: Look) -> None:
    page.goto("/conditions/spinal-tumours")
    look()
    page.get_by_role("link", name="Ask us about spinal tumours in confidence").click()
    look()
    page.get_by_role("link", name="Start now").click()
    is_safe(page)
    says_who(page)
    says_where_to_answer(page)
    expect(page.get_by_label("What is it about?")).to_have_value("spinal-tumours")
    says_what(page)
    says_of_the_rest(page)
    look()  # the check
    sends(page)
    look()  # the receipt


def lena_signs_in(page: Page, look: Look) -> None:
    page.goto("/desk/queue")
    look()
    page.get_by_label("Email address").fill(LENA.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="London queue")).to_be_visible()
    look()


def lena_claims(page: Page, reference: str) -> None:
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("status")).to_contain_text("yours")


def lena_replies(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Reply by email").click()
    expect(page.get_by_text(f"{PAT} at {PATS_EMAIL}").first).to_be_visible()
    look()
    page.get_by_label("Your reply").fill(ANSWER)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Waiting to be sent").first).to_be_visible()


def lena_rings(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Ring and record the call").click()
    look()
    page.get_by_label("Spoke to the person").check()
    page.get_by_label("What was said").fill("Tuesday suits her.")
    page.get_by_role("button", name="Record call").click()
    expect(page.get_by_text("Tuesday suits her.")).to_be_visible()


def lena_proposes_to_close(page: Page, look: Look) -> None:
    look()  # the case with all that happened
    page.locator("summary", has_text="Close").click()
    page.get_by_label("What came of it?").select_option("appointment-booked")
    page.get_by_role("button", name="Propose to close").click()
    expect(page.get_by_role("status")).to_contain_text("when a colleague agrees")


def mr_rai_agrees(page: Page, look: Look, reference: str) -> None:
    """What concerns a tumour ends when two agree."""
    page.goto("/desk/queue/london")
    expect(page.get_by_text("Lena Marsh proposes to end it")).to_be_visible()
    page.get_by_role("link", name=reference).click()
    look()  # the case that somebody proposes to close
    page.get_by_role("button", name="I agree: close it").click()
    expect(page.get_by_role("status")).to_contain_text("You agreed")
    page.goto("/desk/queue/london")
    expect(page.get_by_text(PAT)).to_have_count(0)
