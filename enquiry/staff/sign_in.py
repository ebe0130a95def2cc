"""Signing in: Flask-Security bound to the clinic's people, and the life of a session at the desk.

Why its engine without its pages: Flask-Security keeps the passwords (Argon2id) and the cookies (each names its person
by a word that can be changed, which ends them all). Its pages would commit apart from the audit, answer machines with
tokens, add a rescue by email, and show the authenticator's code as an image that our Content-Security-Policy refuses.
Ours are four, and each calls one verb.

Why a session ends: a screen is left alone, and a cookie can be copied. Half an hour without a request (NIST
SP 800-63B, revision 3, 4.2.3) is longer than most calls during which notes are typed; ten hours is a long day.
"""

import secrets
from datetime import timedelta
from typing import NamedTuple

from flask import Flask, g, request, session
from flask_login import login_user
from flask_security import SQLAlchemyUserDatastore
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from config import Config, Profile
from enquiry import clock
from enquiry.extensions import db, security
from enquiry.records.staff import Staff
from enquiry.web.polled import is_polled

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=10)
AT_THE_DOOR = timedelta(minutes=10)  # between a password and its second factor
PROVED = timedelta(minutes=5)  # for so long after a password it is not asked for again
_OFTEN_ENOUGH = timedelta(minutes=1)  # a cookie is written again no sooner

_SETTINGS = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],  # salted by Argon2 itself; no second salt to lose
    # OWASP's choice of little memory (19 MiB): many who sign in at once cannot bring the server down.
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_CLI_USERS_NAME": None,  # accounts change by our own commands, which put it on record
    "SECURITY_CLI_ROLES_NAME": None,
}


class Waiting(NamedTuple):
    """Somebody who has given a password and not yet a second factor, and a word for this one wait of theirs."""

    person: Staff
    nonce: str


def init_app(app: Flask, config: Config) -> None:
    """Bind Flask-Security, and leave one way in: a session that somebody began here."""
    app.config.from_mapping(_SETTINGS, SECOND_FACTOR_REQUIRED=config.profile is Profile.PRODUCTION)
    people = SQLAlchemyUserDatastore(db, Staff, None)  # type: ignore[arg-type]  # our roles are words, not rows
    security.init_app(app, people, register_blueprint=False)
    security.login_manager.user_loader(_whose_session)
    security.login_manager.request_loader(None)  # no tokens
    # Who may do what is asked by the guard; Flask-Principal would load the person again on every public page.
    security.principal.identity_loaders.clear()
    # Nobody is remembered beyond a session; asking whether to would open the session on every public page.
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)


def come_in(person: Staff) -> None:
    """Begin a session at the desk. Nothing of what the browser carried before lives on in it."""
    _start_afresh()
    session["began"] = session["seen"] = session["proved"] = _seconds()
    login_user(person)


def prove() -> None:
    """Remember for a few minutes that whoever sits there gave the password."""
    session["proved"] = _seconds()


def is_proved() -> bool:
    """Return whether whoever sits there gave the password a moment ago."""
    return _is_younger("proved", PROVED)


def wait_at_the_door(person: Staff) -> None:
    """Remember, for a few minutes, who has given a password and not yet a second factor."""
    _start_afresh()
    session["at_the_door"], session["nonce"] = person.fs_uniquifier, secrets.token_hex(16)
    session["began"] = _seconds()


def at_the_door() -> Waiting | None:
    """Return who has given a password and still owes the second factor, if anybody has."""
    uniquifier = session.get("at_the_door")
    person = _person(uniquifier) if uniquifier and _is_younger("began", AT_THE_DOOR) else None
    return Waiting(person, session["nonce"]) if person else None


def go_out() -> None:
    """Forget everything that this browser carries."""
    _start_afresh()


def _whose_session(uniquifier: str) -> Staff | None:
    """Return the person whose session this is, at the cost of one query; on a public page nobody has one."""
    if not request.path.startswith("/desk"):
        return None
    if not (_is_younger("began", AT_MOST) and _is_younger("seen", IDLE)):
        return None
    if not _is_younger("seen", _OFTEN_ENOUGH) and not is_polled():
        session["seen"] = _seconds()
    return _person(uniquifier)


def _person(uniquifier: str) -> Staff | None:
    """Return who a session names, with their saved views, which a page of the queue shows at no further question."""
    wanted = select(Staff).where(Staff.fs_uniquifier == uniquifier, Staff.active)
    return db.session.scalars(wanted.options(joinedload(Staff.saved_views))).one_or_none()


def _is_younger(mark: str, age: timedelta) -> bool:
    return 0 <= _seconds() - session.get(mark, 0) < age.total_seconds()


def _seconds() -> int:
    return int(clock.now().timestamp())


def _start_afresh() -> None:
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps one for the request; the next form needs one of the new session
