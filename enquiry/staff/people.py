"""The clinic's people as managers and operators see them: who there is, what they may do, and how to stop that at once.

Why everybody is locked before a manager is taken away: two managers who shut each other out at the same moment would
each see the other still there, and leave nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from enquiry import audit
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.staff import Invitation, SecondFactor, Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Role
from enquiry.staff import second_factor


class NobodyHere(Exception):
    """Raised when there is no such colleague."""


class LastManager(Exception):
    """Raised when a manager would leave the practice without one who can come in; an operator still may."""


class StandsOtherwise(Exception):
    """Raised when somebody's roles, clinics or state are not as the page showed them."""


@dataclass(frozen=True)
class Colleague:
    """One line of the list of people."""

    person: Staff
    has_second_factor: bool
    is_invited: bool

    @property
    def state(self) -> str:
        """Whether they can come in, in a word."""
        return "invited" if self.is_invited else "active" if self.person.active else "disabled"


def find(email: str) -> Staff | None:
    """Return whose address this is, if it is anybody's; capitals do not matter."""
    return db.session.scalars(select(Staff).where(Staff.email == email.strip().lower())).one_or_none()


def everybody() -> list[Colleague]:
    """Return all people, by address."""
    with_second_factor = set(db.session.scalars(select(SecondFactor.staff_id)))
    invited = set(db.session.scalars(select(Invitation.staff_id)))
    staff: Sequence[Staff] = db.session.scalars(select(Staff).order_by(Staff.email)).all()
    return [Colleague(person, person.id in with_second_factor, person.id in invited) for person in staff]


def colleague(person_id: UUID) -> Colleague:
    """Return one line of the list.

    :raises NobodyHere: when there is nobody with this id.
    """
    found = [one for one in everybody() if one.person.id == person_id]
    if not found:
        raise NobodyHere
    return found[0]


def standing(person: Staff) -> str:
    """Return how somebody stands, in one word for a form: a change is made only to what its manager saw."""
    return "|".join([*sorted(person.role_words), *sorted(person.clinic_words), "active" if person.active else ""])


def set_roles(actor: Staff, email: str, seen: str, roles: Iterable[Role], clinics: Iterable[Clinic]) -> Staff:
    """Change what somebody is and where. Whoever changes their own is on record for that by a word of its own.

    :param seen: how they stood when the page was loaded (``standing``).
    :raises NobodyHere: when the address is nobody's.
    :raises StandsOtherwise: when somebody was quicker.
    :raises LastManager: when it takes the last manager away.
    """
    begin_writing()
    _lock_everybody()
    person = _somebody(email)
    if standing(person) != seen:
        db.session.rollback()
        raise StandsOtherwise
    before = lines_of(person)
    kept = frozenset(roles)
    if Role.MANAGER not in kept:
        _refuse_if_last_manager(actor, person)
    person.role_words = [role.value for role in Role if role in kept]
    person.clinic_words = [clinic.value for clinic in clinics]
    event = AuditEvent.OWN_ROLES_SET if person.id == actor.id else AuditEvent.ROLES_SET
    audit.record_change(actor, event, person.name, before, lines_of(person))
    db.session.commit()
    return person


def lines_of(person: Staff) -> list[str]:
    """Return what somebody is and where, line by line, for the record of what was changed."""
    return [*(word.capitalize() for word in person.role_words), *(clinic.label for clinic in person.clinics)]


def disable(actor: Staff | str, email: str) -> Staff:
    """Shut somebody out: the next request of any session of theirs is refused, and so is an invitation.

    :raises NobodyHere: when the address is nobody's.
    :raises LastManager: when a manager would shut out the last one.
    """
    begin_writing()
    _lock_everybody()
    person = _somebody(email)
    _refuse_if_last_manager(actor, person)
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


def _lock_everybody() -> None:
    wanted = select(Staff).order_by(Staff.id).with_for_update(key_share=True)
    db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def _refuse_if_last_manager(actor: Staff | str, person: Staff) -> None:
    """Refuse to take away the only manager who can come in; call it with everybody locked."""
    others = db.session.scalars(select(Staff).where(Staff.active, Staff.id != person.id))
    is_manager = person.active and Role.MANAGER in person.roles
    if isinstance(actor, Staff) and is_manager and not any(Role.MANAGER in other.roles for other in others):
        db.session.rollback()
        raise LastManager


def _somebody(email: str) -> Staff:
    person = find(email)
    if person is None:
        db.session.rollback()
        raise NobodyHere(email)
    return person
