"""How the cast comes in: with a password, with a phone, and what is on record of it afterwards."""

import re
from dataclasses import dataclass

from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from enquiry import clock
from enquiry.extensions import db
from enquiry.records.ledger import AuditEntry
from enquiry.records.staff import Staff
from tests.people import PASSWORD, Colleague, hire
from tests.visitor import Visitor

SIGN_IN = "/desk/sign-in"
SECOND_FACTOR = "/desk/second-factor"
SET_UP = "/desk/second-factor/set-up"
ACCOUNT = "/desk/account"


@dataclass(frozen=True)
class Phone:
    """A phone with an authenticator app, which has read a secret."""

    secret: str

    @property
    def code(self) -> str:
        """What the app shows now."""
        return str(TOTP(self.secret).generate(time=clock.now()).token)


def hired(app: Flask, *colleagues: Colleague) -> None:
    """Give people accounts."""
    with app.app_context():
        for colleague in colleagues:
            hire(colleague)


def browser(app: Flask) -> Visitor:
    """Return a new browser."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    return visitor


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD, page: str = SIGN_IN) -> TestResponse:
    """Fill in the sign-in page."""
    return visitor.fill_in(page, {"email": email, "password": password})


def signed_in(app: Flask, colleague: Colleague) -> Visitor:
    """Return the browser of somebody who has an account, once they have signed in."""
    visitor = browser(app)
    sign_in(visitor, colleague.email)
    assert is_inside(visitor)
    return visitor


def is_inside(visitor: Visitor) -> bool:
    """Return whether the desk is open to this browser."""
    return visitor.get(ACCOUNT).status_code == 200


def phone_that_scanned(visitor: Visitor) -> Phone:
    """Read the secret that the set-up page shows."""
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', visitor.get(SET_UP).text)
    assert found
    return Phone(found[1].replace(" ", ""))


def set_up(visitor: Visitor) -> tuple[Phone, list[str]]:
    """Set up a second factor; return the phone and the recovery codes."""
    phone = phone_that_scanned(visitor)
    done = visitor.fill_in(SET_UP, {"code": phone.code})
    assert done.status_code == 200
    return phone, re.findall(r"<li><code>([\d ]+)</code></li>", done.text)


def on_record(app: Flask) -> list[tuple[str, str, str]]:
    """Return the audit: who, what, and about whom, people by their addresses."""
    with app.app_context():
        names = {str(staff.id): staff.email for staff in db.session.scalars(select(Staff))}
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.ordinal))
        return [
            (names.get(entry.actor, entry.actor), entry.event, names.get(str(entry.subject), "nobody"))
            for entry in entries
        ]
