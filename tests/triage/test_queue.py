"""Lena looks at her queue: who waits, since when, and what to take first."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import escape

from enquiry import caseload, clock
from enquiry.caseload import lists
from enquiry.extensions import db
from enquiry.queue import views
from enquiry.rules.clinics import Clinic
from enquiry.rules.red_flags import RED_FLAGS
from tests.counting import counting_queries
from tests.people import LENA, MAX, NOOR, PAT, RAI, at_the_desk, pat_asks

NO_ID = "0" * 32
SAME_DAY = next(flag.code for flag in RED_FLAGS if not flag.action.is_emergency)


def references(page: str) -> list[str]:
    """Return the references that a page links to, in order."""
    return re.findall(r'href="/desk/enquiries/([^"?#]+)[^"]*"', page)


def counted(page: str) -> dict[str, str]:
    """Return what the ways between the lists say of how many wait in each."""
    return dict(re.findall(r'<a href="/desk/queue[^>]*>([\w ]+?) <span class="count">([^<]+)</span>', page))


def test_lena_sees_who_asks_about_what_and_takes_it_in_one_press(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
    page = lena.get("/desk/queue").text
    for words in (str(escape(PAT)), reference, "Not sure", "Question", "Routine", "New", "1 minute"):
        assert words in page
    assert counted(page)["For us"] == "1"
    claimed = lena.fill_in("/desk/queue", {"version": "1"})
    assert claimed.status_code == 303
    assert claimed.location.partition("?")[0] == f"/desk/enquiries/{reference}"
    assert "It is yours now" in lena.get(claimed.location).text
    assert re.search(r"<td class=\"queue__with\">\s+You", lena.get("/desk/queue").text)


def test_the_desk_leads_to_the_first_of_ones_own_queues(app: Flask) -> None:
    noor = at_the_desk(app, NOOR)
    assert noor.get("/desk").location == "/desk/queue"
    assert "<h1>Norwich queue</h1>" in noor.get("/desk/queue").text


def test_mr_rai_changes_between_his_two_clinics(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.app_context():
        london, norwich = pat_asks(Clinic.LONDON).reference, pat_asks(Clinic.NORWICH).reference
    assert references(rai.get("/desk/queue/london").text) == [london]
    assert references(rai.get("/desk/queue/norwich").text) == [norwich]


@pytest.mark.parametrize("clinic", ["norwich", "paris", "LONDON"])
def test_another_clinics_queue_is_no_more_there_than_one_that_never_was(app: Flask, clinic: str) -> None:
    lena = at_the_desk(app, LENA)
    answer = lena.get(f"/desk/queue/{clinic}")
    assert answer.status_code == 404
    assert answer.data == lena.get("/desk/queue/nowhere").data


def test_lena_never_sees_that_norwich_has_anybody_waiting(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        pat_asks(Clinic.NORWICH)
    page = lena.get("/desk/queue").text
    assert "Norwich" not in page.partition("<main")[2]
    assert "Nobody is waiting" in page
    assert counted(page)["For us"] == "0"


def test_max_manages_people_and_has_no_queue(app: Flask) -> None:
    assert at_the_desk(app, MAX).get("/desk/queue").status_code == 403


def test_who_must_be_seen_to_first_stands_first_and_says_why(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        routine = pat_asks().reference
        urgent = pat_asks(safety={"red_flags": [SAME_DAY]}).reference
        late = pat_asks()
        late.due_at = clock.now() - timedelta(days=2)
        db.session.commit()
    page = lena.get("/desk/queue").text
    assert references(page) == [urgent, late.reference, routine]
    assert "Overdue since" in page
    assert re.search(r"<strong[^>]*>Urgent</strong>", page)


def test_a_long_queue_is_turned_page_by_page_and_nobody_is_missed_or_seen_twice(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        everybody = {pat_asks().reference for _ in range(caseload.PAGE + 3)}
    first = lena.get("/desk/queue").text
    following = re.search(r'href="(/desk/queue/london\?after=[^"]+)"', first)
    assert following
    second = lena.get(following[1].replace("&amp;", "&")).text
    assert len(references(first)) == caseload.PAGE
    assert {*references(first), *references(second)} == everybody
    assert len(references(second)) == 3
    assert "First page" in second
    assert "Next page" not in second


@pytest.mark.parametrize(
    "after",
    ["", "x", "_", "2026-11-20T09:00:00+00:00", "1_not-a-number_x", f"1_{10**30}_{NO_ID}", f"7_1_{NO_ID}", "1_1_x"],
)
def test_an_address_that_was_meddled_with_begins_at_the_beginning(app: Flask, after: str) -> None:
    lena = at_the_desk(app, LENA)
    with app.app_context():
        reference = pat_asks().reference
    assert references(lena.get("/desk/queue/london", query_string={"after": after}).text) == [reference]


def test_a_very_long_queue_is_not_counted_to_its_end(
    app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(lists, "COUNT_TO", 3)
    monkeypatch.setattr(views, "COUNT_TO", 3)
    lists._counting.cache_clear()
    request.addfinalizer(lists._counting.cache_clear)
    lena = at_the_desk(app, LENA)
    with app.app_context():
        for _ in range(4):
            pat_asks()
    assert counted(lena.get("/desk/queue").text)["For us"] == "over 2"


def test_a_page_of_the_queue_costs_five_questions_however_full_it_is(app: Flask) -> None:
    rai = at_the_desk(app, RAI)
    with app.app_context():
        for _ in range(caseload.PAGE):
            pat_asks()
    with counting_queries(app) as questions:
        assert len(references(rai.get("/desk/queue").text)) == caseload.PAGE
    assert len(questions) <= 5
