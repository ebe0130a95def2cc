"""What tests of decisions share: a new enquiry, a form of the case filled in, and the enquiry as it is now."""

from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.rules.red_flags import RED_FLAGS
from tests.people import pat_asks
from tests.visitor import Visitor

SAME_DAY = next(flag.code for flag in RED_FLAGS if not flag.action.is_emergency)
FLAGGED: dict[str, Any] = {"safety": {"red_flags": [SAME_DAY]}}


def asked(app: Flask, **pages: Any) -> str:
    """Return the address of a new enquiry of Pat's to London."""
    with app.test_request_context():
        return f"/desk/enquiries/{pat_asks(**pages).reference}"


def decided(visitor: Visitor, case: str, deed: str, **answers: str) -> TestResponse:
    """Fill in one of the case page's forms, and return the answer."""
    return visitor.fill_in(case, answers, f"{case}/{deed}")


def the(app: Flask, case: str) -> Enquiry:
    """Return the enquiry of a case as the database has it now."""
    with app.app_context():
        return db.session.scalars(select(Enquiry).where(Enquiry.reference == case[-12:])).one()


def on_record(app: Flask, case: str) -> list[str]:
    """Return what the audit says of the enquiry of a case, but for looks."""
    with app.app_context():
        own_id = select(Enquiry.id).where(Enquiry.reference == case[-12:]).scalar_subquery()
        events = select(AuditEntry.event).where(AuditEntry.subject == own_id).order_by(AuditEntry.ordinal)
        return [event for event in db.session.scalars(events) if event != "enquiry opened"]
