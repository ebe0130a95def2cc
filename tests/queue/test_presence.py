"""Lena and Mr Rai see of each other who is at which enquiry, and a page that is left open keeps nobody signed in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from enquiry import clock, presence
from enquiry.extensions import db
from enquiry.records.presence import Presence
from tests.counting import counting_queries
from tests.people import LENA, RAI, Colleague, at_the_desk, pat_asks
from tests.visitor import Visitor

TimePasses = Callable[[timedelta], None]

LENA_LOOKS, LENA_WRITES = f"{LENA.name} is looking", f"{LENA.name} is writing a reply"


class Desk:
    """Two colleagues at one enquiry."""

    def __init__(self, app: Flask) -> None:
        self.lena, self.rai = at_the_desk(app, LENA), at_the_desk(app, RAI)
        with app.app_context():
            self.reference = pat_asks().reference
        self.case = f"/desk/enquiries/{self.reference}"

    def says(self, visitor: Visitor, doing: str) -> int:
        """Let a colleague's page speak as its script does."""
        token = visitor.get("/desk/queue").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        return visitor.put(f"{self.case}/presence", data={"doing": doing}, headers={"X-CSRFToken": token}).status_code

    def hears(self) -> str:
        """Return what Mr Rai's page is told."""
        answer = self.rai.get(f"{self.case}/presence").get_json()
        return str(answer["here"])


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_without_scripts_whoever_opens_a_case_looks_for_a_few_minutes(desk: Desk, time_passes: TimePasses) -> None:
    desk.lena.get(desk.case)
    assert desk.hears() == LENA_LOOKS
    assert LENA_LOOKS in desk.rai.get(desk.case).text
    assert f"{LENA.name} looking" in desk.rai.get("/desk/queue/london").text
    time_passes(presence.OPENED)
    assert desk.hears() == ""
    assert LENA_LOOKS not in desk.rai.get(desk.case).text


def test_lena_writes_a_reply_and_mr_rai_sees_it_until_her_page_falls_silent(
    desk: Desk, time_passes: TimePasses
) -> None:
    assert desk.says(desk.lena, "looking") == 204
    assert desk.hears() == LENA_LOOKS
    assert desk.says(desk.lena, "writing") == 204
    assert desk.hears() == LENA_WRITES
    assert desk.says(desk.lena, "looking") == 204, "a second page of hers, on which she only looks"
    assert desk.hears() == LENA_WRITES
    assert LENA_WRITES in desk.rai.get(f"{desk.case}/reply").text
    time_passes(presence.ALIVE)
    assert desk.hears() == ""


def test_whoever_leaves_is_gone_at_once_and_is_back_when_they_come_back(desk: Desk, time_passes: TimePasses) -> None:
    desk.lena.get(desk.case)
    desk.says(desk.lena, "writing")
    time_passes(timedelta(seconds=1))
    desk.says(desk.lena, "left")
    assert desk.hears() == ""
    time_passes(timedelta(seconds=1))
    desk.lena.get(desk.case)
    assert desk.hears() == LENA_LOOKS


def test_nobody_is_told_of_themselves(desk: Desk) -> None:
    desk.rai.get(desk.case)
    desk.says(desk.rai, "writing")
    assert desk.hears() == ""
    assert f"{RAI.name} is" not in desk.rai.get(desk.case).text


def test_presence_is_no_lock(desk: Desk) -> None:
    desk.says(desk.lena, "writing")
    answer = desk.rai.fill_in(desk.case, {"text": "I look after this."}, f"{desk.case}/note")
    assert answer.status_code == 303


def test_what_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    first = desk.rai.get(f"{desk.case}/presence")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert desk.rai.get(f"{desk.case}/presence", headers=tag).status_code == 304
    desk.says(desk.lena, "writing")
    changed = desk.rai.get(f"{desk.case}/presence", headers=tag)
    assert changed.status_code == 200
    assert changed.headers["Cache-Control"] == "no-store"


def test_a_sign_of_life_needs_its_token_and_a_known_word(app: Flask, desk: Desk) -> None:
    assert desk.says(desk.lena, "sleeping") == 400
    assert desk.lena.put(f"{desk.case}/presence", data={"doing": "looking"}).status_code == 400
    assert desk.hears() == ""


def test_signs_of_life_are_forgotten(app: Flask, desk: Desk, time_passes: TimePasses) -> None:
    desk.says(desk.lena, "writing")
    desk.says(desk.lena, "writing")
    with app.app_context():
        presence.sweep(clock.now())
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 1
        time_passes(presence.OPENED)
        presence.sweep(clock.now())
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 0


def test_a_page_that_goes_on_asking_keeps_nobody_signed_in(desk: Desk, time_passes: TimePasses) -> None:
    for _ in range(4):
        time_passes(timedelta(minutes=9))
        answer = desk.rai.get(f"{desk.case}/presence")
    assert answer.status_code == 302, "half an hour without a person ends the session, whatever the page asks"


def test_a_person_at_the_desk_stays_signed_in(desk: Desk, time_passes: TimePasses) -> None:
    for _ in range(4):
        time_passes(timedelta(minutes=9))
        assert desk.rai.get(desk.case).status_code == 200


@pytest.mark.parametrize("colleague", [LENA, RAI])
def test_to_ask_who_is_here_costs_three_questions(app: Flask, colleague: Colleague) -> None:
    visitor = at_the_desk(app, colleague)
    with app.app_context():
        reference = pat_asks().reference
    with counting_queries(app) as questions:
        visitor.get(f"/desk/enquiries/{reference}/presence")
    assert len(questions) == 3
