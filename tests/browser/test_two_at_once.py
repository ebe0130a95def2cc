"""Two colleagues have the same page open: the second sees what the first did beside their own words, and loses none."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from tests.agreeing import TOM
from tests.browser.conftest import Checker
from tests.people import LENA, RAI, Colleague, at_the_desk, pat_asks

MINE, THEIRS = "Her sister will ring on Tuesday.", "Rang her at ten: she is worse."


@pytest.fixture
def tom(app: Flask, site: str, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """Tom, at a browser of his own."""
    context = browser.new_context(**browser_context_args)
    cookie = at_the_desk(app, TOM).get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    yield context.new_page()
    context.close()


@pytest.fixture
def case(app: Flask) -> str:
    """The address of an enquiry of Pat's."""
    with app.test_request_context():
        return f"/desk/enquiries/{pat_asks().reference}"


def unfold(page: Page, heading: str) -> None:
    page.locator("summary", has_text=heading).click()


def writes_a_note(page: Page, text: str) -> None:
    unfold(page, "Add a note")
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_role("button", name="Add note").click()


def types_a_move(page: Page, case: str) -> Callable[[], None]:
    page.goto(case)
    unfold(page, "Change status")
    form = page.locator("#move")
    form.get_by_label("New status").select_option("withdrawn")
    form.get_by_label("Reason").fill(MINE)
    return form.get_by_role("button", name="Change status").click


def types_a_note(page: Page, case: str) -> Callable[[], None]:
    page.goto(case)
    unfold(page, "Add a note")
    page.get_by_label("Note", exact=True).fill(MINE)
    return page.get_by_role("button", name="Add note").click


def types_a_transfer(page: Page, case: str) -> Callable[[], None]:
    page.goto(case)
    unfold(page, "Transfer to the other clinic")
    page.locator("#transfer").get_by_label("Reason").fill(MINE)
    return page.get_by_role("button", name="Transfer to Norwich").click


def types_a_rejection(page: Page, case: str) -> Callable[[], None]:
    page.goto(case)
    unfold(page, "Reject")
    form = page.locator("#reject")
    form.get_by_label("Why is it not taken further?").select_option("duplicate")
    form.get_by_label("Remark (optional)").fill(MINE)
    return form.get_by_role("button", name="Reject enquiry").click


def types_a_near_miss(page: Page, case: str) -> Callable[[], None]:
    page.goto(case)
    unfold(page, "Something nearly went wrong")
    page.get_by_label("What nearly went wrong?").fill(MINE)
    return page.get_by_role("button", name="Write it down").click


def types_a_reply(page: Page, case: str) -> Callable[[], None]:
    page.goto(f"{case}/reply")
    page.get_by_label("Your reply").fill(MINE)
    return page.get_by_role("button", name="Send reply").click


def types_a_call(page: Page, case: str) -> Callable[[], None]:
    page.goto(f"{case}/call")
    page.get_by_label("Spoke to the person").check()
    page.get_by_label("What was said").fill(MINE)
    return page.get_by_role("button", name="Record call").click


def types_a_question(page: Page, case: str) -> Callable[[], None]:
    page.goto(f"{case}/ask")
    page.get_by_label("Which clinician?").select_option(RAI.name)
    page.get_by_label("Your question").fill(MINE)
    return page.get_by_role("button", name="Hand over and ask").click


EVERYTHING_THAT_IS_TYPED = [
    types_a_note,
    types_a_move,
    types_a_transfer,
    types_a_rejection,
    types_a_near_miss,
    types_a_reply,
    types_a_call,
    types_a_question,
]


@pytest.fixture
def desk(app: Flask, page: Page, sit_down: Callable[[Colleague], None]) -> Page:
    """Lena, at hers; Mr Rai is there to be asked."""
    at_the_desk(app, RAI)
    sit_down(LENA)
    return page


def lena_is_held(page: Page, tom: Page, case: str, types: Callable[[Page, str], Callable[[], None]]) -> Locator:
    """Let Tom write a note while Lena types, and return what she is shown when she presses her button."""
    press = types(page, case)
    tom.goto(case)
    writes_a_note(tom, THEIRS)
    press()
    held = page.get_by_role("alert")
    expect(held.get_by_text(THEIRS)).to_be_visible()
    expect(held.get_by_text(MINE)).to_be_visible()
    return held


def she_does_it_anyway(page: Page) -> None:
    page.get_by_role("button", name="Do it anyway").click()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("types", EVERYTHING_THAT_IS_TYPED)
def test_lena_sees_toms_note_beside_her_own_words_and_sends_them_anyway(
    desk: Page,
    tom: Page,
    case: str,
    types: Callable[[Page, str], Callable[[], None]],
    axe: Checker,
    fits_narrow: Checker,
) -> None:
    held = lena_is_held(desk, tom, case, types)
    axe(desk)
    fits_narrow(desk)
    theirs, mine = held.get_by_text(THEIRS).bounding_box(), held.get_by_text(MINE).bounding_box()
    assert theirs is not None
    assert mine is not None
    assert mine["x"] > theirs["x"], "side by side"
    she_does_it_anyway(desk)
    tom.goto(case)
    if types is types_a_transfer:
        expect(tom.get_by_role("heading", name="We cannot find that page")).to_be_visible()
    elif types is not types_a_near_miss:  # that is for a manager
        expect(tom.get_by_text(MINE).first).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_too(desk: Page, tom: Page, case: str) -> None:
    lena_is_held(desk, tom, case, types_a_reply)
    she_does_it_anyway(desk)
    tom.goto(case)
    expect(tom.get_by_text(MINE).first).to_be_visible()


def test_lena_goes_on_with_what_she_typed_or_lets_it_be(desk: Page, tom: Page, case: str) -> None:
    page = desk
    lena_is_held(page, tom, case, types_a_note)
    page.get_by_role("link", name="Go on with what you typed").click()
    note = page.get_by_label("Note", exact=True)
    expect(note).to_have_value(MINE)
    note.fill(f"{MINE} Tom knows.")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Tom knows.")).to_be_visible()

    press = types_a_note(page, case)
    tom.goto(case)
    writes_a_note(tom, "And again at eleven.")
    press()
    page.get_by_role("link", name="Discard it and open the enquiry").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("And again at eleven.")).to_be_visible()
