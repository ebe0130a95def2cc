"""Pat's receipt, the private link in it, and her way through it."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter
from enquiry.records.timeline import Entry
from tests.people import pat_asks
from tests.visitor import Visitor

PATS_DATE = {"birth_date-day": "31", "birth_date-month": "3", "birth_date-year": "1980"}
ANOTHER_DATE = {**PATS_DATE, "birth_date-year": "1981"}
NOBODYS_LINK = "/enquiry/" + "A" * 43


def pats_link(app: Flask, **pages: dict[str, Any]) -> str:
    """Let Pat ask, and return the path of the link in her newest receipt."""
    with app.test_request_context():
        pat_asks(**pages)
        letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert letter is not None
        found = re.search(r"/enquiry/[\w-]+$", letter.contents.text, re.MULTILINE)
    assert found is not None
    return found[0]


def browser(app: Flask) -> Visitor:
    """Return a browser that has never been here."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    return visitor


def gives(visitor: Visitor, link: str, date: dict[str, str]) -> TestResponse:
    """Follow a link and give a date of birth."""
    return visitor.fill_in(link, date, link)


def opened(app: Flask, link: str) -> Visitor:
    """Return a browser in which the link is open."""
    visitor = browser(app)
    answer = gives(visitor, link, PATS_DATE)
    assert (answer.status_code, answer.location) == (303, link)
    return visitor


def says(visitor: Visitor, link: str, text: str) -> TestResponse:
    """Send a message from the page of an open link."""
    return visitor.fill_in(link, {"text": text}, f"{link}/message")


def withdraws(visitor: Visitor, link: str) -> TestResponse:
    """Ask to withdraw, and confirm it."""
    return visitor.fill_in(f"{link}/withdraw", {})


def the_enquiry(app: Flask) -> Enquiry:
    """Return the one enquiry as the database has it now."""
    with app.app_context():
        return db.session.scalars(select(Enquiry)).one()


def entries(app: Flask, event: str) -> list[Entry]:
    """Return the entries of the timeline that are of one kind."""
    with app.app_context():
        return list(db.session.scalars(select(Entry).where(Entry.event == event).order_by(Entry.id)))


def on_record(app: Flask) -> list[tuple[str, str]]:
    """Return everything in the audit: who and what."""
    with app.app_context():
        return [(one.actor, one.event) for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.ordinal))]
