"""A referral arrives above the clock, tied to the patient’s own enquiry, and only the referrer is told of it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.enquiry import PINNED, Enquiry, Kind
from enquiry.records.letter import Letter
from enquiry.records.private_link import PrivateLink
from enquiry.records.referral import SealedReferral
from enquiry.records.told import Contact
from enquiry.rules.contact import Route
from enquiry.rules.referrals import Priority, SignAsked, WasAsked
from enquiry.rules.urgency import Urgency
from tests.people import LENA, PAT, PATS_EMAIL, at_the_desk, pat_asks
from tests.referring import DR_GREYS_EMAIL, PATS_NHS_NUMBER, dr_grey_refers


def test_a_referral_is_an_enquiry_with_what_dr_grey_told_sealed_beside_it(app: Flask) -> None:
    with app.test_request_context():
        sent = dr_grey_refers(diagnosis="Left L5 radiculopathy")
        db.session.expire_all()
        enquiry = db.session.get_one(Enquiry, sent.id)
        kept = db.session.scalars(select(SealedReferral)).one()

        assert enquiry.kind is Kind.REFERRAL
        assert enquiry.referral is not None
        assert enquiry.referral.diagnosis == "Left L5 radiculopathy"
        assert kept.key_id == enquiry.key_id
        assert b"radiculopathy" not in kept.told_sealed


def test_it_stands_above_the_clock_until_somebody_has_acknowledged_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        enquiry = dr_grey_refers()
        assert enquiry.precedence == PINNED
        case = f"/desk/enquiries/{enquiry.reference}"
    assert "Pinned above the queue: a GP or another clinician referred" in lena.get(case).text

    assert lena.fill_in(case, action=f"{case}/acknowledge").status_code == 303
    assert "Pinned above the queue" not in lena.get(case).text


@pytest.mark.parametrize(
    "priority, urgency",
    [
        (Priority.ROUTINE, Urgency.ROUTINE),
        (Priority.URGENT, Urgency.URGENT),
        (Priority.SUSPECTED_CANCER, Urgency.URGENT),
    ],
)
def test_its_priority_decides_how_soon(app: Flask, priority: Priority, urgency: Urgency) -> None:
    with app.test_request_context():
        enquiry = dr_grey_refers(priority=priority)

        assert enquiry.urgency is urgency
        assert enquiry.has_cancer is (priority is Priority.SUSPECTED_CANCER)


def test_a_red_flag_that_dr_grey_found_makes_it_one_for_a_clinician(app: Flask) -> None:
    with app.test_request_context():
        enquiry = dr_grey_refers(signs=(SignAsked("infection", WasAsked.YES), SignAsked("unwell", WasAsked.NOT_ASKED)))

        assert enquiry.urgency is Urgency.URGENT
        assert enquiry.is_flagged


def test_the_receipt_goes_to_dr_grey_and_says_nothing_of_pat(app: Flask) -> None:
    with app.test_request_context():
        enquiry = dr_grey_refers(contact=Contact(Route.EMAIL, email=PATS_EMAIL))
        [letter] = db.session.scalars(select(Letter))

        assert letter.contents.to == DR_GREYS_EMAIL
        assert enquiry.reference in letter.contents.subject
        said = f"{letter.contents.subject} {letter.contents.text} {letter.contents.html}"
        assert not [word for word in (*PAT.split(), PATS_NHS_NUMBER, "1980", "leg", PATS_EMAIL) if word in said]
        assert not db.session.scalars(select(PrivateLink)).all()


def test_nobody_is_to_ring_pat_before_somebody_has_looked_at_the_referral(app: Flask) -> None:
    with app.test_request_context():
        assert dr_grey_refers().ring_at is None


def test_a_referral_after_pats_own_urgent_enquiry_is_as_urgent_and_tied_to_it(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        own = pat_asks(safety={"red_flags": ["row-16"], "cancer": "no"}).reference
        referral = dr_grey_refers()
        assert referral.urgency is Urgency.URGENT
        reference = referral.reference

    assert own in lena.get(f"/desk/enquiries/{reference}").text
    assert reference in lena.get(f"/desk/enquiries/{own}").text


def test_two_patients_of_dr_grey_are_not_tied_to_each_other(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        first = dr_grey_refers(contact=Contact(Route.POST)).reference
        second = dr_grey_refers(
            name="Robin Teal", birth_date=date(1971, 2, 3), nhs_number="", contact=Contact(Route.POST)
        ).reference

    assert first not in lena.get(f"/desk/enquiries/{second}").text
