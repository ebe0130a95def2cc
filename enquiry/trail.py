"""The audit, read: all of it for an auditor, and for colleagues who looked at one enquiry.

A record is its reference or a colleague's name: no patient's words are opened here. What belongs to an enquiry of a
clinic that is not the asker's is not there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, select

from enquiry import audit, caseload
from enquiry.audit import AuditEvent
from enquiry.clock import beginning_of
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.change import Change
from enquiry.records.complaint import Complaint
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.reply_template import ReplyTemplate
from enquiry.records.staff import Staff

PAGE = 50  # entries on a page of the audit
LATEST = 20  # entries on a case

NOBODY_IN_PARTICULAR = {audit.PUBLIC: "The public", audit.SYSTEM: "The system"}


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for; whatever is left empty does not matter."""

    actor: str = ""  # a colleague's id, "public" or "system"
    event: AuditEvent | None = None
    reference: str = ""
    day: date | None = None  # as people in London count days


@dataclass(frozen=True)
class Line:
    """One entry in words: who did what, when, and about which record."""

    ordinal: int
    at: datetime | None  # nobody knows, of an entry that was overwritten
    who: str
    what: str
    record: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the audit, the newest entry first, and where the next one begins."""

    lines: Sequence[Line]
    next_before: int | None


def look(actor: Staff, wanted: Wanted, before: int | None = None) -> Page:
    """Return a page of the audit, and put on record that somebody looked.

    :param before: where the page before ended, as in ``Page.next_before``.
    :raises NoSuchEnquiry: when the reference is of none that this person may know of.
    """
    enquiry = caseload.find(actor, wanted.reference) if wanted.reference else None
    begin_writing()
    chosen = _chosen(wanted, enquiry).where(caseload.is_not_elsewhere(actor, AuditEntry.subject))
    if before is not None:
        chosen = chosen.where(AuditEntry.ordinal < before)
    found = audit.read(chosen.limit(PAGE + 1))
    shown = found[:PAGE]
    records = _records(actor, {entry[0].subject for _, entry in shown if entry and entry[0].subject})
    audit.record(actor, AuditEvent.AUDIT_SEEN, enquiry.id if enquiry else None)
    db.session.commit()
    lines = [_line(number, entry, records) for number, entry in shown]
    return Page(lines, lines[-1].ordinal if len(found) > PAGE else None)


def looks_at(asker: Staff, reference: str) -> Sequence[Line]:
    """Return who looked at an enquiry, or did something with it: the latest.

    :raises NoSuchEnquiry: when there is none for this person.
    """
    chosen = _newest_first().where(AuditEntry.subject == caseload.find_id(asker, reference)).limit(LATEST)
    return [_line(number, entry, {}) for number, entry in audit.read(chosen)]


def is_by_staff() -> ColumnElement[bool]:
    """Return the condition by which an entry is joined with the colleague whom it names.

    Why by text: an entry outlives what it names, and may name nobody in particular.
    """
    return func.replace(cast(Staff.id, String), "-", "") == func.replace(AuditEntry.actor, "-", "")


def actors() -> list[tuple[str, str]]:
    """Return everybody whom an entry can name, by the word that it names them with."""
    colleagues = db.session.execute(select(Staff.id, Staff.name).order_by(Staff.name, Staff.id))
    return [*NOBODY_IN_PARTICULAR.items(), *((str(colleague.id), colleague.name) for colleague in colleagues)]


def _newest_first() -> Select[AuditEntry, str]:
    """Return the question for entries with the names of their actors."""
    return select(AuditEntry, Staff.name).outerjoin(Staff, is_by_staff()).order_by(AuditEntry.ordinal.desc())


def _chosen(wanted: Wanted, enquiry: Enquiry | None) -> Select[AuditEntry, str]:
    chosen = _newest_first()
    if wanted.actor:
        chosen = chosen.where(AuditEntry.actor == wanted.actor)
    if wanted.event:
        chosen = chosen.where(AuditEntry.event == wanted.event.value)
    if enquiry:
        chosen = chosen.where(AuditEntry.subject == enquiry.id)
    if wanted.day:
        begins, ends = beginning_of(wanted.day), beginning_of(wanted.day, days_later=1)
        chosen = chosen.where(AuditEntry.at >= begins, AuditEntry.at < ends)
    return chosen


def _records(asker: Staff, subjects: Collection[UUID]) -> dict[UUID, str]:
    """Return what the records that entries concern are called: a reference, a colleague's name, or what was changed."""
    colleagues = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(subjects)))
    complaints = db.session.execute(select(Complaint.id, Complaint.reference).where(Complaint.id.in_(subjects)))
    named = {row.id: row.name for row in colleagues} | {row.id: row.reference for row in complaints}
    named |= caseload.references(asker, subjects)
    others = set(subjects) - named.keys()
    return named | _set_by_managers(others) if others else named


def _set_by_managers(subjects: Collection[UUID]) -> dict[UUID, str]:
    """Return what managers changed, in words, and the names of templates."""
    changes = db.session.scalars(select(Change).where(Change.id.in_(subjects)))
    templates = db.session.scalars(select(ReplyTemplate).where(ReplyTemplate.id.in_(subjects)))
    named = {change.id: change.in_words for change in changes}
    return named | {template.id: template.words.name for template in templates if template.opens}


def _line(number: int, found: tuple[AuditEntry, str | None] | None, records: Mapping[UUID, str]) -> Line:
    if found is None:
        return Line(number, None, "Nobody knows who", "Somebody changed this entry: it cannot be read")
    entry, name = found
    who = name or NOBODY_IN_PARTICULAR.get(entry.actor, "Somebody unknown")
    record = records.get(entry.subject, "") if entry.subject else ""
    return Line(number, entry.at, who, entry.event.capitalize(), record)
