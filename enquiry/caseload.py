"""The only SELECTs on enquiries. Each is asked by a named person and answers with their own clinics' only.

Why one room: list, count, search and open must share one rule, or one of them forgets it (FreeScout CVE-2026-40591;
django-helpdesk #1423). An enquiry of another clinic and one that does not exist are the same answer. What is asked by
the system or an operator, who act for nobody at the desk, says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Mapped, aliased, joinedload

from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.lists import COUNT_TO, ListOf, Place, Whose
from enquiry.records.appointment import Appointment
from enquiry.records.attempts import TELLING, attempts_in
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry
from enquiry.records.letter import Letter, LetterState
from enquiry.records.near_miss import NearMiss
from enquiry.records.private_link import PrivateLink, ReferrerLink
from enquiry.records.search_token import SearchToken
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event
from enquiry.records.types import Moment, WrappedKey
from enquiry.rules.appointments import AppointmentState
from enquiry.rules.callbacks import Attempt
from enquiry.rules.clinics import Clinic
from enquiry.rules.status import Turn
from enquiry.rules.urgency import Urgency

Coming = tuple[Appointment, Enquiry | None]  # an appointment, and its enquiry as far as the asker may know of it
Way = Sequence[bytes]  # a way to find an enquiry: it bears all of these tokens; the rarest comes first

IN_ORDER = (Enquiry.precedence, Enquiry.due_at, Enquiry.id)  # of every list of what waits
PAGE = 24  # rows that fit a laptop's screen

# Known only when a question is asked; all else in a question for a list is the same each time.
_ME, _NOW = bindparam("me", type_=Uuid()), bindparam("now", type_=Moment())

# A row of a list shows nothing of a colleague but the name, and needs nothing of a key but what opens the record.
_SHOWN_IN_A_ROW = (
    joinedload(Enquiry.assignee).load_only(Staff.name),
    joinedload(Enquiry.key).load_only(WrappedKey.wrapped),
)


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
    next_after: Place | None


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
    listed = select(Enquiry.id).where(_visible_to(asker), *_in_list(wanted))
    both = (listed.where(tuple_(*IN_ORDER) < place), listed)
    counts: list[Any] = [_counted(which) for which in both]
    earlier, every = db.session.execute(select(*counts), _known(asker, now)).one()
    return earlier + 1, every


def set_aside(asker: Staff, clinic: Clinic, now: datetime, after: Place | None = None) -> Page:
    """Return a page of what may be spam among a clinic's open enquiries; the same as ``queue`` otherwise."""
    wanted = _seen_by(asker).where(Enquiry.clinic == clinic, _set_aside())
    rows = _rows(wanted, asker, now, after, PAGE + 1)
    return Page(rows[:PAGE], Place.of(rows[PAGE - 1]) if len(rows) > PAGE else None)


def callbacks(asker: Staff, clinic: Clinic, after: RingPlace | None = None) -> Callbacks:
    """Return a page of those whom a clinic is to ring, in the order in which it is time; possible spam is not rung."""
    wanted = _seen_by(asker).where(Enquiry.clinic == clinic, _to_ring())
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
            .where(_visible_to(asker), Enquiry.clinic == clinic, _to_ring(), Enquiry.ring_at <= now)
            .limit(COUNT_TO)
            .subquery()
        )
        .scalar_subquery()
        for clinic in asker.clinics
    ]
    found = db.session.execute(select(*columns)).one() if columns else ()
    return dict(zip(asker.clinics, found, strict=True))


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
    shown = select(Enquiry.id, Enquiry.reference, Enquiry.version).where(_visible_to(asker), *_in_list(wanted))
    changed = shown.where(Enquiry.changed_at > since).limit(COUNT_TO)
    both = union(*(select(part.subquery()) for part in (shown.where(Enquiry.reference.in_(seen)), changed)))
    rows = db.session.execute(both, _known(asker, now)).all()
    still = {row.reference: row.id for row in rows if row.reference in seen}
    new = sum(seen.get(row.reference) != row.version for row in rows)
    return News(min(new + len(seen) - len(still), COUNT_TO), still)


def these(asker: Staff, references: Collection[str]) -> Sequence[Enquiry]:
    """Return those of these enquiries that there are for this person, in the order of a list."""
    wanted = _seen_by(asker).where(Enquiry.reference.in_(references)).options(*_SHOWN_IN_A_ROW)
    return db.session.scalars(wanted.order_by(*IN_ORDER)).all()


