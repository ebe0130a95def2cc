"""HSSIB (July 2024): nobody's second enquiry is less urgent than their first, unless a clinician said so."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import Entry, Event
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Outcome
from enquiry.rules.urgency import FIRST_CONTACT, PROMISE, Urgency, kept
from enquiry.rules.working_time import OpeningHours
from enquiry.triage import decide
from tests.people import LENA, RAI, at_the_desk, hire, pat_asks

SAME_DAY: dict[str, Any] = {"red_flags": ["row-16"]}
SAYS = "Urgency kept from an earlier enquiry"
ELSEWHERE = {"email": "elsewhere@home.example", "telephone": "020 7946 0011"}


def entries(enquiry: Enquiry) -> list[tuple[Event, str]]:
    """Return what the timeline of an enquiry says was decided when it arrived."""
    found = db.session.scalars(select(Entry).where(Entry.enquiry_id == enquiry.id)).all()
    return [(entry.event, entry.detail) for entry in found if entry.event is Event.URGENCY_KEPT]


@pytest.mark.parametrize(
    "again",
    [
        {"contact": {"telephone": ""}},
        {"contact": {"email": "", "preferred": "telephone"}, "who": {"name": "P Shea"}},
        {"contact": ELSEWHERE},
    ],
    ids=["the same email", "the same telephone", "the same name and date of birth"],
)
def test_pats_second_enquiry_is_as_urgent_as_her_first(app: Flask, again: dict[str, Any]) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        first, second = pat_asks(safety=SAME_DAY), pat_asks(**again)
        assert (first.urgency, second.urgency) == (Urgency.URGENT, Urgency.URGENT)
        assert entries(first) == []
        assert entries(second) == [(Event.URGENCY_KEPT, "urgent")]
        assert second.due_at == OpeningHours().after(second.received_at, FIRST_CONTACT[Urgency.URGENT])
    assert f"{SAYS}: Urgent" in lena.get(f"/desk/enquiries/{second.reference}").text


def test_somebody_elses_urgency_is_not_pats(app: Flask) -> None:
    with app.app_context():
        pat_asks(safety=SAME_DAY, who={"name": "Sam Heron"}, contact=ELSEWHERE)
        pats = pat_asks()
        assert (pats.urgency, entries(pats)) == (Urgency.ROUTINE, [])


def test_what_is_more_urgent_by_itself_owes_nothing_to_the_first(app: Flask) -> None:
    with app.app_context():
        pat_asks()
        second = pat_asks(safety=SAME_DAY)
        assert (second.urgency, entries(second)) == (Urgency.URGENT, [])


def test_it_holds_across_the_clinics_and_lena_learns_no_more_than_that(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        norwich = pat_asks(Clinic.NORWICH, safety=SAME_DAY)
        london = pat_asks(Clinic.LONDON)
        assert london.urgency is Urgency.URGENT
    page = lena.get(f"/desk/enquiries/{london.reference}").text
    assert SAYS in page
    assert norwich.reference not in page
    assert 'id="others"' not in page


def test_once_mr_rai_has_lowered_the_first_the_next_is_routine(app: Flask) -> None:
    with app.test_request_context():
        rai, first = hire(RAI), pat_asks(safety=SAME_DAY)
        decide.set_urgency(rai, first.reference, first.version, Urgency.ROUTINE, "Seen and examined.")
        assert pat_asks().urgency is Urgency.ROUTINE


def test_what_reception_raised_counts_too(app: Flask) -> None:
    with app.test_request_context():
        lena, first = hire(LENA), pat_asks()
        decide.set_urgency(lena, first.reference, first.version, Urgency.SOON, "She rang.")
        assert pat_asks().urgency is Urgency.SOON


def test_an_enquiry_that_has_ended_counts_too(app: Flask) -> None:
    with app.test_request_context():
        rai, first = hire(RAI), pat_asks(safety=SAME_DAY)
        decide.close(rai, first.reference, first.version, Outcome.ADVICE_SENT, "")
        assert pat_asks().urgency is Urgency.URGENT


def test_the_receipt_tells_pat_the_same_whatever_she_asked_before(app: Flask) -> None:
    with app.app_context():
        pat_asks(safety=SAME_DAY)
        second = pat_asks()
        assert second.promised_at == OpeningHours().after(second.received_at, PROMISE)


def test_the_most_urgent_of_all_earlier_ones_counts() -> None:
    assert kept(Urgency.ROUTINE, []) is Urgency.ROUTINE
    assert kept(Urgency.ROUTINE, [Urgency.SOON, Urgency.URGENT]) is Urgency.URGENT
    assert kept(Urgency.RED_FLAG_DECLARED, [Urgency.URGENT]) is Urgency.RED_FLAG_DECLARED
