"""The only SELECTs on enquiries. Each is asked by a named person and answers with their own clinics' only.

Why one room: list, count, search and open must share one rule, or one of them forgets it (FreeScout CVE-2026-40591;
django-helpdesk #1423). An enquiry of another clinic and one that does not exist are the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry
from enquiry.rules.clinics import Clinic

PAGE = 24  # rows that fit a laptop's screen
COUNT_TO = 100  # a count beyond this is said as "more than"; no page pays for the length of the queue


class NoSuchEnquiry(Exception):
    """Raised when there is no such enquiry for this person; the same whether it exists elsewhere or not at all."""


class ChangedMeanwhile(Exception):
    """Raised when somebody changed the enquiry after the page was loaded."""

    def __init__(self, enquiry: Enquiry) -> None:
        super().__init__("This enquiry changed after the page was loaded")
        self.enquiry = enquiry


@dataclass(frozen=True)
class Page:
    """One page of a queue, and where the next one begins."""

    enquiries: Sequence[Enquiry]
    next_after: tuple[datetime, UUID] | None


def queue(asker: Staff, clinic: Clinic, after: tuple[datetime, UUID] | None = None) -> Page:
    """Return a page of a clinic's open enquiries, the next due first.

    :param after: where the page before ended, as in ``Page.next_after``.
    """
    wanted = _seen_by(asker).where(Enquiry.clinic == clinic, Enquiry.ended_at.is_(None))
    if after is not None:
        wanted = wanted.where(tuple_(Enquiry.due_at, Enquiry.id) > after)
    rows = db.session.scalars(wanted.order_by(Enquiry.due_at, Enquiry.id).limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], (last.due_at, last.id) if last else None)


def open_counts(asker: Staff) -> dict[Clinic, int]:
    """Return how many enquiries are open in each of the asker's clinics, counted up to 100."""
    counts = [
        select(func.count())
        .select_from(
            select(Enquiry.id)
            .where(_visible_to(asker), Enquiry.clinic == clinic, Enquiry.ended_at.is_(None))
            .limit(COUNT_TO)
            .subquery()
        )
        .scalar_subquery()
        for clinic in asker.clinics
    ]
    return dict(zip(asker.clinics, db.session.execute(select(*counts)).one(), strict=True)) if counts else {}


def find(asker: Staff, reference: str) -> Enquiry:
    """Return one enquiry.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    enquiry = db.session.scalar(_seen_by(asker).where(Enquiry.reference == reference))
    if enquiry is None:
        raise NoSuchEnquiry
    return enquiry


def take_to_change(asker: Staff, reference: str, version: int) -> Enquiry:
    """Begin the transaction of a verb and return the enquiry it changes, if it is as the person saw it.

    :param version: of the enquiry when the person's page was loaded.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it has a newer version.
    """
    begin_writing()
    enquiry = db.session.scalar(
        _seen_by(asker)
        .where(Enquiry.reference == reference)
        .with_for_update(of=Enquiry)
        .execution_options(populate_existing=True)
    )
    if enquiry is None:
        db.session.rollback()
        raise NoSuchEnquiry
    if enquiry.version != version:
        db.session.rollback()
        raise ChangedMeanwhile(find(asker, reference))
    return enquiry


def timeline(enquiry: Enquiry) -> Sequence[Entry]:
    """Return what happened to an enquiry that was found for its asker, the latest first."""
    return db.session.scalars(select(Entry).where(Entry.enquiry_id == enquiry.id).order_by(Entry.id.desc())).all()


def letters_that_need_a_person(asker: Staff) -> Sequence[tuple[Letter, Enquiry]]:
    """Return the letters of the asker's clinics that failed or may have gone, the oldest first, at most a page."""
    stuck = [state for state in LetterState if state.needs_a_person]
    rows = db.session.execute(
        select(Letter, Enquiry)
        .join(Enquiry, Enquiry.id == Letter.enquiry_id)
        .where(_visible_to(asker), Letter.state.in_(stuck))
        .order_by(Letter.id)
        .limit(PAGE)
    ).all()
    return [(letter, enquiry) for letter, enquiry in rows]


def sent_with(nonce: UUID) -> Enquiry | None:
    """Return the enquiry that a form was sent as, for the browser that sent it; the nonce is its proof."""
    return db.session.scalar(select(Enquiry).where(Enquiry.nonce == nonce))


def is_taken(reference: str) -> bool:
    """Return whether an enquiry already has this reference."""
    return db.session.scalar(select(Enquiry.id).where(Enquiry.reference == reference)) is not None


def _seen_by(asker: Staff) -> Select[Enquiry]:
    return select(Enquiry).where(_visible_to(asker))


def _visible_to(asker: Staff) -> ColumnElement[bool]:
    """The wall between the clinics: every question above passes through here."""
    return Enquiry.clinic.in_(asker.clinics)
