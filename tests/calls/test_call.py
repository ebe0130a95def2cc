"""Lena rings Pat, and writes down what came of it."""

from dataclasses import replace
from typing import Any

from flask import Flask
from markupsafe import escape

from tests.people import LENA, PAT, at_the_desk, pat_asks

TOM = replace(LENA, name="Tom Reed", email="tom@clinic.example")


def asked(app: Flask, **pages: dict[str, Any]) -> str:
    """Return the address of a new enquiry of Pat's to London."""
    with app.app_context():
        return f"/desk/enquiries/{pat_asks(**pages).reference}"


def test_lena_sees_the_number_and_how_it_is_safe_and_records_the_call(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app, contact={"avoid": "Not at work"})
    page = lena.get(f"{case}/call").text
    for words in ('href="tel:+447700900982"', "07700 900 982", "No messages on voicemail", "Avoid: Not at work"):
        assert words in page
    assert f"Ring {escape(PAT)}" in page
    recorded = lena.fill_in(f"{case}/call", {"outcome": "spoke", "note": "She will come on Thursday"})
    assert (recorded.status_code, recorded.location) == (303, case)
    page = lena.get(case).text
    assert "Call recorded" in page
    assert "Telephone call: Spoke to the person" in page
    assert "She will come on Thursday" in page


def test_a_call_has_an_outcome(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app)
    refused = lena.fill_in(f"{case}/call", {"note": "Rang twice"})
    assert refused.status_code == 422
    assert "Select what came of the call" in refused.text
    assert "Rang twice" in refused.text


def test_a_message_where_none_may_be_left_is_refused_in_words(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app, contact={"voicemail_ok": "no"})
    refused = lena.fill_in(f"{case}/call", {"outcome": "message-left", "note": "Asked her to ring"})
    assert refused.status_code == 409
    assert "This person has not said that a message is safe" in refused.text
    assert "Asked her to ring" in refused.text
    assert "Telephone call" not in lena.get(case).text


def test_a_message_where_one_may_be_left_is_recorded(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app, contact={"voicemail_ok": "yes"})
    assert lena.fill_in(f"{case}/call", {"outcome": "message-left"}).status_code == 303
    assert "Left a message asking them to ring" in lena.get(case).text


def test_a_call_is_not_lost_when_a_colleague_wrote_in_between(app: Flask) -> None:
    lena, tom = at_the_desk(app, LENA), at_the_desk(app, TOM)
    case = asked(app)
    page = lena.get(f"{case}/call").text
    tom.fill_in(f"{case}/call", {"outcome": "no-answer", "note": "Rang at ten"})
    held = lena.send(f"{case}/call", page, {"outcome": "spoke", "note": "She is better"})
    assert held.status_code == 409
    assert "Rang at ten" in held.text
    assert "She is better" in held.text
    assert lena.send(f"{case}/call", held.text, {"outcome": "spoke"}).status_code == 303
    assert "She is better" in lena.get(case).text


def test_whoever_gave_no_number_cannot_be_rung_and_the_page_says_so(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case = asked(app, contact={"telephone": ""})
    assert "gave no telephone number" in lena.get(f"{case}/call").text
    assert f"{case}/call" not in lena.get(case).text
