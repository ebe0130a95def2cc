"""Those whom a clinic is to ring, in the order in which it is time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, tuple_

from enquiry.caseload.lists import in_queue
from enquiry.caseload.wall import PAGE, seen_by, visible_to
from enquiry.extensions import db
from enquiry.lists import COUNT_TO
from enquiry.records.attempts import TELLING, attempts_in
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry
from enquiry.rules.callbacks import Attempt
from enquiry.rules.clinics import Clinic


class RingPlace(NamedTuple):
    """Where an enquiry stands among those whose person is to be rung."""

    ring_at: datetime
    id: UUID


@dataclass(frozen=True)
class ToRing:
    """Somebody who is to be rung, and the attempts so far, the latest last."""

    enquiry: Enquiry
    attempts: Sequence[Attempt]


@dataclass(frozen=True)
class Callbacks:
    """One page of those who are to be rung, and where the next one begins."""

    to_ring: Sequence[ToRing]
    next_after: RingPlace | None


def callbacks(asker: Staff, clinic: Clinic, after: RingPlace | None = None) -> Callbacks:
    """Return a page of those whom a clinic is to ring, in the order in which it is time; possible spam is not rung."""
    wanted = seen_by(asker).where(Enquiry.clinic == clinic, _to_ring())
    if after is not None:
        wanted = wanted.where(tuple_(Enquiry.ring_at, Enquiry.id) > after)
    rows = db.session.scalars(wanted.order_by(Enquiry.ring_at, Enquiry.id).limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    calls = _calls_about([enquiry.id for enquiry in rows[:PAGE]])
    next_after = RingPlace(last.ring_at, last.id) if last is not None and last.ring_at else None
    return Callbacks([ToRing(enquiry, attempts_in(calls[enquiry.id])) for enquiry in rows[:PAGE]], next_after)


def callback_counts(asker: Staff, now: datetime) -> dict[Clinic, int]:
    """Return how many people each of the asker's clinics is to ring now, counted up to 100."""
    columns = [
        select(func.count())
        .select_from(
            select(Enquiry.id)
            .where(visible_to(asker), Enquiry.clinic == clinic, _to_ring(), Enquiry.ring_at <= now)
            .limit(COUNT_TO)
            .subquery()
        )
        .scalar_subquery()
        for clinic in asker.clinics
    ]
    found = db.session.execute(select(*columns)).one() if columns else ()
    return dict(zip(asker.clinics, found, strict=True))


def _to_ring() -> ColumnElement[bool]:
    return and_(Enquiry.ring_at.is_not(None), in_queue())


def _calls_about(ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    """Return what tells how often each of these people was rung, without opening what was said."""
    telling: dict[UUID, list[Any]] = {own_id: [] for own_id in ids}
    wanted = select(Entry.enquiry_id, Entry.event, Entry.at, Entry.detail).where(
        Entry.enquiry_id.in_(ids), Entry.event.in_(TELLING)
    )
    for row in db.session.execute(wanted.order_by(Entry.id.desc())):
        telling[row.enquiry_id].append(row)
    return telling
