"""Who works at a clinic: those to whom something can be handed there."""

from collections.abc import Sequence

from sqlalchemy import select

from enquiry.extensions import db
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Role


def clinicians() -> Sequence[Staff]:
    """Return everybody who is a clinician and may sign in, by name."""
    everybody = db.session.scalars(select(Staff).where(Staff.active).order_by(Staff.name, Staff.id))
    return [one for one in everybody if Role.CLINICIAN in one.roles]


def clinicians_of(clinic: Clinic) -> Sequence[Staff]:
    """Return those of them who work at a clinic."""
    return [one for one in clinicians() if clinic in one.clinics]
