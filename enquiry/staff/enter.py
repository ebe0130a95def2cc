"""Coming in and going out: a password, then a second factor, each try on record.

Why the password is tried before the transaction: Argon2 takes its time on purpose, and whoever writes keeps all other
writers of SQLite waiting.
"""

from enum import Enum, auto

from enquiry import audit
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.staff import passwords, people, second_factor


class NotLetIn(Exception):
    """Raised when sign-in is refused; it says no more, because the person at the door may be anybody."""


class Door(Enum):
    """What stands between a right password and the desk."""

    OPEN = auto()
    ASKS_FOR_CODE = auto()
    ASKS_FOR_SET_UP = auto()


def with_password(email: str, password: str, second_factor_required: bool) -> tuple[Staff, Door]:
    """Try an address and a password.

    An address that nobody has, a wrong password and a disabled person give the same answer in the same time.

    :return: the person, and what is still asked of them.
    :raises NotLetIn: when they do not go together.
    """
    person = people.find(email)
    is_right = passwords.is_right(password, person)
    if person is None or not is_right or not person.active:
        _refuse(person)
        raise NotLetIn
    if second_factor.find(person) is not None:
        return person, Door.ASKS_FOR_CODE
    if second_factor_required:
        return person, Door.ASKS_FOR_SET_UP
    begin_writing()
    audit.record(person, AuditEvent.SIGNED_IN, person.id)
    db.session.commit()
    return person, Door.OPEN


def with_code(actor: Staff, code: str) -> None:
    """Try a code from the authenticator app of somebody who has given their password, or a recovery code.

    :raises NotLetIn: when the code is wrong or was used before, or there is no second factor any more.
    """
    begin_writing()
    factor = second_factor.take(actor)
    try:
        if factor is None:
            raise second_factor.WrongCode
        second_factor.use(factor, code)
    except second_factor.WrongCode:
        _refuse(actor)
        raise NotLetIn from None
    audit.record(actor, AuditEvent.SIGNED_IN, actor.id)
    db.session.commit()


def once_more(actor: Staff, password: str) -> None:
    """Try the password of somebody who is signed in: it may not be they who sit at their desk.

    :raises NotLetIn: when it is wrong.
    """
    if not passwords.is_right(password, actor):
        _refuse(actor)
        raise NotLetIn


def leave(actor: Staff) -> None:
    """Sign out everywhere: a cookie that was copied, or left at another desk, is worth nothing from now on."""
    begin_writing()
    actor.end_sessions()
    audit.record(actor, AuditEvent.SIGNED_OUT, actor.id)
    db.session.commit()


def _refuse(person: Staff | None) -> None:
    begin_writing()
    audit.record(audit.PUBLIC, AuditEvent.SIGN_IN_REFUSED, person.id if person else None)
    db.session.commit()
