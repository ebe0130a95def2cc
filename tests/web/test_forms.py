"""A form is read as browsers send it; whatever else arrives at its address is explained, and never an error of ours."""

from typing import Any

import pytest
from flask import Flask

from tests.people import LENA, at_the_desk
from tests.visitor import Visitor, forms_of

FORMS = ("/enquire/safety", "/refer", "/data-complaint", "/desk/sign-in", "/desk/new-enquiry")


def visitor_of(app: Flask, address: str) -> Visitor:
    """Return a browser that may open an address."""
    browser = at_the_desk(app, LENA) if address == "/desk/new-enquiry" else app.test_client()
    assert isinstance(browser, Visitor)
    return browser


@pytest.mark.parametrize("value", [5, None, {"a": 1}, [None, 5], "\ud800"])
@pytest.mark.parametrize("address", FORMS)
def test_a_program_that_sends_json_is_answered_like_whoever_left_all_boxes_empty(
    app: Flask, address: str, value: Any
) -> None:
    browser = visitor_of(app, address)
    form = next(form for form in forms_of(browser.get(address).text) if form.action in ("", address))
    token = {"X-CSRFToken": form.filled["csrf_token"][0]}

    answer = browser.post(address, json=dict.fromkeys(form.names, value), headers=token)

    assert answer.status_code == 422, address


@pytest.mark.parametrize("body", ["[1", "5", "[]"])
def test_nor_does_json_that_is_none_break_anything(app: Flask, body: str) -> None:
    browser = visitor_of(app, "/refer")
    token = {"X-CSRFToken": forms_of(browser.get("/refer").text)[0].filled["csrf_token"][0]}
    assert browser.post("/refer", data=body, content_type="application/json", headers=token).status_code == 422


def test_an_empty_form_of_the_telephone_page_asks_for_the_safety_screen_first(app: Flask) -> None:
    lena = visitor_of(app, "/desk/new-enquiry")
    form = next(form for form in forms_of(lena.get("/desk/new-enquiry").text) if "red_flags" in form.names)
    answer = lena.post("/desk/new-enquiry", headers={"X-CSRFToken": form.filled["csrf_token"][0]})
    assert answer.status_code == 422
    assert "what you have, or “None of these”" in answer.text
