"""Lena with a telephone in one hand: she takes an enquiry by keyboard alone, and rings whom she is to ring."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from tests.browser.conftest import Checker
from tests.calls.ringing import is_to_be_rung, was_tried
from tests.markup import faults
from tests.people import LENA, PAT, PATS_STORY, Colleague, pat_asks

FARTHEST = 150  # presses of Tab: there are more controls than that on no page of ours


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if page.evaluate(SAYS_NAME, name):
            return
    raise AssertionError(f"No way by keyboard to “{name}”")


# Whether the focus is on what a label or a button of this name belongs to.
SAYS_NAME = """name => {
    const here = document.activeElement;
    const words = [...(here.labels ?? []), here].map(one => one.textContent.trim().replace(/\\s+/g, ' '));
    return words.some(one => one === name || one === `${name} (optional)`);
}"""


def test_lena_takes_an_enquiry_by_keyboard_alone(
    app: Flask, page: Page, axe: Checker, fits_narrow: Checker, sit_down: Callable[[Colleague], None], tmp_path: Path
) -> None:
    sit_down(LENA)
    page.goto("/desk/queue")
    tab_to(page, "Take a call")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Take an enquiry by telephone")).to_be_visible()
    tab_to(
        page, "Weight loss without trying, a lump or a changed shape, or pain at night or at rest that does not ease"
    )
    page.keyboard.press("Space")
    expect(page.get_by_text("Say: See your GP urgently")).to_be_visible()
    tab_to(page, "Yes")  # the first of the answers about cancer; the arrows lead to the others
    page.keyboard.press("ArrowRight")
    for label, words in (
        ("Full name of the patient", PAT),
        ("Day", "31"),
        ("Month", "3"),
        ("Year", "1980"),
        ("Telephone number", "07700 900 982"),
    ):
        tab_to(page, label)
        page.keyboard.type(words)
    tab_to(page, "An appointment")
    page.keyboard.press("Space")
    tab_to(page, "What they ask, in their own words")
    page.keyboard.type(PATS_STORY.splitlines()[0])
    tab_to(page, "Save enquiry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Say this first")).to_be_visible()
    axe(page)
    fits_narrow(page)
    assert not faults({"advice": page.content()}, tmp_path)
    tab_to(page, "Save enquiry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=PAT, exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Your reference is LN-")


@pytest.mark.parametrize("width", [375, 1280])
def test_lena_rings_from_the_list(
    app: Flask, page: Page, axe: Checker, sit_down: Callable[[Colleague], None], width: int
) -> None:
    with app.test_request_context():
        for number in ("07700 900 982", "020 7946 0011"):
            pat_asks(contact={"preferred": "telephone", "telephone": number, "avoid": "Not at work"})
        for enquiry in db.session.scalars(select(Enquiry)).all():
            is_to_be_rung(enquiry.id)
            was_tried(enquiry.id)
    sit_down(LENA)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/desk/callbacks")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row = page.get_by_role("listitem").filter(has_text="020 7946 0011").first
    expect(row.get_by_text("Avoid: Not at work")).to_be_visible()
    expect(row.get_by_text("Tried 3 times")).to_be_visible()
    box = row.get_by_role("link", name="Ring Pat").bounding_box()
    assert box is not None
    assert box["height"] >= 24
    row.get_by_role("link", name="Ring Pat").click()
    expect(page.get_by_label("Day", exact=True)).to_be_hidden()
    page.get_by_label("On another day or at another time").check()
    expect(page.get_by_label("Day", exact=True)).to_be_visible()
    page.get_by_label("By the rule").check()
    page.get_by_label("Spoke to the person").check()
    page.get_by_role("button", name="Record call").click()
    expect(page.get_by_role("status")).to_contain_text("Call recorded")
    page.goto("/desk/callbacks")
    expect(page.get_by_text("020 7946 0011")).to_have_count(0)
