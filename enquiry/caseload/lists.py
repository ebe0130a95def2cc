"""The lists of the queue: their pages, their counts, and what became of them since somebody looked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, and_, bindparam, func, select, tuple_, union
from sqlalchemy.orm import joinedload

from enquiry.caseload.wall import PAGE, at, seen_by, visible_to
from enquiry.extensions import db
from enquiry.lists import COUNT_TO, ListOf, Place, Whose
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.types import Moment, WrappedKey
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Turn

IN_ORDER = (Enquiry.precedence, Enquiry.due_at, Enquiry.id)  # of every list of what waits

# Known only when a question is asked; all else in a question for a list is the same each time.
_ME, _NOW = bindparam("me", type_=Uuid()), bindparam("now", type_=Moment())

# A row of a list shows nothing of a colleague but the name, and needs nothing of a key but what opens the record.
_SHOWN_IN_A_ROW = (
    joinedload(Enquiry.assignee).load_only(Staff.name),
    joinedload(Enquiry.key).load_only(WrappedKey.wrapped),
)


@dataclass(frozen=True)
class Page:
    """One page of a queue, and where the next one begins."""

    enquiries: Sequence[Enquiry]
    next_after: Place | None


@dataclass(frozen=True)
class Counts:
    """How many enquiries wait, each counted up to 100."""

    clinics: dict[Clinic, int]  # for us to do at each of the asker's clinics
    turns: dict[Turn, int]  # by who must act next at the list's clinic, narrowed as the list is
    set_aside: int  # as possible spam
    overdue: int  # of those that are set aside
    to_wake: int  # snoozed, and their time has come


@dataclass(frozen=True)
class News:
    """What became of a list since somebody looked at it."""

    changed: int  # new, changed, or gone from the page; counted up to 100
    seen: dict[str, UUID]  # what still stands in the list of what the page showed, by reference


def queue(asker: Staff, wanted: ListOf, now: datetime, after: Place | None = None) -> Page:
    """Return a page of a list of the queue, pinned ones first and then as they fall due.

    :param after: where the page before ended, as in ``Page.next_after``.
    """
    rows = _rows(_listed(asker, wanted), asker, now, after, PAGE + 1)
    return Page(rows[:PAGE], Place.of(rows[PAGE - 1]) if len(rows) > PAGE else None)


def next_in(asker: Staff, wanted: ListOf, now: datetime, after: Place | None = None) -> Enquiry | None:
    """Return the first enquiry of a list after a place in it, or of all of it."""
    return next(iter(_rows(_listed(asker, wanted), asker, now, after, 1)), None)


def standing(asker: Staff, wanted: ListOf, now: datetime, place: Place) -> tuple[int, int]:
    """Return as which of how many an enquiry stands in a list; both count to 100."""
    listed = select(Enquiry.id).where(visible_to(asker), *_in_list(wanted))
    both = (listed.where(tuple_(*IN_ORDER) < place), listed)
    counts: list[Any] = [_counted(which) for which in both]
    earlier, every = db.session.execute(select(*counts), _known(asker, now)).one()
    return earlier + 1, every


def set_aside(asker: Staff, clinic: Clinic, now: datetime, after: Place | None = None) -> Page:
    """Return a page of what may be spam among a clinic's open enquiries; the same as ``queue`` otherwise."""
    wanted = seen_by(asker).where(Enquiry.clinic == clinic, _set_aside())
    rows = _rows(wanted, asker, now, after, PAGE + 1)
    return Page(rows[:PAGE], Place.of(rows[PAGE - 1]) if len(rows) > PAGE else None)


def counts(asker: Staff, wanted: ListOf, now: datetime) -> Counts:
    """Return how many enquiries wait in each list beside this one, and in each of the asker's clinics."""
    found = iter(db.session.execute(_counting(asker.clinics, wanted), _known(asker, now)).one())
    return Counts(
        clinics={clinic: next(found) for clinic in asker.clinics},
        turns={turn: next(found) for turn in Turn},
        set_aside=next(found),
        overdue=next(found),
        to_wake=next(found),
    )


