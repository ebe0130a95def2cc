"""The same surgery on what is not an enquiry at the desk: drafts, private links and complaints."""

import random
from collections.abc import Callable, Collection

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from enquiry.extensions import db
from enquiry.records.complaint import Complaint
from enquiry.records.draft import Draft
from enquiry.records.enquiry import Enquiry
from enquiry.records.referral import SealedReferral
from enquiry.records.told import Contact
from enquiry.records.types import SealedRow, WrappedKey
from enquiry.rules.contact import Route
from tests.attack.test_surgery import REFUSED, WORDS, Cell, Scene, sealed_columns, surgeons_for
from tests.complaints.test_complaint import complained
from tests.following.receipt import PATS_DATE, browser, gives, opened, pats_link
from tests.intake.test_enquiry import CONTACT, START, WHO, answer
from tests.people import LENA, MAX, at_the_desk
from tests.referring import dr_grey_refers
from tests.visitor import Visitor

TWO = ("Ada Ashdown", "Ben Birch")
OUTCOME = "We have said sorry to both of them."

Look = Callable[[str], TestResponse]  # how a page of one of the two is asked for


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, for forms that are sent without a page before them: those pages do not open here."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return app


def every_surgery_is_refused(app: Flask, kind: type[SealedRow], look: Look, columns: Collection[str] = ()) -> None:
    """Do everything to Ada's row of a kind and to its key, and look at the page that opens it.

    :param columns: those that the page opens, where it does not open all.
    """
    dice = random.Random(20261122)  # noqa: S311 - chance, not secrecy
    with app.app_context():
        in_order = kind.expires_at if kind is Draft else kind.id  # the id of a draft is a nonce
        rows = db.session.execute(select(kind.id, kind.key_id).order_by(in_order)).all()
    assert len(rows) == len(TWO)
    cells = []
    for owner, row in zip(TWO, rows, strict=True):
        cells += [Cell(owner, kind.__table__, column, row.id, ()) for column in sealed_columns(kind)]
        cells.append(Cell(owner, WrappedKey.__table__, "wrapped", row.key_id, ()))
    scene = Scene(Visitor(app), {}, {}, cells)
    opened_there = {*columns, "wrapped"} if columns else {cell.column for cell in cells}
    for cell in [cell for cell in cells if cell.owner == TWO[0] and cell.column in opened_there]:
        for surgeon in surgeons_for(cell):
            with app.app_context():
                before = cell.read()
                cell.write(surgeon(scene, cell, dice))
            harmed = look(TWO[0])
            with app.app_context():
                cell.write(before)
            assert (harmed.status_code, WORDS in harmed.text) == (REFUSED, True), (surgeon.__name__, cell.column)
            assert not [word for word in (*TWO, OUTCOME) if word in harmed.text]
    assert look(TWO[0]).status_code != REFUSED


def test_a_draft_opens_nowhere_after_any_surgery(app: Flask) -> None:
    pages: dict[str, tuple[Visitor, str]] = {}
    for name in TWO:
        visitor = browser(app)
        safety = visitor.fill_in(START, {"red_flags": ["none"], "cancer": "no"}).location
        pages[name] = (visitor, answer(visitor, safety, {**WHO, "name": name}, CONTACT))

    every_surgery_is_refused(app, Draft, lambda name: pages[name][0].get(pages[name][1]))


def test_a_private_link_opens_nothing_after_any_surgery(app: Flask) -> None:
    links = {name: pats_link(app, who={"name": name}) for name in TWO}

    def date_given(name: str) -> TestResponse:
        return gives(browser(app), links[name], PATS_DATE)

    every_surgery_is_refused(app, Enquiry, date_given, ["patient_sealed", "key_id"])


def test_an_open_link_shows_nothing_of_what_has_lost_its_key_and_adds_nothing_to_it(app: Flask) -> None:
    links = {name: pats_link(app, who={"name": name}) for name in TWO}
    pats = opened(app, links[TWO[0]])

    for look in (
        lambda name: pats.get(links[name]),
        lambda name: pats.post(f"{links[name]}/message", data={"text": "One thing more to say."}),
    ):
        every_surgery_is_refused(app, Enquiry, look, ["key_id"])


def test_a_complaint_opens_nowhere_after_any_surgery(app: Flask) -> None:
    entries = {name: complained(app, name=name) for name in TWO}
    maxs = at_the_desk(app, MAX)
    for entry in entries.values():
        assert maxs.fill_in(entry, {"outcome": OUTCOME}).status_code == 303

    every_surgery_is_refused(app, Complaint, lambda name: maxs.get(entries[name]))
    assert maxs.get("/desk/complaints").status_code == 200


def test_a_referral_opens_nowhere_after_any_surgery(app: Flask) -> None:
    lena = at_the_desk(app, LENA)
    with app.test_request_context():
        by_post = Contact(Route.POST)
        cases = {
            name: f"/desk/enquiries/{dr_grey_refers(name=name, nhs_number='', contact=by_post).reference}"
            for name in TWO
        }

    every_surgery_is_refused(app, SealedReferral, lambda name: lena.get(cases[name]))
    assert lena.get("/desk/queue/london").status_code == 200
