"""HSSIB (July 2024): what somebody declared on a first form is seen beside their second."""

import re
from typing import Any

import pytest
from flask import Flask

from enquiry.rules.clinics import Clinic
from enquiry.rules.red_flags import BY_CODE
from tests.counting import counting_queries
from tests.people import LENA, NOOR, PATS_EMAIL, RAI, at_the_desk, pat_asks

CANCER = "row-9"
ELSEWHERE = {"email": "elsewhere@home.example", "telephone": "020 7946 0011"}
SAM: dict[str, Any] = {"name": "Sam Heron", "birth_date": "1955-12-24"}


def others_on(page: str) -> str:
    """Return the part of a case that shows other enquiries; empty if it shows none."""
    found = re.search(r'<ul class="others">.*?</ul>\n', page, re.DOTALL)
    return found[0] if found else ""


def test_what_pat_declared_first_stands_beside_what_she_asks_now(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        first = pat_asks(safety={"red_flags": [CANCER]})
        second = pat_asks(contact=ELSEWHERE)

    page = lena.get(f"/desk/enquiries/{second.reference}").text

    beside = page.partition('<h2 id="others">')[2]
    assert f'href="/desk/enquiries/{first.reference}"' in beside
    for words in ("The same name and date of birth", "Urgent", "London, new", "today", BY_CODE[CANCER].says):
        assert words in beside, words


@pytest.mark.parametrize(
    "who",
    [{"name": "PAT O'SHEA LUKASZ"}, {"name": "Pat OShea-Łukasz"}, {"name": "Pat Mary O’Shea-Łukasz"}],
)
def test_pat_is_the_same_person_however_she_writes_her_name(app: Flask, who: dict[str, str]) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks()
        again = pat_asks(who=who, contact=ELSEWHERE)
    assert "The same name and date of birth" in others_on(lena.get(f"/desk/enquiries/{again.reference}").text)


@pytest.mark.parametrize(
    "contact, shared",
    [
        ({"telephone": ELSEWHERE["telephone"]}, "email"),
        ({"email": ELSEWHERE["email"], "telephone": "+44 7700 900982"}, "telephone"),
        ({"email": PATS_EMAIL.upper()}, "email and telephone"),
    ],
)
def test_a_family_with_one_address_may_be_two_people(app: Flask, contact: dict[str, str], shared: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks()
        sams = pat_asks(who=SAM, contact=contact)
    others = others_on(lena.get(f"/desk/enquiries/{sams.reference}").text)
    assert f"May be the same person: the same {shared}<" in others


def test_who_shares_only_a_name_or_only_a_birthday_is_somebody_else(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks(who={"birth_date": "1980-03-30"}, contact=ELSEWHERE)
        pat_asks(who={"name": "Sam Heron"}, contact={"email": "sam@home.example", "telephone": ""})
        reference = pat_asks().reference
    assert not others_on(lena.get(f"/desk/enquiries/{reference}").text)


def test_lena_sees_nothing_of_what_pat_asked_norwich_and_mr_rai_does(app: Flask) -> None:
    lena, noor, rai = (at_the_desk(app, colleague) for colleague in (LENA, NOOR, RAI))
    with app.app_context():
        london, norwich = pat_asks(Clinic.LONDON).reference, pat_asks(Clinic.NORWICH).reference
    assert not others_on(lena.get(f"/desk/enquiries/{london}").text)
    assert not others_on(noor.get(f"/desk/enquiries/{norwich}").text)
    assert norwich in others_on(rai.get(f"/desk/enquiries/{london}").text)
    assert london in others_on(rai.get(f"/desk/enquiries/{norwich}").text)


def test_however_often_pat_asked_it_is_one_question(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    costs = []
    for times in (1, 5):
        with app.app_context():
            reference = [pat_asks().reference for _ in range(times)][-1]
        with counting_queries(app) as questions:
            lena.get(f"/desk/enquiries/{reference}")
        costs.append(len(questions))
    assert costs[0] == costs[1]
