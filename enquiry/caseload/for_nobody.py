"""Enquiries for the clock, the worker, a manager's numbers or an operator, who act for nobody at the desk."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from enquiry.caseload.changes import lock
from enquiry.caseload.lists import in_queue
from enquiry.caseload.wall import NoSuchEnquiry
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.lists import COUNT_TO
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Turn


def is_taken(reference: str) -> bool:
    """Return whether an enquiry already has this reference."""
    return db.session.scalar(select(Enquiry.id).where(Enquiry.reference == reference)) is not None


def due_within(clinic: Clinic, spans: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """Return for each span of time how many of a clinic's enquiries are due in it, counted up to 100; for managers.

    Asked by nobody: a manager sees no enquiry, and learns no more of them than these numbers.
    """
    waiting = (Enquiry.clinic == clinic, in_queue(), Enquiry.turn == Turn.US)
    columns = [
        select(func.count())
        .select_from(
            select(Enquiry.id)
            .where(*waiting, Enquiry.precedence.in_((PINNED, IN_TURN)), Enquiry.due_at >= begins, Enquiry.due_at < ends)
            .limit(COUNT_TO)
            .subquery()
        )
        .scalar_subquery()
        for begins, ends in spans
    ]
    return list(db.session.execute(select(*columns)).one()) if columns else []


def take_to_wake(now: datetime, most: int) -> Sequence[Enquiry]:
    """Begin a transaction of the clock, which acts for nobody, and return what is snoozed and has its time come."""
    begin_writing()
    return lock(select(Enquiry).where(Enquiry.snoozed_until <= now).order_by(Enquiry.snoozed_until).limit(most))


def take_for_diary(enquiry_id: UUID) -> Enquiry | None:
    """Begin a transaction of the worker, who acts for nobody, about an appointment of this enquiry; it may be gone."""
    begin_writing()
    found = lock(select(Enquiry).where(Enquiry.id == enquiry_id))
    return found[0] if found else None


def take_for_review(today: date, most: int) -> Sequence[Enquiry]:
    """Begin a transaction of the nightly review, which acts for nobody, and return what it looks at next.

    :return: enquiries of both clinics that ended, are not held, and whose day of review has come; at most so many.
    """
    begin_writing()
    due = select(Enquiry).where(Enquiry.review_on <= today, Enquiry.held_at.is_(None), ~_has_taken_in_what_is_held())
    return lock(due.order_by(Enquiry.review_on, Enquiry.id).limit(most))


def _has_taken_in_what_is_held() -> ColumnElement[bool]:
    one = aliased(Enquiry)
    return select(one.id).where(one.merged_into_id == Enquiry.id, one.held_at.is_not(None)).exists()


def merged_into(ids: Collection[UUID]) -> Sequence[UUID]:
    """Return the ids of the enquiries that were merged into these, for an erasure: they are of one record."""
    return db.session.scalars(select(Enquiry.id).where(Enquiry.merged_into_id.in_(ids))).all()


def take_to_erase(ids: Collection[UUID]) -> Sequence[Enquiry]:
    """Begin a transaction that erases what was erased once already, for nobody, and return what is here again."""
    begin_writing()
    return lock(select(Enquiry).where(Enquiry.id.in_(ids)).order_by(Enquiry.id))


def take_for_operator(reference: str) -> Enquiry:
    """Begin a transaction of an operator, who acts for both clinics, and return the enquiry that it concerns.

    :raises NoSuchEnquiry: when there is none with this reference.
    """
    begin_writing()
    found = lock(select(Enquiry).where(Enquiry.reference == reference))
    if not found:
        db.session.rollback()
        raise NoSuchEnquiry
    return found[0]


def for_disclosure(references: Collection[str]) -> Sequence[Enquiry]:
    """Return enquiries of either clinic, for an operator who tells a person everything that is held about them."""
    return db.session.scalars(select(Enquiry).where(Enquiry.reference.in_(references))).all()


def drawn_at_random(most: int) -> Sequence[Enquiry]:
    """Return so many enquiries of both clinics, by chance, for a restore that looks whether they open; for nobody."""
    return db.session.scalars(select(Enquiry).order_by(func.random()).limit(most)).all()
