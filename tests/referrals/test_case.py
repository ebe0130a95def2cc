"""A referral on its case: read in a surgeon’s order, met by the patient’s own enquiry, answered to whoever referred."""

import pytest
from flask import Flask

from enquiry.calls import closing
from enquiry.extensions import db
from enquiry.following.say import ends_at_once
from enquiry.records.enquiry import Enquiry
from enquiry.records.told import Contact
from enquiry.rules.answers import Paying
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.referrals import Consent, Priority, SignAsked, WasAsked, Wish
from enquiry.rules.status import Status
from enquiry.rules.urgency import Urgency
from enquiry.triage import merge
from tests.calls.ringing import was_tried
from tests.counting import counting_queries
from tests.house.test_door import CASE_AT_MOST
from tests.people import DR_GREY, LENA, PAT, PATS_EMAIL, RAI, at_the_desk, hire, pat_asks
from tests.referring import DR_GREYS_EMAIL, dr_grey_refers

IN_FULL = {
    "wish": Wish.SURGERY,
    "request": "Would an operation help?",
    "priority": Priority.URGENT,
    "signs": (SignAsked("infection", WasAsked.YES), SignAsked("unwell", WasAsked.NOT_ASKED)),
    "diagnosis": "Lumbar stenosis",
    "history": "She walks a hundred metres and then must sit.",
    "examination": "Power 4/5 at the left ankle.",
    "imaging": "MRI in Holt, October 2026.",
    "tried": "Physiotherapy for eight weeks.",
    "past_history": "Hysterectomy 2011.",
    "medicines": "Amitriptyline.",
    "allergies": "Latex.",
    "anticoagulants": "Apixaban.",
    "paying": Paying.INSURER,
    "insurer": "Herring Mutual",
    "alerts": "Her daughter must not be told.",
}


