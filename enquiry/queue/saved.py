"""Saved views: a colleague's own lists, each under a name that only they read."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.lists import ListOf
from enquiry.records.staff import SavedView, SavedViews, Staff
from enquiry.records.types import WrappedKey, new_id

AT_MOST = 12  # they stand in one line above the list
LONGEST_NAME = 30  # characters


class TooManyViews(Exception):
    """Raised when somebody saves one view more than there is room for."""


class NoSuchView(Exception):
    """Raised when somebody has no such view, whoever else may have it."""


def of(person: Staff) -> Sequence[SavedView]:
    """Return somebody's views, without those of clinics to which they belong no more."""
    kept = person.saved_views
    return [view for view in kept.views if _is_of_their_clinics(person, view)] if kept else []


def save(actor: Staff, name: str, wanted: ListOf) -> None:
    """Save a list under a name.

    :raises TooManyViews: when there are as many already as there is room for.
    """
    kept = _take(actor)
    if len(kept.views) >= AT_MOST:
        db.session.rollback()
        raise TooManyViews
    kept.views = (*kept.views, SavedView(new_id(), name, wanted.written))
    db.session.commit()


def rename(actor: Staff, view_id: UUID, name: str) -> None:
    """Give a view another name.

    :raises NoSuchView: when it is none of theirs.
    """
    kept = _take_with(actor, view_id)
    kept.views = tuple(SavedView(view.id, name, view.list) if view.id == view_id else view for view in kept.views)
    db.session.commit()


def delete(actor: Staff, view_id: UUID) -> None:
    """Throw a view away.

    :raises NoSuchView: when it is none of theirs.
    """
    kept = _take_with(actor, view_id)
    kept.views = tuple(view for view in kept.views if view.id != view_id)
    db.session.commit()


def _take(actor: Staff) -> SavedViews:
    """Begin a transaction and return all of somebody's views; a second page of theirs waits."""
    begin_writing()
    db.session.execute(select(Staff.id).where(Staff.id == actor.id).with_for_update())
    wanted = select(SavedViews).where(SavedViews.staff_id == actor.id).execution_options(populate_existing=True)
    kept = db.session.scalars(wanted).one_or_none()
    if kept is None:
        own_id = new_id()
        kept = SavedViews(id=own_id, key=WrappedKey.made_for(own_id), staff_id=actor.id)
        kept.views = ()
        db.session.add(kept)
    return kept


def _take_with(actor: Staff, view_id: UUID) -> SavedViews:
    kept = _take(actor)
    if all(view.id != view_id for view in kept.views):
        db.session.rollback()
        raise NoSuchView
    return kept


def _is_of_their_clinics(person: Staff, view: SavedView) -> bool:
    shown = ListOf.read_written(view.list)
    return shown is not None and shown.clinic in person.clinics
