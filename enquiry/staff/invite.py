"""How a colleague joins: invited by a link that works once, for one person, for a day."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from enquiry import audit, clock
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.staff import Invitation, Staff
from enquiry.records.types import new_id
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import read_email
from enquiry.rules.permissions import Role
from enquiry.staff import passwords, people

VALID = timedelta(hours=24)
_TOKEN_BYTES = 32


class NotInvited(Exception):
    """Base of refusals around invitations.

    NotInvited
    ├── AlreadyHere       the address belongs to a colleague who works here
    └── NoSuchInvitation  the link was used, has expired, was replaced, or never was
    """


class AlreadyHere(NotInvited):
    """Raised when somebody is to join whose address belongs to an active colleague."""


class NoSuchInvitation(NotInvited):
    """Raised when a link opens nothing."""


def invite(actor: Staff | str, email: str, name: str, roles: Iterable[Role], clinics: Iterable[Clinic]) -> str:
    """Invite a new colleague, or one who was disabled; an earlier link of theirs stops working.

    :param actor: who invites: a person, or ``audit.SYSTEM`` for an operator at the command line.
    :return: the token of the link. Only its hash is kept, so it is never shown again.
    :raises AlreadyHere: when the address belongs to an active colleague.
    :raises NotAnEmailAddress: when it is none.
    """
    begin_writing()
    known = people.find(email)
    before = people.lines_of(known) if known else []
    person = _newcomer(email, name, roles, clinics)
    person.active, person.password = False, None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    db.session.execute(delete(Invitation).where(Invitation.staff_id == person.id))
    db.session.add(Invitation(token_hash=_hash(token), staff=person, expires_at=clock.now() + VALID))
    audit.record(actor, AuditEvent.STAFF_INVITED, person.id)
    audit.record_change(actor, AuditEvent.ROLES_SET, person.name, before, people.lines_of(person))
    db.session.commit()
    return token


def invited(token: str) -> Staff:
    """Return whom a link invites.

    :raises NoSuchInvitation: when it opens nothing.
    """
    return _open_invitation(token).staff


def accept(token: str, password: str) -> Staff:
    """Join with a password of one's own; the link has done its work.

    :raises NoSuchInvitation: when the link opens nothing.
    :raises PasswordRefused: when the password would be guessed.
    """
    person = invited(token)
    passwords.check(password, person.name, person.email)
    hashed = passwords.hashed(password)
    begin_writing()
    invitation = _open_invitation(token)
    person = invitation.staff
    person.active, person.password = True, hashed
    db.session.delete(invitation)
    audit.record(person, AuditEvent.STAFF_JOINED, person.id)
    db.session.commit()
    return person


def join(
    actor: Staff | str, email: str, name: str, roles: Iterable[Role], clinics: Iterable[Clinic], password: str
) -> Staff:
    """Take in a colleague at once, with a password that somebody else knows: for demonstrations and tests.

    :raises AlreadyHere, NotAnEmailAddress: as for ``invite``.
    :raises PasswordRefused: when the password would be guessed.
    """
    passwords.check(password, name, email)
    hashed = passwords.hashed(password)
    begin_writing()
    person = _newcomer(email, name, roles, clinics)
    person.active, person.password = True, hashed
    audit.record(actor, AuditEvent.STAFF_JOINED, person.id)
    db.session.commit()
    return person


def _newcomer(email: str, name: str, roles: Iterable[Role], clinics: Iterable[Clinic]) -> Staff:
    """Return the row of somebody who does not work here yet, or not any more."""
    person = people.find(email)
    if person is None:
        person = Staff(id=new_id(), email=read_email(email).lower(), created_at=clock.now())
        db.session.add(person)
    elif person.active:
        db.session.rollback()
        raise AlreadyHere(email)
    person.name = name
    person.role_words = [role.value for role in roles]
    person.clinic_words = [clinic.value for clinic in clinics]
    return person


def _open_invitation(token: str) -> Invitation:
    chosen = select(Invitation).where(Invitation.token_hash == _hash(token), Invitation.expires_at > clock.now())
    invitation = db.session.scalars(chosen.with_for_update(of=Invitation)).one_or_none()
    if invitation is None:
        db.session.rollback()
        raise NoSuchInvitation
    return invitation


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
