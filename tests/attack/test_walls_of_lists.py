"""No list, count, news, sign of life, saved view or deed on several tells London of Norwich (django-helpdesk #1423)."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import caseload, clock, presence
from enquiry.extensions import db
from enquiry.lists import ListOf, Origin, Place
from enquiry.queue import saved
from enquiry.records.enquiry import Enquiry
from enquiry.records.presence import Doing, Presence
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from tests.people import INES, LENA, MAX, NOOR, RAI, Colleague, at_the_desk, pat_asks
from tests.visitor import Visitor

NORVICIA = "Norvicia Broad"
NOT_THERE = "LN-0000-0000"
ELSEWHERE = ["norwich", "nowhere"]


@pytest.fixture
def lena(app: Flask) -> Visitor:
    return at_the_desk(app, LENA)


@pytest.fixture
def norwich(app: Flask) -> Enquiry:
    """An enquiry of Norwich's."""
    with app.test_request_context():
        return pat_asks(Clinic.NORWICH, who={"name": NORVICIA})


def person(colleague: Colleague) -> Staff:
    return db.session.scalars(select(Staff).where(Staff.email == colleague.email)).one()


def version(app: Flask, enquiry: Enquiry) -> int:
    with app.app_context():
        return db.session.scalars(select(Enquiry.version).where(Enquiry.id == enquiry.id)).one()


def token(visitor: Visitor) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/desk/account").text)
    assert found
    return found[1]


@pytest.mark.parametrize("turn", ["us", "patient", "referrer", "nobody"])
@pytest.mark.parametrize("page", ["", "/next", "/news", "/possible-spam"])
def test_a_list_of_norwich_is_no_more_there_than_one_that_never_was(
    lena: Visitor, norwich: Enquiry, page: str, turn: str
) -> None:
    answers = [
        lena.get(f"/desk/queue/{clinic}{page}?turn={turn}&whose=nobodys&seen={norwich.reference}.1")
        for clinic in ELSEWHERE
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


def test_the_news_of_london_say_nothing_of_an_enquiry_of_norwich(app: Flask, lena: Visitor, norwich: Enquiry) -> None:
    at_the_desk(app, NOOR).get(f"/desk/enquiries/{norwich.reference}")
    told = [
        lena.get(f"/desk/queue/london/news?since=2020-01-01&seen={reference}.1").get_json()
        for reference in (norwich.reference, NOT_THERE)
    ]
    assert told[0] == told[1] == {"changed": 1, "here": {}}, "a row that is not there has gone, whatever it was"


def test_london_neither_hears_who_is_at_an_enquiry_of_norwich_nor_says_that_it_is(
    app: Flask, lena: Visitor, norwich: Enquiry
) -> None:
    at_the_desk(app, NOOR).get(f"/desk/enquiries/{norwich.reference}")
    headers = {"X-CSRFToken": token(lena)}
    for reference in (norwich.reference, NOT_THERE):
        address = f"/desk/enquiries/{reference}/presence"
        assert lena.get(address).status_code == 404
        assert lena.put(address, data={"doing": "writing"}, headers=headers).status_code == 404
    with app.app_context():
        assert not db.session.scalars(select(Presence)).all()


@pytest.mark.parametrize("colleague", [MAX, INES])
def test_whoever_may_not_read_enquiries_hears_of_nobody(app: Flask, norwich: Enquiry, colleague: Colleague) -> None:
    visitor = at_the_desk(app, colleague)
    headers = {"X-CSRFToken": token(visitor)}
    address = f"/desk/enquiries/{norwich.reference}/presence"
    assert visitor.get(address).status_code == 403
    assert visitor.put(address, data={"doing": "writing"}, headers=headers).status_code == 403
    assert visitor.get("/desk/queue/norwich/news").status_code == 403


def test_a_colleague_of_both_clinics_is_seen_only_where_the_asker_may_look(app: Flask, lena: Visitor) -> None:
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        here, there = pat_asks(Clinic.LONDON), pat_asks(Clinic.NORWICH)
        for enquiry in (here, there):
            presence.say(person(RAI), enquiry.reference, Doing.WRITING, clock.now())
    page = lena.get("/desk/queue/london").text
    assert page.count(f"{RAI.name} writing") == 1
    assert rai.get("/desk/queue/norwich").status_code == 200


@pytest.mark.parametrize(
    "deed, answers",
    [
        ("assign", {"to": "me"}),
        ("give-back", {}),
        ("snooze", {"until": "2026-12-24"}),
        ("close", {"outcome": "advice-sent"}),
        ("reply", {}),
        ("call", {}),
    ],
)
def test_a_tick_on_an_enquiry_of_norwich_does_and_tells_nothing(
    app: Flask, lena: Visitor, norwich: Enquiry, deed: str, answers: dict[str, Any]
) -> None:
    before, told = version(app, norwich), []
    for reference in (norwich.reference, NOT_THERE):
        for sure in ({}, {"sure": "yes"}):
            sent = {"csrf_token": token(lena), "deed": deed, "row": f"{reference}.{before}", **answers, **sure}
            answer = lena.post("/desk/queue/london/several", data=sent)
            assert answer.status_code in (200, 303, 422)
            assert NORVICIA not in answer.text
            words = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text).replace(reference, "")
            told.append((answer.status_code, words, answer.headers.get("Location")))
    assert told[:2] == told[2:], "an enquiry of Norwich and none are the same answer"
    assert version(app, norwich) == before