def take_to_wake(now: datetime, most: int) -> Sequence[Enquiry]:
    """Begin a transaction of the clock, which acts for nobody, and return what is snoozed and has its time come."""
    begin_writing()
    return _taken(select(Enquiry).where(Enquiry.snoozed_until <= now).order_by(Enquiry.snoozed_until).limit(most))


def due_within(clinic: Clinic, spans: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """Return for each span of time how many of a clinic's enquiries are due in it, counted up to 100; for managers.

    Asked by nobody: a manager sees no enquiry, and learns no more of them than these numbers.
    """
    waiting = (Enquiry.clinic == clinic, _in_queue(), Enquiry.turn == Turn.US)
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


def find(asker: Staff, reference: str) -> Enquiry:
    """Return one enquiry.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    enquiry = db.session.scalar(_seen_by(asker).where(Enquiry.reference == reference))
    if enquiry is None:
        raise NoSuchEnquiry
    return enquiry


def find_id(asker: Staff, reference: str) -> UUID:
    """Return the id of one enquiry.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    found = db.session.scalar(select(Enquiry.id).where(_visible_to(asker), Enquiry.reference == reference))
    if found is None:
        raise NoSuchEnquiry
    return found


def find_with_files(asker: Staff, reference: str) -> Enquiry:
    """Return one enquiry; files, appointments, referral and what was merged into it are loaded in the same question.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    beside = [
        joinedload(Enquiry.attachments),
        joinedload(Enquiry.appointments),
        joinedload(Enquiry.sealed_referral),
        joinedload(Enquiry.merged).joinedload(Enquiry.attachments),
        joinedload(Enquiry.merged).joinedload(Enquiry.sealed_referral),
    ]
    wanted = _seen_by(asker).where(Enquiry.reference == reference).options(*beside)
    enquiry = db.session.scalars(wanted).unique().one_or_none()
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
    [enquiry] = _as_seen(asker, {reference: version}, _visible_to(asker))
    return enquiry


def take_two_to_change(asker: Staff, *seen: tuple[str, int]) -> Sequence[Enquiry]:
    """Begin the transaction of a verb on several enquiries, and return them in the order in which they are named.

    :param seen: of each, the reference, and the version when the person's page was loaded.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``take_to_change``, of any of them.
    """
    begin_writing()
    taken = {enquiry.reference: enquiry for enquiry in _as_seen(asker, dict(seen), _visible_to(asker))}
    return [taken[reference] for reference, _ in seen]


def take_merged(asker: Staff, reference: str, version: int) -> tuple[Enquiry, Enquiry | None]:
    """Begin the transaction of a verb on a merged enquiry and the one that it was merged into, if it is merged.

    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``take_to_change``; the other may have changed.
    """
    begin_writing()
    keeper = select(Enquiry.merged_into_id).where(Enquiry.reference == reference, _visible_to(asker))
    keepers = _taken(select(Enquiry).where(Enquiry.id.in_(keeper)))
    [enquiry] = _as_seen(asker, {reference: version}, _visible_to(asker))
    return enquiry, next((one for one in keepers if one.id == enquiry.merged_into_id), None)


def take_to_undo(asker: Staff, reference: str, version: int, since: datetime) -> Enquiry:
    """Begin the transaction of an undo; the same as ``take_to_change`` otherwise.

    Why also what is out of sight: whoever has just transferred an enquiry to the other clinic by mistake may take it
    back. As soon as somebody there has done anything with it, it is not theirs any more, and they learn nothing of it.

    :param since: when a transfer must have been made to be taken back.
    """
    begin_writing()
    is_transfer = (Entry.event == Event.TRANSFERRED, Entry.actor_id == asker.id, Entry.at >= since)
    was_theirs = select(Entry.id).where(Entry.enquiry_id == Enquiry.id, *is_transfer).exists()
    [enquiry] = _as_seen(asker, {reference: version}, or_(_visible_to(asker), was_theirs))
    return enquiry


def timeline(enquiry: Enquiry) -> Sequence[Entry]:
    """Return what happened to an enquiry that was found for its asker, the latest first."""
    return _entries_of([enquiry.id])


def whole_timeline(enquiry: Enquiry) -> Sequence[Entry]:
    """Return the same, and what happened to the enquiries that were merged into it, all in one order."""
    return _entries_of([enquiry.id, *(one.id for one in enquiry.merged)])


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


def near_misses(asker: Staff) -> Sequence[tuple[NearMiss, str]]:
    """Return the newest near misses of the asker's clinics with their references, those to review first."""
    rows = db.session.execute(
        _near_misses_of(asker).order_by(NearMiss.reviewed_at.is_not(None), NearMiss.id.desc()).limit(COUNT_TO)
    )
    return [(near_miss, reference) for near_miss, reference in rows]


def near_miss(asker: Staff, near_miss_id: UUID) -> tuple[NearMiss, str]:
    """Begin the transaction of somebody who looks at a near miss, and return it with its reference.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    begin_writing()
    wanted = _near_misses_of(asker).where(NearMiss.id == near_miss_id).with_for_update(of=NearMiss)
    found = db.session.execute(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        db.session.rollback()
        raise NoSuchEnquiry
    return found[0], found[1]


def day_of(asker: Staff, clinic: Clinic, begins: datetime, ends: datetime) -> Sequence[Coming]:
    """Return the appointments at a clinic of the asker's from one moment to another, as they follow.

    :return: each with its enquiry, or with ``None`` when that was transferred to where the asker does not belong.
    """
    rows = db.session.execute(
        select(Appointment, Enquiry)
        .outerjoin(Enquiry, and_(Enquiry.id == Appointment.enquiry_id, _visible_to(asker)))
        .where(
            Appointment.clinic.in_(set(asker.clinics) & {clinic}),
            Appointment.starts_at >= begins,
            Appointment.starts_at < ends,
            Appointment.state.not_in((AppointmentState.CANCELLED, AppointmentState.EXPIRED)),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [(row[0], row[1]) for row in rows]


def matching(asker: Staff, ways: Collection[Way], reference: str = "") -> Sequence[Enquiry]:
    """Return the enquiries that are found in any of these ways, or have this reference: the newest page, and one more.

    :param ways: each is all the tokens that an enquiry must bear, the rarest first.
    """
    found = union_all(select(Enquiry.id).where(Enquiry.reference == reference), *_newest(ways, asker.clinics))
    wanted = _seen_by(asker).where(Enquiry.id.in_(found))
    return db.session.scalars(wanted.order_by(Enquiry.id.desc()).limit(PAGE + 1)).all()


def next_due(asker: Staff, most: int) -> Sequence[Enquiry]:
    """Return what waits in the queues of all the asker's clinics, the next due first; spam crowds nobody out."""
    wanted = _seen_by(asker).where(_in_queue())
    return db.session.scalars(wanted.order_by(*IN_ORDER).limit(most)).all()


def urgencies(ways: Collection[Way]) -> set[Urgency]:
    """Return how urgent the enquiries are that are found in any of these ways, in whichever clinic.

    Asked by nobody: it is for the system, when an enquiry arrives (HSSIB), and it tells nothing else of them.
    """
    found = _newest(ways, list(Clinic))
    return set(db.session.scalars(select(Enquiry.urgency).where(Enquiry.id.in_(union_all(*found))))) if found else set()


def take_open(ways: Collection[Way], but: UUID) -> Sequence[Enquiry]:
    """Return, locked for the caller's transaction, the open enquiries that are found in any of these ways.

    Asked by nobody, as ``urgencies`` is: a referral and the patient's own enquiry are as urgent as either, in both
    clinics.

    :param but: the one that has just arrived.
    """
    found = _newest(ways, list(Clinic))
    if not found:
        return []
    wanted = select(Enquiry).where(Enquiry.id.in_(union_all(*found)), Enquiry.id != but, Enquiry.ended_at.is_(None))
    return _taken(wanted.order_by(Enquiry.id))


def references(asker: Staff, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the references of those of these enquiries that this person may know of."""
    rows = db.session.execute(select(Enquiry.id, Enquiry.reference).where(_visible_to(asker), Enquiry.id.in_(ids)))
    return {row.id: row.reference for row in rows}


def is_not_elsewhere(asker: Staff, subject: Mapped[UUID | None]) -> ColumnElement[bool]:
    """Return the condition that a row is about no enquiry of a clinic to which the asker does not belong."""
    if set(asker.clinics) == set(Clinic):
        return true()  # otherwise PostgreSQL reads every enquiry there is, to find none
    return ~select(Enquiry.id).where(Enquiry.id == subject, not_(_visible_to(asker))).exists()


def sent_with(nonce: UUID) -> Enquiry | None:
    """Return the enquiry that a form was sent as, for the browser that sent it; the nonce is its proof."""
    return db.session.scalar(select(Enquiry).where(Enquiry.nonce == nonce))


def by_link(token_hash: bytes) -> PrivateLink | None:
    """Return a private link with its enquiry, for the patient who has it; its token is their proof."""
    return db.session.get(PrivateLink, token_hash)


def by_referrers_link(token_hash: bytes) -> Enquiry | None:
    """Return the referral of whoever referred and has this link; its token is their proof."""
    link = db.session.get(ReferrerLink, token_hash)
    return link.enquiry if link is not None else None


def take_by_link(token_hash: bytes) -> PrivateLink | None:
    """Begin the transaction of a patient who has a private link, and return it with its enquiry, if there is one.

    The enquiry is locked first, as everybody does, and before it the one that it was merged into; the link is read
    after that wait, as it is then.
    """
    begin_writing()
    itself = select(Enquiry.id).join(PrivateLink).where(PrivateLink.token_hash == token_hash)
    keeper = select(Enquiry.merged_into_id).join(PrivateLink).where(PrivateLink.token_hash == token_hash)
    one_by_one = [_taken(select(Enquiry).where(Enquiry.id.in_(which))) for which in (keeper, itself)]
    locked = [enquiry for found in one_by_one for enquiry in found]
    link = db.session.get(PrivateLink, token_hash, populate_existing=True)
    if link is not None and link.enquiry.worked_on not in locked:  # it was merged during that wait
        return take_by_link(token_hash)
    return link


def is_taken(reference: str) -> bool:
    """Return whether an enquiry already has this reference."""
    return db.session.scalar(select(Enquiry.id).where(Enquiry.reference == reference)) is not None


def take_for_review(today: date, most: int) -> Sequence[Enquiry]:
    """Begin a transaction of the nightly review, which acts for nobody, and return what it looks at next.

    :return: enquiries of both clinics that ended, are not held, and whose day of review has come; at most so many.
    """
    begin_writing()
    due = select(Enquiry).where(Enquiry.review_on <= today, Enquiry.held_at.is_(None), ~_has_taken_in_what_is_held())
    return _taken(due.order_by(Enquiry.review_on, Enquiry.id).limit(most))


def merged_into(ids: Collection[UUID]) -> Sequence[UUID]:
    """Return the ids of the enquiries that were merged into these, for an erasure: they are of one record."""
    return db.session.scalars(select(Enquiry.id).where(Enquiry.merged_into_id.in_(ids))).all()


def take_to_erase(ids: Collection[UUID]) -> Sequence[Enquiry]:
    """Begin a transaction that erases what was erased once already, for nobody, and return what is here again."""
    begin_writing()
    return _taken(select(Enquiry).where(Enquiry.id.in_(ids)).order_by(Enquiry.id))


def take_for_diary(enquiry_id: UUID) -> Enquiry | None:
    """Begin a transaction of the worker, who acts for nobody, about an appointment of this enquiry; it may be gone."""
    begin_writing()
    found = _taken(select(Enquiry).where(Enquiry.id == enquiry_id))
    return found[0] if found else None


def take_for_operator(reference: str) -> Enquiry:
    """Begin a transaction of an operator, who acts for both clinics, and return the enquiry that it concerns.

    :raises NoSuchEnquiry: when there is none with this reference.
    """
    begin_writing()
    found = _taken(select(Enquiry).where(Enquiry.reference == reference))
    if not found:
        db.session.rollback()
        raise NoSuchEnquiry
    return found[0]


def for_disclosure(references: Collection[str]) -> Sequence[Enquiry]:
    """Return enquiries of either clinic, for an operator who tells a person everything that is held about them."""
    return db.session.scalars(select(Enquiry).where(Enquiry.reference.in_(references))).all()


def everywhere(tokens: Collection[bytes]) -> Sequence[Enquiry]:
    """Return all enquiries of both clinics that bear any of these tokens, the oldest first; for the same operator."""
    bearing = select(SearchToken.enquiry_id).where(SearchToken.token.in_(tokens))
    return db.session.scalars(select(Enquiry).where(Enquiry.id.in_(bearing)).order_by(Enquiry.id)).all()


def drawn_at_random(most: int) -> Sequence[Enquiry]:
    """Return so many enquiries of both clinics, by chance, for a restore that looks whether they open; for nobody."""
    return db.session.scalars(select(Enquiry).order_by(func.random()).limit(most)).all()


def _as_seen(asker: Staff, versions: Mapping[str, int], may_be_taken: ColumnElement[bool]) -> Sequence[Enquiry]:
    """Return enquiries for a verb, locked in the order of their ids, if all are there and as the person saw them."""
    wanted = select(Enquiry).where(may_be_taken, Enquiry.reference.in_(versions))
    enquiries = _taken(wanted.order_by(Enquiry.id))
    if len(enquiries) != len(versions):
        db.session.rollback()
        raise NoSuchEnquiry
    changed = [enquiry.reference for enquiry in enquiries if enquiry.version != versions[enquiry.reference]]
    if changed:
        db.session.rollback()
        raise ChangedMeanwhile(find(asker, changed[0]))
    for enquiry in enquiries:
        enquiry.note_standing()
    return enquiries


def _entries_of(ids: Collection[UUID]) -> Sequence[Entry]:
    return db.session.scalars(select(Entry).where(Entry.enquiry_id.in_(ids)).order_by(Entry.id.desc())).all()


def _has_taken_in_what_is_held() -> ColumnElement[bool]:
    one = aliased(Enquiry)
    return select(one.id).where(one.merged_into_id == Enquiry.id, one.held_at.is_not(None)).exists()


def _taken(wanted: Select[Enquiry]) -> Sequence[Enquiry]:
    locked = wanted.with_for_update(of=Enquiry).execution_options(populate_existing=True)
    return db.session.scalars(locked).all()


def _seen_by(asker: Staff) -> Select[Enquiry]:
    return select(Enquiry).where(_visible_to(asker))


def _near_misses_of(asker: Staff) -> Select[NearMiss, str]:
    return (
        select(NearMiss, Enquiry.reference).join(Enquiry, Enquiry.id == NearMiss.enquiry_id).where(_visible_to(asker))
    )


def _visible_to(asker: Staff) -> ColumnElement[bool]:
    """The wall between the clinics: every question above passes through here."""
    return _at(asker.clinics)


def _at(clinics: Sequence[Clinic]) -> ColumnElement[bool]:
    return Enquiry.clinic.in_(clinics)


def _rows(wanted: Select[Enquiry], asker: Staff, now: datetime, after: Place | None, most: int) -> Sequence[Enquiry]:
    if after is not None:
        wanted = wanted.where(tuple_(*IN_ORDER) > after)
    return db.session.scalars(
        wanted.options(*_SHOWN_IN_A_ROW).order_by(*IN_ORDER).limit(most), _known(asker, now)
    ).all()


def _listed(asker: Staff, wanted: ListOf) -> Select[Enquiry]:
    return _seen_by(asker).where(*_in_list(wanted))


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
    to_wake = select(Enquiry.id).where(_at(clinics), Enquiry.snoozed_until <= _NOW).order_by(Enquiry.snoozed_until)
    columns: list[Any] = [_counted(select(Enquiry.id).where(_at(clinics), *which)) for which in lists]
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
        _in_queue(),
        *(condition for word, condition in narrowed if word),
    ]


def _in_queue() -> ColumnElement[bool]:
    return and_(Enquiry.ended_at.is_(None), Enquiry.set_aside_at.is_(None))


def _set_aside() -> ColumnElement[bool]:
    return and_(Enquiry.ended_at.is_(None), Enquiry.set_aside_at.is_not(None))


def _to_ring() -> ColumnElement[bool]:
    return and_(Enquiry.ring_at.is_not(None), _in_queue())


def _calls_about(ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    """Return what tells how often each of these people was rung, without opening what was said."""
    telling: dict[UUID, list[Any]] = {own_id: [] for own_id in ids}
    wanted = select(Entry.enquiry_id, Entry.event, Entry.at, Entry.detail).where(
        Entry.enquiry_id.in_(ids), Entry.event.in_(TELLING)
    )
    for row in db.session.execute(wanted.order_by(Entry.id.desc())):
        telling[row.enquiry_id].append(row)
    return telling


def _newest(ways: Collection[Way], clinics: Sequence[Clinic]) -> list[Select[UUID]]:
    """Return one question for each way and clinic: the ids of its newest enquiries, read off the end of the index.

    Why apart: an index that begins with token and clinic yields the newest of one clinic without touching the rest,
    so the time of a search follows neither the size of the database nor what lies in another clinic.
    """
    return [select(_newest_of(way, clinic).subquery().c.enquiry_id) for way in ways for clinic in clinics]


def _newest_of(way: Way, clinic: Clinic) -> Select[UUID]:
    rarest, *others = way
    wanted = select(SearchToken.enquiry_id).where(SearchToken.token == rarest, SearchToken.clinic == clinic)
    for token in others:
        other = aliased(SearchToken)
        same = (other.token == token, other.clinic == clinic, other.enquiry_id == SearchToken.enquiry_id)
        wanted = wanted.where(select(other).where(*same).exists())
    return wanted.order_by(SearchToken.enquiry_id.desc()).limit(PAGE + 1)
