"""Who works at a clinic: those to whom something can be handed there, and whose time can be booked."""

from collections.abc import Sequence

from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Action, Role


def clinicians() -> Sequence[Staff]:
    """Return everybody who is a clinician and may sign in, by name."""
    return [one for one in _active() if Role.CLINICIAN in one.roles]


def clinicians_of(clinic: Clinic) -> Sequence[Staff]:
    """Return those of them who work at a clinic."""
    return [one for one in clinicians() if clinic in one.clinics]


def who_can_have_one_of(clinic: Clinic) -> Sequence[Staff]:
    """Return who can be given an enquiry of a clinic, by name."""
    return [one for one in _active() if can_have_one_of(clinic, one)]


def can_have_one_of(clinic: Clinic, person: Staff) -> bool:
    """Return whether somebody can be given an enquiry of a clinic."""
    return person.may(Action.CLAIM) and clinic in person.clinics


def _active() -> Sequence[Staff]:
    return db.session.scalars(select(Staff).where(Staff.active).order_by(Staff.name, Staff.id)).all()