def test_several_of_norwich_are_not_to_be_had_by_its_address(app: Flask, lena: Visitor, norwich: Enquiry) -> None:
    for clinic in ELSEWHERE:
        for shown in (clinic, "london"):
            sent = {"csrf_token": token(lena), "deed": "close", "row": f"{norwich.reference}.1", "list": shown}
            assert lena.post(f"/desk/queue/{clinic}/several", data=sent).status_code == 404


def test_a_case_of_london_leads_into_no_list_of_norwich(app: Flask, lena: Visitor, norwich: Enquiry) -> None:
    with app.test_request_context():
        reference = pat_asks(Clinic.LONDON).reference
    origin = Origin(ListOf(Clinic.NORWICH), Place.of(norwich), 1, 1)
    page = lena.get(origin.carried(f"/desk/enquiries/{reference}")).text
    assert "Norwich" not in page.partition("<main")[2].replace("Transfer to Norwich", "")


def test_a_view_is_its_owners_alone(app: Flask, lena: Visitor) -> None:
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        saved.save(person(RAI), "Mr Rai’s own", ListOf(Clinic.NORWICH))
        [view] = saved.of(person(RAI))
    for view_id in (view.id, UUID(int=1)):
        for address in (f"/desk/queue/views/{view_id}", f"/desk/queue/views/{view_id}/delete"):
            assert lena.post(address, data={"csrf_token": token(lena), "name": "Mine"}).status_code == 404
    assert "own" not in re.sub(r"Only you.*", "", lena.get("/desk/queue/views").text.partition("<main")[2])
    assert "Mr Rai’s own" in rai.get("/desk/queue").text


def test_a_view_of_a_clinic_that_one_has_left_is_not_shown_and_none_can_be_saved(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.test_request_context():
        saved.save(person(RAI), "Of Norwich", ListOf(Clinic.NORWICH))
        person(RAI).clinic_words = ["london"]
        db.session.commit()
    assert "Norwich" not in rai.get("/desk/queue").text.partition("<main")[2]
    sent = {"csrf_token": token(rai), "name": "Theirs", "list": "norwich"}
    assert rai.post("/desk/queue/views", data=sent).status_code == 404


def test_counts_are_of_ones_own_clinics_whatever_is_asked(app: Flask, lena: Visitor, norwich: Enquiry) -> None:
    with app.test_request_context():
        asker, now = person(LENA), clock.now()
        counted = caseload.counts(asker, ListOf(Clinic.NORWICH), now)
        assert not any(counted.turns.values())
        assert set(counted.clinics) == {Clinic.LONDON}
        assert not caseload.queue(asker, ListOf(Clinic.NORWICH), now).enquiries
        assert caseload.next_in(asker, ListOf(Clinic.NORWICH), now) is None
        assert caseload.standing(asker, ListOf(Clinic.NORWICH), now, Place.of(norwich)) == (1, 0)
        assert not caseload.these(asker, [norwich.reference])
