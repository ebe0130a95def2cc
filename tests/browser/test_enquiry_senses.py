"""The whole enquiry for somebody without a mouse, with colours of their own, or with letters twice as large."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import (
    CANCER,
    choose,
    go_on,
    is_safe,
    says_of_the_rest,
    says_what,
    says_where_to_answer,
    says_who,
    sends,
)
from tests.browser.conftest import Checker
from tests.browser.keyboard import by_keyboard

OnTheWay = Callable[[Checker], None]
WITHOUT_SCRIPTS = {"java_script_enabled": False}
FORCED_COLOURS = {"forced_colors": "active"}
DESK = {"viewport": {"width": 1280, "height": 800}}

# What hides a part of its own words, what is too low for its letters, and what makes the page wider than the window.
FAULTS = """() => {
    const hides = style => [style.overflowX, style.overflowY].some(way => ['hidden', 'clip'].includes(way));
    const isSeen = element => element.clientWidth > 1 && !element.closest('.trap, svg, .nhsuk-skip-link');
    const all = [...document.querySelectorAll('body *')].filter(isSeen);
    const cut = all.filter(element => hides(getComputedStyle(element))
        && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1));
    const low = all.filter(element => element.matches('button, select, input[type=text], input[type=email]'))
        .filter(control => control.clientHeight < parseFloat(getComputedStyle(control).fontSize));
    const wide = document.documentElement.scrollWidth > window.innerWidth ? [document.documentElement] : [];
    return [...cut, ...low, ...wide].map(element => element.outerHTML.slice(0, 160));
}"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """How this person's browser is set."""
    return {**browser_context_args, **request.param}


def reads_and_asks(page: Page) -> None:
    """Read of a condition, ask about it, and get the receipt."""
    page.goto("/conditions/spinal-tumours")
    page.get_by_role("link", name="Ask us about spinal tumours in confidence").click()
    page.get_by_role("link", name="Start now").click()
    is_safe(page)
    says_who(page)
    says_where_to_answer(page)
    says_what(page)
    says_of_the_rest(page)
    sends(page)


@pytest.mark.parametrize(
    "browser_context_args, has_shadows",
    [
        pytest.param({}, True, id="with scripts"),
        pytest.param(WITHOUT_SCRIPTS, True, id="without scripts"),
        pytest.param(FORCED_COLOURS, False, id="in forced colours"),
    ],
    indirect=["browser_context_args"],
)
def test_pat_asks_with_her_keyboard_alone_and_always_sees_where_she_is(page: Page, has_shadows: bool) -> None:
    reads_and_asks(by_keyboard(page, has_shadows))


@pytest.mark.parametrize("browser_context_args", [FORCED_COLOURS], indirect=True, ids=[""])
def test_pat_who_chose_her_own_colours_sees_what_she_ticked_and_what_is_an_emergency(page: Page) -> None:
    page.goto("/enquire/safety")
    for label in ("Pain, tingling, weakness or numbness in both legs", "No"):
        item = page.locator(".nhsuk-checkboxes__item, .nhsuk-radios__item").filter(
            has=page.get_by_label(label, exact=True)
        )
        before = item.screenshot()
        item.get_by_label(label, exact=True).check()
        page.keyboard.press("Tab")  # the focus goes elsewhere, and only the tick is left
        assert item.screenshot() != before
    go_on(page)
    card = page.locator(".care-card--emergency").first
    assert card.evaluate("card => parseFloat(getComputedStyle(card).borderTopWidth)") > 0


@pytest.mark.parametrize("browser_context_args", [DESK], indirect=True, ids=[""])
def test_with_letters_twice_as_large_nothing_is_cut_off_or_scrolls_sideways(page: Page, on_the_way: OnTheWay) -> None:
    on_the_way(is_whole_at_twice_the_size)
    reads_and_asks(page)
    is_whole_at_twice_the_size(page)
    for address in ("/", "/conditions", "/conditions/cauda-equina-syndrome", "/clinics/london", "/data-complaint"):
        page.goto(address)
        is_whole_at_twice_the_size(page)
    page.goto("/enquire/safety")
    page.get_by_label("Pain, tingling, weakness or numbness in both legs").check()
    choose(page, CANCER, "No")
    go_on(page)
    expect(page.get_by_role("heading", name="Please get help now")).to_be_visible()
    is_whole_at_twice_the_size(page)


def is_whole_at_twice_the_size(page: Page) -> None:
    """Check the open page with letters of twice their size: WCAG 2.2, 1.4.4 Resize Text."""
    page.wait_for_load_state()
    size = "parseFloat(getComputedStyle(document.querySelector('main h1')).fontSize)"
    before = page.evaluate(size)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    after, faults = page.evaluate(size), page.evaluate(FAULTS)
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert after == 2 * before, "the letters do not grow"
    assert not faults, f"{page.url} at twice the size:\n" + "\n".join(faults)
