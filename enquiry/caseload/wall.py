"""The wall between the clinics: the one condition on every question that a colleague asks about enquiries."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, not_, select, true
from sqlalchemy.orm import Mapped

from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic

PAGE = 24  # rows that fit a laptop's screen


class NoSuchEnquiry(Exception):
    """Raised when there is no such enquiry for this person; the same whether it exists elsewhere or not at all."""


def visible_to(asker: Staff) -> ColumnElement[bool]:
    """Return the wall: the condition that there is an enquiry for this person."""
    return at(asker.clinics)


def at(clinics: Sequence[Clinic]) -> ColumnElement[bool]:
    """Return the condition that an enquiry is in the queue of one of these clinics."""
    return Enquiry.clinic.in_(clinics)


def seen_by(asker: Staff) -> Select[Enquiry]:
    """Return the question for every enquiry that there is for this person."""
    return select(Enquiry).where(visible_to(asker))


def references(asker: Staff, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the references of those of these enquiries that this person may know of."""
    rows = db.session.execute(select(Enquiry.id, Enquiry.reference).where(visible_to(asker), Enquiry.id.in_(ids)))
    return {row.id: row.reference for row in rows}


def is_not_elsewhere(asker: Staff, subject: Mapped[UUID | None]) -> ColumnElement[bool]:
    """Return the condition that a row is about no enquiry of a clinic to which the asker does not belong."""
    if set(asker.clinics) == set(Clinic):
        return true()  # otherwise PostgreSQL reads every enquiry there is, to find none
    return ~select(Enquiry.id).where(Enquiry.id == subject, not_(visible_to(asker))).exists()
