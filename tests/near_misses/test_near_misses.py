"""Lena writes down that something nearly went wrong; Max reviews it, and sees what she wrote and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select, update

from enquiry.extensions import db
from enquiry.records.near_miss import NearMiss
from enquiry.records.types import WrappedKey
from enquiry.rules.clinics import Clinic
from tests.people import INES, LENA, MAX, PAT, RAI, Colleague, at_the_desk
from tests.triage.deciding import asked, decided, on_record
from tests.visitor import Visitor

WHAT = "Two charts lay on one desk.\n\nI nearly rang the wrong person."
LEARNT = "We ask for the date of birth first. Told everybody on Monday."


def told(app: Flask, visitor: Visitor, clinic: Clinic = Clinic.LONDON) -> tuple[str, str]:
    """Write down a near miss, and return the address of the case and that of the review."""
    case = asked(app, clinic=clinic)
    assert decided(visitor, case, "near-miss", what=WHAT).status_code == 303
    with app.app_context():
        near_miss = db.session.scalars(select(NearMiss).order_by(NearMiss.id.desc())).first()
        assert near_miss is not None
        return case, f"/desk/near-misses/{near_miss.id}"


def test_lena_writes_it_down_and_max_reviews_it(app: Flask) -> None:
    lena, max_ = at_the_desk(app, LENA), at_the_desk(app, MAX)
    case, address = told(app, lena)
    listed = max_.get("/desk/near-misses").text
    assert case[-12:] in listed
    assert "To review" in listed
    page = max_.get(address).text
    assert "<p>Two charts lay on one desk.</p>\n<p>I nearly rang the wrong person.</p>" in page
    assert LENA.name in page

    assert max_.fill_in(address, {"outcome": LEARNT}).location == address

    page = max_.get(address).text
    assert LEARNT in page
    assert "Finish the review" not in page
    assert "To review" not in max_.get("/desk/near-misses").text
    opened, reviewed = "near miss opened", "near miss reviewed"
    assert on_record(app, case)[1:] == ["near miss reported", opened, opened, reviewed, opened]


def test_max_learns_nothing_of_the_patient_but_what_lena_wrote(app: Flask) -> None:
    lena, max_ = at_the_desk(app, LENA), at_the_desk(app, MAX)
    case, address = told(app, lena)
    for page in ("/desk/near-misses", address):
        answer = max_.get(page).text
        assert str(escape(PAT)) not in answer
        assert "September" not in answer
        assert case not in answer
    assert WHAT.split("\n")[0] not in max_.get("/desk/near-misses").text, "a look at that is on record"
    assert max_.get(case).status_code == 403


def test_the_case_says_that_it_was_written_down_and_not_what(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    case, _ = told(app, lena)
    page = lena.get(case).text
    assert "Something nearly went wrong" in page.partition("What happened")[2]
    assert "I nearly rang the wrong person" not in page


@pytest.mark.parametrize("who", [LENA, RAI, INES])
def test_only_a_manager_reads_or_reviews_it(app: Flask, who: Colleague) -> None:
    writer = at_the_desk(app, replace(LENA, email="tom@clinic.example"))
    _, address = told(app, writer)
    visitor = at_the_desk(app, who)
    assert visitor.get("/desk/near-misses").status_code == 403
    assert visitor.get(address).status_code == 403
    assert "Near misses" not in visitor.get("/desk/account").text


def test_a_manager_of_london_sees_none_of_norwich(app: Flask) -> None:
    rai, max_ = at_the_desk(app, RAI), at_the_desk(app, replace(MAX, clinics=(Clinic.LONDON,)))
    case, address = told(app, rai, Clinic.NORWICH)
    assert case[-12:] not in max_.get("/desk/near-misses").text
    missing = max_.get("/desk/near-misses/00000000-0000-7000-8000-000000000000")
    assert (max_.get(address).status_code, max_.get(address).data) == (404, missing.data)


def test_nothing_is_neither_written_down_nor_reviewed(app: Flask) -> None:
    lena, max_ = at_the_desk(app, LENA), at_the_desk(app, MAX)
    assert decided(lena, asked(app), "near-miss", what="").status_code == 422
    _, address = told(app, lena)
    refused = max_.fill_in(address, {"outcome": " "})
    assert refused.status_code == 422
    assert "Enter what the review came to" in refused.text


def test_of_two_who_review_at_once_one_is_told_and_loses_no_word(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    _, address = told(app, lena)
    managers = [at_the_desk(app, replace(MAX, email=f"max{n}@clinic.example")) for n in range(2)]
    pages, together = [one.get(address).text for one in managers], Barrier(2)

    def press(turn: int) -> tuple[int, bool]:
        together.wait()
        answer = managers[turn].send(address, pages[turn], {"outcome": f"{LEARNT} {turn}"})
        return answer.status_code, f"{LEARNT} {turn}" in answer.text

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [(303, False), (409, True)]


@pytest.mark.parametrize("column", ["told_sealed", "outcome_sealed", "wrapped"])
def test_what_was_tampered_with_opens_nowhere(app: Flask, column: str) -> None:
    lena, max_ = at_the_desk(app, LENA), at_the_desk(app, MAX)
    case, address = told(app, lena)
    max_.fill_in(address, {"outcome": LEARNT})
    table = WrappedKey if column == "wrapped" else NearMiss
    with app.app_context():
        key = db.session.scalars(select(NearMiss.key_id)).one()
        rows = WrappedKey.id == key if column == "wrapped" else NearMiss.key_id == key
        harmed = bytearray(db.session.scalars(select(getattr(table, column)).where(rows)).one())
        harmed[-1] ^= 1
        db.session.execute(update(table).where(rows).values({column: bytes(harmed)}))
        db.session.commit()
    answer = max_.get(address)
    assert answer.status_code == 409
    assert "This record cannot be opened safely" in answer.text
    assert "I nearly rang" not in answer.text
    assert max_.get("/desk/near-misses").status_code == 200
    assert lena.get(case).status_code == 200
