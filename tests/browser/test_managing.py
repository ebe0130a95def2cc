"""Max manages and Lena answers with what he wrote, in a browser without scripts as in one with them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.people import LENA, MAX, Colleague, pat_asks


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the browser is set up."""
    return {**browser_context_args, "java_script_enabled": request.param}


def test_max_sets_hours_and_a_template_and_lena_answers_with_it(
    app: Flask, page: Page, sit_down: Callable[[Colleague], None]
) -> None:
    sit_down(MAX)
    page.goto("/desk/settings/norwich/hours")
    page.get_by_label("Saturday").fill("10am to midday")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saturday: enter hours like").first).to_be_visible()
    page.get_by_label("Saturday").fill("10am to 12pm")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Norwich: the opening hours are set")
    page.goto("/desk/templates/new")
    page.get_by_label("Name, as colleagues").fill("On Saturdays")
    page.get_by_label("What it says").fill("Our {clinic} clinic opens on [a Saturday], too. Ring {telephone}.")
    page.get_by_role("button", name="Save").click()
    with app.test_request_context():
        reference = pat_asks().reference
    sit_down(LENA)
    page.goto(f"/desk/enquiries/{reference}/reply")
    page.get_by_label("Begin with a template").select_option("On Saturdays")
    page.get_by_role("button", name="Put it into the reply").click()
    reply = page.get_by_label("Your reply")
    expect(reply).to_have_value("Our London clinic opens on [a Saturday], too. Ring 07776 511824.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("link", name="Fill in [a Saturday].")).to_be_visible()
    reply.fill("Our London clinic opens on 5 December, too.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("status")).to_contain_text("is on its way")