def news(asker: Staff, wanted: ListOf, now: datetime, since: datetime, seen: Mapping[str, int]) -> News:
    """Return what became of a list since somebody looked.

    :param since: when they looked.
    :param seen: the versions of what their page shows, by reference.
    """
    shown = select(Enquiry.id, Enquiry.reference, Enquiry.version).where(visible_to(asker), *_in_list(wanted))
    changed = shown.where(Enquiry.changed_at > since).limit(COUNT_TO)
    both = union(*(select(part.subquery()) for part in (shown.where(Enquiry.reference.in_(seen)), changed)))
    rows = db.session.execute(both, _known(asker, now)).all()
    still = {row.reference: row.id for row in rows if row.reference in seen}
    new = sum(seen.get(row.reference) != row.version for row in rows)
    return News(min(new + len(seen) - len(still), COUNT_TO), still)


def these(asker: Staff, references: Collection[str]) -> Sequence[Enquiry]:
    """Return those of these enquiries that there are for this person, in the order of a list."""
    wanted = seen_by(asker).where(Enquiry.reference.in_(references)).options(*_SHOWN_IN_A_ROW)
    return db.session.scalars(wanted.order_by(*IN_ORDER)).all()


def next_due(asker: Staff, most: int) -> Sequence[Enquiry]:
    """Return what waits in the queues of all the asker's clinics, the next due first; spam crowds nobody out."""
    wanted = seen_by(asker).where(in_queue())
    return db.session.scalars(wanted.order_by(*IN_ORDER).limit(most)).all()


def _rows(wanted: Select[Enquiry], asker: Staff, now: datetime, after: Place | None, most: int) -> Sequence[Enquiry]:
    if after is not None:
        wanted = wanted.where(tuple_(*IN_ORDER) > after)
    return db.session.scalars(
        wanted.options(*_SHOWN_IN_A_ROW).order_by(*IN_ORDER).limit(most), _known(asker, now)
    ).all()


def _listed(asker: Staff, wanted: ListOf) -> Select[Enquiry]:
    return seen_by(asker).where(*_in_list(wanted))


def _known(asker: Staff, now: datetime) -> dict[str, Any]:
    return {_ME.key: asker.id, _NOW.key: now}


@lru_cache(maxsize=256)
def _counting(clinics: tuple[Clinic, ...], wanted: ListOf) -> Select[Any]:
    """Return the question for all counts, made once for each list: to make it takes longer than to answer it."""
    lists = [
        *(_in_list(ListOf(clinic)) for clinic in clinics),
        *(_in_list(replace(wanted, turn=turn)) for turn in Turn),
        [Enquiry.clinic == wanted.clinic, _set_aside()],
        [Enquiry.clinic == wanted.clinic, _set_aside(), Enquiry.due_at <= _NOW],
    ]
    # In order: PostgreSQL takes it that a third of all are snoozed once it has prepared the question, and reads all.
    to_wake = select(Enquiry.id).where(at(clinics), Enquiry.snoozed_until <= _NOW).order_by(Enquiry.snoozed_until)
    columns: list[Any] = [_counted(select(Enquiry.id).where(at(clinics), *which)) for which in lists]
    return select(*columns, _counted(to_wake))


def _counted(which: Select[UUID]) -> ScalarSelect[int]:
    return select(func.count()).select_from(which.limit(COUNT_TO).subquery()).scalar_subquery()


def _in_list(wanted: ListOf) -> list[ColumnElement[bool]]:
    """The conditions of a list; its index holds all that they ask for, whatever it is narrowed to."""
    is_theirs = Enquiry.assignee_id == _ME if wanted.whose is Whose.MINE else Enquiry.assignee_id.is_(None)
    narrowed = [
        (wanted.whose, is_theirs),
        (wanted.urgency, Enquiry.urgency == wanted.urgency),
        (wanted.kind, Enquiry.kind == wanted.kind),
        (wanted.status, Enquiry.status == wanted.status),
        (wanted.pressing, Enquiry.due_at <= _NOW),
    ]
    return [
        Enquiry.clinic == wanted.clinic,
        Enquiry.turn == wanted.turn,
        in_queue(),
        *(condition for word, condition in narrowed if word),
    ]


def in_queue() -> ColumnElement[bool]:
    """Return the condition that an enquiry is open, and no possible spam."""
    return and_(Enquiry.ended_at.is_(None), Enquiry.set_aside_at.is_(None))


def _set_aside() -> ColumnElement[bool]:
    return and_(Enquiry.ended_at.is_(None), Enquiry.set_aside_at.is_not(None))