def test_mr_rai_reads_it_in_the_order_of_his_thought(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        reference = dr_grey_refers(**IN_FULL).reference
    page = rai.get(f"/desk/enquiries/{reference}").text
    page = page[page.index("Alert from the referrer") :]

    order = [
        "Her daughter must not be told.",
        f"Referred by {DR_GREY}: to consider an operation",
        "Urgent: within 2 weeks",
        "NHS number: 947 671 9931",
        "Would an operation help?",
        "Red flags found",
        "Not asked",
        "Lumbar stenosis",
        "She walks a hundred metres",
        "Power 4/5",
        "MRI in Holt",
        "Physiotherapy for eight weeks",
        "Hysterectomy",
        "Amitriptyline",
        "Latex",
        "Apixaban",
        "An insurer (Herring Mutual)",
        f"Reaching {DR_GREY}",
        DR_GREYS_EMAIL,
        "01263 496 000",
    ]
    places = [page.find(words) for words in order]
    assert -1 not in places, [words for words, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_lena_sees_in_the_queue_that_it_is_a_referral(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        dr_grey_refers()

    queue = lena.get("/desk/queue/london").text
    assert ">Referral</" in queue
    assert "Pinned: </span>referred" in queue


def test_the_case_of_a_referral_asks_no_more_of_the_database(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = dr_grey_refers(**IN_FULL).reference
        pat_asks()
    with counting_queries(app) as queries:
        assert lena.get(f"/desk/enquiries/{reference}").status_code == 200

    assert len(queries) <= CASE_AT_MOST


def test_who_has_no_telephone_is_written_to_by_post(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = dr_grey_refers(contact=Contact(Route.POST)).reference
    page = lena.get(f"/desk/enquiries/{reference}").text

    assert "Prefers an answer by letter" in page
    assert "By letter, in the post" in page
    assert "2 Wherry Lane, Holt" in page
    assert "Ring and record" not in page


def test_who_cannot_decide_is_spoken_of_with_the_referrer_first(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = dr_grey_refers(consent=Consent.BEST_INTERESTS).reference

    assert "Speak to the referrer before anybody else is told" in lena.get(f"/desk/enquiries/{reference}").text


def test_a_referral_and_pats_own_enquiry_meet_on_one_case(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        own, referral = pat_asks(), dr_grey_refers(**IN_FULL)
        merge.merge(hire(RAI), referral.reference, referral.version, own.reference, own.version)
        reference, merged = referral.reference, own.reference
    page = lena.get(f"/desk/enquiries/{reference}").text

    assert f"Referred by {DR_GREY}" in page
    assert "My left leg has hurt since September." in page
    assert merged in page


def test_a_referral_that_was_merged_into_pats_enquiry_is_read_there_in_full(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        own, referral = pat_asks(), dr_grey_refers(**IN_FULL)
        merge.merge(hire(RAI), own.reference, own.version, referral.reference, referral.version)
        reference = own.reference
        assert own.is_pinned
        assert not ends_at_once(own), "Dr Grey must hear of it"
    with counting_queries(app) as queries:
        page = lena.get(f"/desk/enquiries/{reference}").text

    assert "Lumbar stenosis" in page
    assert "Her daughter must not be told." in page
    assert len(queries) <= CASE_AT_MOST


@pytest.mark.parametrize("elsewhere", [Clinic.LONDON, Clinic.NORWICH])
def test_an_urgent_referral_makes_pats_own_enquiry_as_urgent(app: Flask, elsewhere: Clinic) -> None:
    with app.test_request_context():
        own = pat_asks(elsewhere)
        due = own.due_at
        dr_grey_refers(priority=Priority.URGENT)
        own = db.session.get_one(Enquiry, own.id)

        assert own.urgency is Urgency.URGENT
        assert own.due_at <= due


def test_pats_own_urgent_words_make_her_referral_as_urgent(app: Flask) -> None:
    with app.test_request_context():
        referral = dr_grey_refers()
        pat_asks(safety={"red_flags": ["row-16"], "cancer": "no"})

        assert db.session.get_one(Enquiry, referral.id).urgency is Urgency.URGENT


def test_somebody_elses_referral_raises_nothing_of_pats(app: Flask) -> None:
    with app.test_request_context():
        own = pat_asks()
        dr_grey_refers(name="Robin Teal", priority=Priority.URGENT)

        assert db.session.get_one(Enquiry, own.id).urgency is Urgency.ROUTINE


def test_the_status_says_that_dr_grey_is_waited_for_and_the_end_that_it_went_back(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = dr_grey_refers().reference
    case = f"/desk/enquiries/{reference}"
    for deed, answers in (
        ("acknowledge", {}),
        ("claim", {}),
        ("move", {"status": "waiting-for-referrer", "reason": "Which side is it?"}),
        ("close", {"outcome": "returned-with-advice"}),
    ):
        assert lena.fill_in(case, answers, action=f"{case}/{deed}").status_code == 303
    assert "Returned to the referrer with advice" in lena.get(case).text


def test_what_nobody_referred_cannot_be_returned_to_a_referrer(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = pat_asks().reference

    assert "returned-with-advice" not in lena.get(f"/desk/enquiries/{reference}").text


def test_nobody_lets_go_of_a_referral_with_a_letter_to_the_patient_alone(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        contact = Contact(Route.TELEPHONE, PATS_EMAIL, "+447700900982", "07700 900 982")
        enquiry = dr_grey_refers(contact=contact)
        was_tried(enquiry.id)
        enquiry = db.session.get_one(Enquiry, enquiry.id)
        with pytest.raises(closing.WasReferred):
            closing.let_go(hire(RAI), enquiry.reference, enquiry.version)
        assert db.session.get_one(Enquiry, enquiry.id).status is Status.NEW
        address = f"/desk/enquiries/{enquiry.reference}"
    assert "the referrer must hear of it" in lena.get(f"{address}/closing-letter").text
    assert "closing-letter" not in lena.get(address).text


def test_a_letter_to_pat_does_not_say_that_she_asked(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        reference = dr_grey_refers(contact=Contact(Route.EMAIL, PATS_EMAIL)).reference
    address = f"/desk/enquiries/{reference}"
    assert lena.fill_in(f"{address}/reply", {"text": "We have your referral."}).status_code == 303

    page = lena.get(address).text
    assert PATS_EMAIL in page
    assert PAT in page
    with app.app_context():
        entry = db.session.get_one(Enquiry, db.session.query(Enquiry.id).scalar())
        assert entry.first_contact_at is not None
