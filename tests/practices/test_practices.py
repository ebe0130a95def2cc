"""Max sees who refers: practices that a colleague's acknowledgement made known, and how many patients each referred."""

import csv
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import directory
from enquiry.extensions import db
from enquiry.practices.merge import NotTwo, merge
from enquiry.records.enquiry import Enquiry
from enquiry.records.practice import Practice
from enquiry.records.staff import Staff
from enquiry.rules.status import Outcome
from enquiry.triage.acknowledge import acknowledge
from enquiry.triage.decide import close
from enquiry.triage.merge import merge as merge_enquiries
from tests.people import LENA, MAX, PAT, at_the_desk, hire, pat_asks
from tests.referring import DR_GREYS_EMAIL, dr_grey_refers
from tests.visitor import Visitor

PRACTICES = "/desk/practices"
BY_NAME = {"ods_code": "", "practice": "HOLT  Surgery"}


def lena(app: Flask) -> Staff:
    """Return Lena, hired once."""
    return db.session.scalars(select(Staff).where(Staff.email == LENA.email)).one_or_none() or hire(LENA)


def dr_greys_referral_is_seen(app: Flask, **about_referrer: str) -> str:
    """Let Dr Grey refer, and Lena acknowledge it; return its reference."""
    enquiry = dr_grey_refers(about_referrer=about_referrer)
    acknowledge(lena(app), enquiry.reference, enquiry.version)
    return enquiry.reference


def table(visitor: Visitor, name: str) -> list[list[str]]:
    """Return one of the tables of insight."""
    return list(csv.reader(StringIO(visitor.get(f"/desk/insight/{name}/csv").text.lstrip("\ufeff"))))


def test_a_practice_is_known_once_somebody_has_seen_its_referral(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.test_request_context():
        reference = dr_grey_refers().reference
    assert "No practice is here yet" in max_.get(PRACTICES).text
    lena_ = at_the_desk(app, LENA)
    case = f"/desk/enquiries/{reference}"
    assert lena_.fill_in(case, action=f"{case}/acknowledge").status_code == 303

    page = max_.get(PRACTICES).text
    assert "Holt Surgery" in page
    assert "G82080" in page
    assert DR_GREYS_EMAIL in page
    assert not [word for word in PAT.split() if word in page]


def test_the_same_code_or_the_same_name_is_the_same_practice(app: Flask) -> None:
    with app.test_request_context():
        for referrer in (
            {},
            {"practice": "Holt Medical", "email": "another@nhs.net"},
            {"ods_code": ""},
            BY_NAME,
        ):
            dr_greys_referral_is_seen(app, **referrer)
        known = [one.known for one in directory.practices()]

    assert [(one.name, one.ods_code) for one in known] == [("Holt Surgery", "G82080"), ("Holt Surgery", "")]
    assert known[0].addresses == (DR_GREYS_EMAIL, "another@nhs.net")


def test_max_merges_two_spellings_and_what_comes_later_finds_the_one_that_was_kept(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.test_request_context():
        dr_greys_referral_is_seen(app)
        dr_greys_referral_is_seen(app, **BY_NAME, email="desk@holt.example")
        by_code, by_name = sorted(directory.practices(), key=lambda one: one.known.ods_code == "")
        ids = {"other": str(by_name.id), "kept": str(by_code.id)}
    assert max_.fill_in(PRACTICES, ids).status_code == 303

    with app.test_request_context():
        dr_greys_referral_is_seen(app, **BY_NAME)
        [kept] = directory.practices()
        assert kept.known.addresses == (DR_GREYS_EMAIL, "desk@holt.example")
    assert table(max_, "practices") == [["Practice", "London", "Norwich"], ["Holt Surgery", "3", "0"]]


@pytest.mark.parametrize("chosen", ["the same", "none"])
def test_one_practice_is_not_merged_into_itself(app: Flask, chosen: str) -> None:
    max_ = at_the_desk(app, MAX)
    with app.test_request_context():
        dr_greys_referral_is_seen(app)
        dr_greys_referral_is_seen(app, **BY_NAME)
        own_id = str(directory.practices()[0].id)
    answers = {"other": own_id, "kept": own_id} if chosen == "the same" else {}

    assert max_.fill_in(PRACTICES, answers, action="").status_code == 422


def test_what_a_colleague_merged_meanwhile_is_not_merged_again(app: Flask) -> None:
    with app.test_request_context():
        dr_greys_referral_is_seen(app)
        dr_greys_referral_is_seen(app, **BY_NAME)
        first, second = directory.practices()
        max_ = hire(MAX)
        merge(max_, first.id, second.id)
        with pytest.raises(NotTwo):
            merge(max_, first.id, second.id)


def test_nothing_of_a_practice_lies_in_clear(app: Flask) -> None:
    with app.test_request_context():
        dr_greys_referral_is_seen(app)
        practice = db.session.scalars(select(Practice)).one()

        assert b"Holt" not in practice.known_sealed
        assert b"82080" not in practice.found_by


def test_only_managers_see_who_refers(app: Flask) -> None:
    assert at_the_desk(app, LENA).get(PRACTICES).status_code == 403


def test_insight_tells_how_soon_referrals_were_seen_and_what_came_of_them_once_each(app: Flask) -> None:
    max_ = at_the_desk(app, MAX)
    with app.test_request_context():
        reference = dr_greys_referral_is_seen(app)
        actor = lena(app)
        version = db.session.scalars(select(Enquiry)).one().version
        enquiry = close(actor, reference, version, Outcome.RETURNED_WITH_ADVICE, "")
        assert not enquiry.is_open

    assert ["Up to half an hour", "1", "0"] in table(max_, "triage")
    assert table(max_, "referrals")[1:] == [["Returned to the referrer with advice", "1", "0"]]
    assert table(max_, "practices")[1:] == [["Holt Surgery", "1", "0"]]


def test_a_referral_that_was_merged_into_pats_enquiry_is_counted_when_that_is_seen(app: Flask) -> None:
    with app.test_request_context():
        own, referral = pat_asks(), dr_grey_refers()
        actor = lena(app)
        kept = merge_enquiries(actor, own.reference, own.version, referral.reference, referral.version)
        acknowledge(actor, kept.reference, kept.version)

        assert [one.known.name for one in directory.practices()] == ["Holt Surgery"]
