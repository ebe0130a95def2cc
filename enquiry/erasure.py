"""Erasure: what was kept long enough goes each night, one enquiry goes on request, and a hold keeps one from going.

Why the key: an enquiry, its timeline, letters and files open with data keys that lie in one small table. The rows go
too, but it is the key whose absence erases, in old pages of the database as well. So after erasing, the database is
made to write anew what may still hold it (``database.scrub``).

Why what was merged goes with it: its words are of the same record, and are read there. It is not reviewed apart, and
keeps the other from going while it is held.

Why no list of tables: whatever refers to a record goes with it, also in a table that is added later.

Why this order: the ledger, then the database, then the bytes of the files. Whatever breaks off in between leaves an
erasure that the next night completes, or sealed bytes without a key.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import Column, CursorResult, delete, select, update

from enquiry import attachments, audit, caseload, clock, ledger
from enquiry.audit import AuditEvent
from enquiry.database import DatabaseBusy, begin_writing, scrub
from enquiry.extensions import db
from enquiry.records.attachment import Attachment
from enquiry.records.complaint import Complaint
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import Erased, Reason
from enquiry.records.letter import Letter
from enquiry.records.search_token import SearchToken
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event, happened
from enquiry.records.types import WrappedKey
from enquiry.rules import retention
from enquiry.sealing import SealBroken

RECORDS = (Enquiry, Complaint)  # what is erased whole
AT_ONCE = 100  # enquiries in one transaction
OPEN_OR_FIND = (WrappedKey.wrapped, SearchToken.token)  # the columns of which no remains must be read

log = structlog.get_logger()


class Held(Exception):
    """Raised when an enquiry is held, and so is not to be erased or held again."""


class NotHeld(Exception):
    """Raised when there is no hold to end."""


@dataclass(frozen=True)
class Gone:
    """How much was taken away."""

    records: int  # enquiries and complaints
    entries: int  # of timelines: notes, reasons, calls, replies
    letters: int
    files: int


@dataclass(frozen=True)
class Receipt:
    """That one enquiry was erased on request. It names nobody, and the ledger keeps it."""

    number: UUID  # the enquiry's random id
    at: datetime
    gone: Gone
    has_remains: bool  # whether old pages of the database may still hold its keys, until the next night


def erase_due(now: datetime) -> int:
    """Erase what was kept long enough, and what a restored backup brought back.

    :return: how many enquiries and complaints that were.
    :raises LedgerNotWritten: when the ledger of erasures cannot be written; nothing more is erased then.
    :raises DatabaseBusy: when all is erased, and its remains could not be overwritten now.
    """
    count, today = replay(), clock.for_the_eye(now).date()
    while looked_at := caseload.take_for_review(today, AT_ONCE):
        due = {enquiry.id for enquiry in looked_at if _is_due(enquiry, today)}
        _look_again({enquiry.id for enquiry in looked_at} - due, today)
        count += _erase(audit.SYSTEM, due, Reason.DUE, now).records
    count += _erase(audit.SYSTEM, _take_due_complaints(today), Reason.DUE, now).records
    scrub(OPEN_OR_FIND)
    return count


def replay() -> int:
    """Erase again what the ledger names and the database does not know of; return how much of it was still here.

    Whatever brought them back: a restored backup, or an erasure that broke off after it was written down. One that
    broke off and was tried again stands in the ledger twice.
    """
    known = set(db.session.scalars(select(Erased.id)))
    unknown = list({erased.id: erased for erased in ledger.erasures() if erased.id not in known}.values())
    count = 0
    for first in range(0, len(unknown), AT_ONCE):
        batch = unknown[first : first + AT_ONCE]
        caseload.take_to_erase([erased.id for erased in batch])
        count += _take_away(audit.SYSTEM, batch).records
    return count


def leaves_remains() -> bool:
    """Overwrite what is left of erased keys and tokens, and return whether others left no moment for it."""
    try:
        scrub(OPEN_OR_FIND)
    except DatabaseBusy:
        return True
    return False


def erase(actor: Staff | str, reference: str, reason: Reason) -> Receipt:
    """Erase one enquiry now, wherever it stands.

    :param actor: who erases: a person, or ``audit.SYSTEM`` for an operator at the command line.
    :raises NoSuchEnquiry: when there is none.
    :raises Held: when it is held.
    :raises LedgerNotWritten: as for ``erase_due``.
    """
    enquiry, at = _take_unheld(reference), clock.now()
    gone = _erase(actor, [enquiry.id], reason, at)
    return Receipt(enquiry.id, at, gone, leaves_remains())


def hold(actor: Staff | str, reference: str, why: str) -> Enquiry:
    """Keep an enquiry from being erased, however long, until somebody releases it.

    :param why: for example a claim that is expected; sealed, and shown on the case.
    :raises NoSuchEnquiry: when there is none.
    :raises Held: when it is held already.
    """
    enquiry = _take_unheld(reference)
    enquiry.held_at = clock.now()
    happened(enquiry, Event.HELD, enquiry.held_at, _person(actor), text=why)
    audit.record(actor, AuditEvent.ENQUIRY_HELD, enquiry.id)
    db.session.commit()
    return enquiry


def release(actor: Staff | str, reference: str, why: str) -> Enquiry:
    """End a hold. If the enquiry was kept long enough meanwhile, it goes in the next night.

    :raises NoSuchEnquiry: when there is none.
    :raises NotHeld: when it is not held.
    """
    enquiry = caseload.take_for_operator(reference)
    if enquiry.held_at is None:
        db.session.rollback()
        raise NotHeld
    enquiry.held_at = None
    happened(enquiry, Event.RELEASED, clock.now(), _person(actor), text=why)
    audit.record(actor, AuditEvent.ENQUIRY_RELEASED, enquiry.id)
    db.session.commit()
    return enquiry


def _take_unheld(reference: str) -> Enquiry:
    enquiry = caseload.take_for_operator(reference)
    if any(one.held_at is not None for one in (enquiry, *enquiry.merged)):
        db.session.rollback()
        raise Held
    return enquiry


def _person(actor: Staff | str) -> Staff | None:
    return actor if isinstance(actor, Staff) else None


def _is_due(enquiry: Enquiry, today: date) -> bool:
    """Open what is needed for the review, and return whether the enquiry was kept long enough."""
    try:
        born, requests = enquiry.patient.birth_date, [one.request for one in (enquiry, *enquiry.merged)]
    except SealBroken:
        log.error("enquiry not reviewed: it does not open", enquiry=str(enquiry.id))
        return False
    cancer = any(retention.concerns_cancer(one.about, one.red_flags) for one in requests)
    last_contact = clock.for_the_eye(enquiry.changed_at).date()
    return retention.kept_until(enquiry.outcome, last_contact, born, cancer) <= today


def _look_again(ids: Collection[UUID], today: date) -> None:
    """Put the next review off; nothing happened to these enquiries, so their versions stay."""
    later = today + retention.LOOK_AGAIN
    db.session.execute(update(Enquiry).where(Enquiry.id.in_(ids)).values(review_on=later))


def _take_due_complaints(today: date) -> list[UUID]:
    """Begin a transaction, and return which complaints were kept long enough; when they were closed is in clear."""
    begin_writing()
    closed = db.session.execute(select(Complaint.id, Complaint.closed_at).where(Complaint.closed_at.is_not(None)))
    days = {own_id: clock.for_the_eye(at).date() for own_id, at in closed if at}
    return [own_id for own_id, day in days.items() if retention.complaint_kept_until(day) <= today]


def _erase(actor: Staff | str, ids: Collection[UUID], reason: Reason, at: datetime) -> Gone:
    whole = [*ids, *caseload.merged_into(ids)]
    erased = [Erased(id=own_id, at=at, actor=audit.named(actor), reason=reason) for own_id in whole]
    ledger.write_down(erased)
    return _take_away(actor, erased)


def _take_away(actor: Staff | str, erased: Sequence[Erased]) -> Gone:
    """Delete everything of these records but that they were erased, and end the transaction."""
    ids = [one.id for one in erased]
    complaints = set(db.session.scalars(select(Complaint.id).where(Complaint.id.in_(ids))))
    files = db.session.scalars(select(Attachment).where(Attachment.enquiry_id.in_(ids))).all()
    attachments.discard(files)
    rows, keys = Counter[str](), set[UUID]()
    for column in _columns_that_name_records():
        if "key_id" in column.table.c:
            keys.update(db.session.scalars(select(column.table.c.key_id).where(column.in_(ids))))
        gone = db.session.execute(delete(column.table).where(column.in_(ids)))
        rows[column.table.name] += cast("CursorResult[Any]", gone).rowcount
    db.session.execute(delete(WrappedKey).where(WrappedKey.id.in_(keys)))
    db.session.add_all(erased)
    for one in erased:
        event = AuditEvent.COMPLAINT_ERASED if one.id in complaints else AuditEvent.ENQUIRY_ERASED
        audit.record(actor, event, one.id)
    db.session.commit()
    records = sum(rows[table.__tablename__] for table in RECORDS)
    return Gone(records, rows[Entry.__tablename__], rows[Letter.__tablename__], len(files))


def _columns_that_name_records() -> Iterator[Column[UUID]]:
    """Yield what refers to the records, beginning with tables to which no other refers, and at last their own ids."""
    own_ids = [table.__table__.c.id for table in RECORDS]
    for table in reversed(db.metadata.sorted_tables):
        yield from (key.parent for key in table.foreign_keys if any(key.column is own_id for own_id in own_ids))
    yield from own_ids
