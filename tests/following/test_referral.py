"""Dr Grey sees how far her referral is, by the link in her receipt; whoever else opens it learns nothing of Pat."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import audit, erasure, receipt
from enquiry.extensions import db
from enquiry.following.referred import IN_PLAIN_WORDS
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import Reason
from enquiry.records.letter import Letter
from enquiry.records.private_link import PrivateLink, ReferrerLink
from enquiry.rules.status import Status
from enquiry.rules.urgency import Urgency
from enquiry.rules.writing_back import Answered
from enquiry.triage import decide, merge
from enquiry.writing_back.paper import Answer
from enquiry.writing_back.send import write_back
from tests.people import LENA, PAT, RAI, at_the_desk, hire, pat_asks
from tests.referring import DR_GREYS_EMAIL, PATS_NHS_NUMBER, dr_grey_refers
from tests.visitor import Visitor


def referred(app: Flask) -> tuple[str, str]:
    """Return the reference of a referral, and the address of the link in its receipt."""
    with app.test_request_context():
        referral = dr_grey_refers()
        receipt = db.session.scalars(select(Letter).where(Letter.enquiry_id == referral.id)).one()
        [link] = re.findall(r"http://\S+(/referral/\S+)", receipt.contents.text)
        assert link in receipt.contents.html
        return referral.reference, link


def the(reference: str) -> Enquiry:
    return db.session.scalars(select(Enquiry).where(Enquiry.reference == reference)).one()


def test_dr_grey_sees_the_reference_and_dates_and_nothing_of_pat(app: Flask, client: Visitor) -> None:
    reference, link = referred(app)
    answer = client.get(link)
    assert answer.status_code == 200
    assert reference in answer.text
    assert IN_PLAIN_WORDS[Status.NEW] in answer.text
    assert "We look at it by" in answer.text
    for told in (
        PAT,
        "O’Shea",
        "1980",
        PATS_NHS_NUMBER,
        "947 671",
        "Wherry",
        "07700",
        "leg pain",
        "Grey",
        "Holt Surgery",
    ):
        assert told not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_time_does_not_tell_whether_pat_asked_for_help_here_herself(app: Flask, client: Visitor) -> None:
    """Whoever knew her name and date of birth could refer her, and read from the time that she had, and how soon."""
    _, alone = referred(app)
    told = look_by(client.get(alone).text)
    with app.test_request_context():
        pat_asks(safety={"red_flags": ["row-16"]})
        assert db.session.scalars(select(Enquiry.urgency)).all() == [Urgency.URGENT] * 2
    assert look_by(client.get(alone).text) == told

    reference, after = referred(app)

    assert look_by(client.get(after).text) == told
    with app.test_request_context():
        assert the(reference).due_at < receipt.look_by(the(reference)), "for the clinic it is as urgent as the other"
        letter = db.session.scalars(select(Letter).where(Letter.enquiry_id == the(reference).id)).one()
        for words in (letter.contents.text, letter.contents.html):
            assert told in words


def look_by(page: str) -> str:
    """Return by when the page says that the clinic looks."""
    found = re.search(r"We look at it by</dt>\s*<dd[^>]*>([^<]+)</dd>", page)
    assert found
    return found[1]


def test_she_sees_that_we_wrote_and_that_it_is_finished(app: Flask, client: Visitor) -> None:
    reference, link = referred(app)
    with app.test_request_context():
        rai, accepted = hire(RAI), Answer(Answered.ACCEPTED, at=datetime(2999, 1, 7, 9, tzinfo=UTC))
        write_back(rai, reference, the(reference).version, (DR_GREYS_EMAIL, True), accepted)
        decide.move(rai, reference, the(reference).version, Status.WITHDRAWN, "He rang.")
    page = client.get(link).text
    assert "We wrote to you" in page
    assert IN_PLAIN_WORDS[Status.WITHDRAWN] in page
    assert "2999" not in page


def test_a_referral_that_was_merged_says_how_far_that_case_is(app: Flask, client: Visitor) -> None:
    reference, link = referred(app)
    with app.test_request_context():
        rai, own = hire(RAI), pat_asks()
        merge.merge(rai, own.reference, own.version, reference, the(reference).version)
        decide.claim(rai, own.reference, own.version)
    page = client.get(link).text
    assert reference in page
    assert IN_PLAIN_WORDS[Status.ASSIGNED] in page


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "é"])
def test_a_link_that_never_was_shows_nothing_but_the_telephones(client: Visitor, token: str) -> None:
    answer = client.get(f"/referral/{token}")
    assert answer.status_code == 404
    assert "This link shows nothing" in answer.text
    assert "07776 511824" in answer.text


def test_it_ends_and_looks_then_as_if_it_had_never_been(
    app: Flask, client: Visitor, time_passes: Callable[[timedelta], None]
) -> None:
    _, link = referred(app)
    time_passes(timedelta(days=366))
    ended, never = client.get(link), client.get("/referral/x")
    assert ended.status_code == 404
    assert ended.text == never.text


def test_it_opens_no_page_of_a_patient_and_a_patients_link_opens_no_referral(app: Flask, client: Visitor) -> None:
    _, link = referred(app)
    assert PAT not in client.get(link.replace("/referral/", "/enquiry/")).text
    with app.test_request_context():
        assert db.session.scalars(select(PrivateLink)).all() == []
        receipt = db.session.scalars(select(Letter).where(Letter.enquiry_id == pat_asks().id)).one()
        [theirs] = re.findall(r"http://\S+/enquiry/(\S+)", receipt.contents.text)
    assert client.get(f"/referral/{theirs}").status_code == 404


def test_its_token_is_kept_as_a_hash_and_shown_to_no_colleague(app: Flask) -> None:
    reference, link = referred(app)
    lena, token = at_the_desk(app, LENA), link.removeprefix("/referral/")
    with app.app_context():
        kept = db.session.scalars(select(ReferrerLink)).one()
        assert token.encode() not in kept.token_hash
        receipt = db.session.scalars(select(Letter)).one()
        assert token not in receipt.contents.as_shown
    assert token not in lena.get(f"/desk/enquiries/{reference}/letters/{receipt.id}").text


def test_it_goes_when_the_referral_is_erased(app: Flask, client: Visitor) -> None:
    reference, link = referred(app)
    with app.test_request_context():
        erasure.erase(audit.SYSTEM, reference, Reason.ASKED)
    assert client.get(link).status_code == 404
