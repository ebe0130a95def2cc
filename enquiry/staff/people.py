"""The clinic's people as an operator sees them: who there is, and what can be taken away from them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from enquiry import audit
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.staff import Invitation, SecondFactor, Staff
from enquiry.staff import second_factor


class NobodyHere(Exception):
    """Raised when no colleague has this address."""


@dataclass(frozen=True)
class Colleague:
    """One line of the list of people."""

    person: Staff
    has_second_factor: bool
    is_invited: bool


def find(email: str) -> Staff | None:
    """Return whose address this is, if it is anybody's; capitals do not matter."""
    return db.session.scalars(select(Staff).where(Staff.email == email.strip().lower())).one_or_none()


def everybody() -> list[Colleague]:
    """Return all people, by address."""
    with_second_factor = set(db.session.scalars(select(SecondFactor.staff_id)))
    invited = set(db.session.scalars(select(Invitation.staff_id)))
    staff: Sequence[Staff] = db.session.scalars(select(Staff).order_by(Staff.email)).all()
    return [Colleague(person, person.id in with_second_factor, person.id in invited) for person in staff]


def disable(actor: Staff | str, email: str) -> Staff:
    """Shut somebody out: the next request of any session of theirs is refused, and so is an invitation.

    :raises NobodyHere: when the address is nobody's.
    """
    begin_writing()
    person = _somebody(email)
    person.active = False
    person.end_sessions()
    db.session.execute(delete(Invitation).where(Invitation.staff_id == person.id))
    audit.record(actor, AuditEvent.STAFF_DISABLED, person.id)
    db.session.commit()
    return person


def reset_second_factor(actor: Staff | str, email: str) -> Staff:
    """Forget somebody's authenticator app and recovery codes: they set up another at the next sign-in.

    :raises NobodyHere: when the address is nobody's.
    """
    begin_writing()
    person = _somebody(email)
    factor = second_factor.take(person)
    if factor is not None:
        db.session.delete(factor)
        db.session.delete(factor.key)
    person.end_sessions()
    audit.record(actor, AuditEvent.SECOND_FACTOR_RESET, person.id)
    db.session.commit()
    return person


def _somebody(email: str) -> Staff:
    person = find(email)
    if person is None:
        db.session.rollback()
        raise NobodyHere(email)
    return person
