"""Who refers to the clinic: a practice is known from the first of its referrals that a colleague has acknowledged.

Why not from its arrival: anybody can send a form, and a list that strangers write is worth nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from enquiry.database import begin_writing
from enquiry.extensions import db, keyring
from enquiry.records.practice import Known, Practice
from enquiry.records.referral import Referrer
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules import names


def note(referrer: Referrer, at: datetime) -> Practice:
    """Return the practice that somebody refers from, known from now on, in the caller's transaction."""
    token = _token(referrer)
    found = _found_by(token) or _added(referrer, token, at)
    practice = found.merged_into or found
    known = practice.known
    if referrer.email not in known.addresses:
        practice.known = replace(known, addresses=(*known.addresses, referrer.email))
    return practice


def practices() -> Sequence[Practice]:
    """Return the practices that stand for themselves, by name; of two with one name, that which referred first."""
    rows = db.session.scalars(select(Practice).where(Practice.merged_into_id.is_(None)).order_by(Practice.id))
    return sorted((one for one in rows if one.opens), key=lambda one: one.known.name.casefold())


def names_by_id() -> Mapping[UUID, str]:
    """Return what each practice is called, also by the id of a spelling that was merged into it."""
    rows = [one for one in db.session.scalars(select(Practice)) if one.opens]
    return {one.id: (one.merged_into or one).known.name for one in rows}


def take(ids: Sequence[UUID]) -> Sequence[Practice]:
    """Begin the transaction that merges practices, and return those of these that stand for themselves."""
    begin_writing()
    wanted = select(Practice).where(Practice.id.in_(ids), Practice.merged_into_id.is_(None)).order_by(Practice.id)
    return db.session.scalars(wanted.with_for_update(of=Practice).execution_options(populate_existing=True)).all()


def spellings_of(practice: Practice) -> Sequence[Practice]:
    """Return what was merged into a practice."""
    return db.session.scalars(select(Practice).where(Practice.merged_into_id == practice.id)).all()


def _found_by(token: bytes) -> Practice | None:
    return db.session.scalar(select(Practice).where(Practice.found_by == token))


def _added(referrer: Referrer, token: bytes, at: datetime) -> Practice:
    own_id = new_id()
    practice = Practice(id=own_id, key=WrappedKey.made_for(own_id), found_by=token, added_at=at)
    practice.known = Known(referrer.practice, referrer.ods_code)
    try:
        with db.session.begin_nested():
            db.session.add(practice)
    except IntegrityError:  # two referrals of a new practice at once: the other was quicker
        found = _found_by(token)
        if found is None:
            raise
        return found
    return practice


def _token(referrer: Referrer) -> bytes:
    name = " ".join(names.words(referrer.practice)) or referrer.practice.casefold()
    return keyring.token("practices", f"ods {referrer.ods_code}" if referrer.ods_code else f"name {name}")
