"""What a person is told: all that their enquiries and complaints hold, in words that they can read.

Why everything: the right of access is to what colleagues wrote as well. Notes, reasons, and why something is held are
told, and so is when somebody looked. Colleagues are named where the case names them (Data Protection Act 2018,
schedule 2, paragraphs 16 and 17); whoever only looked is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from enquiry import attachments, caseload, diary
from enquiry.disclosure.whose import Person
from enquiry.extensions import db
from enquiry.records.appointment import Appointment
from enquiry.records.attachment import Attachment
from enquiry.records.complaint import Complaint, Said
from enquiry.records.enquiry import Enquiry
from enquiry.records.ledger import AuditEntry
from enquiry.records.letter import Letter
from enquiry.records.near_miss import NearMiss
from enquiry.records.referral import Referral
from enquiry.records.timeline import Entry
from enquiry.records.told import Contact, Patient, Request
from enquiry.rules.files import ScanState
from enquiry.rules.red_flags import BY_CODE
from enquiry.rules.referrals import SignAsked
from enquiry.web.filters import date_in_words
from enquiry.web.words import condition_title, detail


@dataclass(frozen=True)
class Happening:
    """One entry of the timeline."""

    at: datetime
    what: str
    by: str  # a colleague's name; empty for the person and for the system
    text: str


@dataclass(frozen=True)
class Sent:
    """One letter."""

    at: datetime
    kind: str
    state: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Meeting:
    """One appointment."""

    at: datetime
    minutes: int
    clinic: str
    clinician: str
    visit: str
    state: str
    told: str  # how its person was to hear of it
    joining: str
    note: str
    fees_told_at: datetime | None


@dataclass(frozen=True)
class File:
    """One file, and where in the archive it is; empty for one that was left out because of a virus."""

    name: str
    added_at: datetime
    in_archive: str


@dataclass(frozen=True)
class Look:
    """One time that somebody looked at it, or did something with it."""

    at: datetime
    what: str


@dataclass(frozen=True)
class ToldOfComplaint:
    """All that is held of one complaint."""

    reference: str
    received_at: datetime
    confirmed_at: datetime | None
    closed_at: datetime | None
    said: Said
    outcome: str
    letters: list[Sent]
    looks: list[Look]


@dataclass(frozen=True)
class ToldOfNearMiss:
    """Something that nearly went wrong, as it was written down, and what its review came to."""

    at: datetime
    by: str
    told: str
    reviewed_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class ToldOfEnquiry:
    """All that is held of one enquiry."""

    reference: str
    clinic: str
    status: str
    urgency: str
    outcome: str
    reject_reason: str
    merged_into: str  # the reference of another enquiry
    received_at: datetime
    ended_at: datetime | None
    review_on: date | None  # when it is decided whether it must still be kept
    held_at: datetime | None
    patient: Patient
    contact: Contact
    request: Request
    referral: Referral | None  # what a clinician told who referred them
    timeline: list[Happening]
    near_misses: list[ToldOfNearMiss]
    appointments: list[Meeting]
    letters: list[Sent]
    files: list[File]
    looks: list[Look]


@dataclass(frozen=True)
class Told:
    """All that is held of one person."""

    enquiries: list[ToldOfEnquiry]
    complaints: list[ToldOfComplaint]


def contents(person: Person) -> Told:
    """Return all that is held of a person.

    :raises SealBroken: when something of it does not open.
    """
    return Told(
        [_told_of_enquiry(enquiry) for enquiry in person.enquiries],
        [_told_of_complaint(complaint) for complaint in person.complaints],
    )


def _told_of_complaint(complaint: Complaint) -> ToldOfComplaint:
    return ToldOfComplaint(
        reference=complaint.reference,
        received_at=complaint.received_at,
        confirmed_at=complaint.confirmed_at,
        closed_at=complaint.closed_at,
        said=complaint.said,
        outcome=complaint.outcome,
        letters=_letters(Letter.complaint_id == complaint.id),
        looks=_looks(complaint.id),
    )


def _told_of_enquiry(enquiry: Enquiry) -> ToldOfEnquiry:
    return ToldOfEnquiry(
        reference=enquiry.reference,
        clinic=enquiry.clinic.label,
        status=enquiry.status.label,
        urgency=enquiry.urgency.label,
        outcome=enquiry.outcome.label if enquiry.outcome else "",
        reject_reason=enquiry.reject_reason.label if enquiry.reject_reason else "",
        merged_into=enquiry.merged_into.reference if enquiry.merged_into else "",
        received_at=enquiry.received_at,
        ended_at=enquiry.ended_at,
        review_on=enquiry.review_on,
        held_at=enquiry.held_at,
        patient=enquiry.patient,
        contact=enquiry.contact,
        request=enquiry.request,
        referral=enquiry.referral,
        timeline=[_happening(entry) for entry in reversed(caseload.timeline(enquiry))],
        near_misses=_near_misses(enquiry.id),
        appointments=[_meeting(one) for one in reversed(diary.of(enquiry))],
        letters=_letters(Letter.enquiry_id == enquiry.id),
        files=[_file(enquiry, attachment) for attachment in attachments.of(enquiry)],
        looks=_looks(enquiry.id),
    )


def name_in_archive(enquiry: Enquiry, attachment: Attachment) -> str:
    """Return the name of a file in the archive: ours, since theirs may mean something to a computer."""
    if attachment.scan is ScanState.REFUSED:
        return ""
    return f"files/{enquiry.reference}-{attachment.id}{attachment.description.kind.ending}"


def facts(record: Any) -> Iterator[tuple[str, str]]:
    """Yield what somebody answered, each with a label; a question that is added later is told by itself."""
    for field in fields(record):
        label, value = field.name.replace("_", " ").capitalize(), getattr(record, field.name)
        if is_dataclass(value):
            yield from ((f"{label}: {inner.lower()}", words) for inner, words in facts(value))
        elif value not in (None, "", ()):
            yield label, condition_title(value) if field.name == "about" else _in_words(value)


def _in_words(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_in_words, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return date_in_words(value)
    if isinstance(value, SignAsked):
        return f"{value.says}: {value.answer.label.lower()}"
    if value in BY_CODE:
        return BY_CODE[value].says
    return str(value.label if isinstance(value, StrEnum) and hasattr(value, "label") else value)


def _happening(entry: Entry) -> Happening:
    what = ": ".join(filter(None, (entry.event.label, detail(entry))))
    return Happening(entry.at, what, entry.actor.name if entry.actor else "", entry.text)


def _near_misses(enquiry_id: UUID) -> list[ToldOfNearMiss]:
    wanted = select(NearMiss).where(NearMiss.enquiry_id == enquiry_id).order_by(NearMiss.id)
    return [
        ToldOfNearMiss(one.reported_at, one.reported_by.name, one.told, one.reviewed_at, one.outcome)
        for one in db.session.scalars(wanted)
    ]


def _meeting(one: Appointment) -> Meeting:
    return Meeting(
        at=one.starts_at,
        minutes=one.minutes,
        clinic=one.clinic.label,
        clinician=one.clinician.name,
        visit=one.visit.label,
        state=one.state.label,
        told=one.arranged.tell.label,
        joining=one.arranged.joining,
        note=one.arranged.note,
        fees_told_at=one.fees_told_at,
    )


def _letters(about: ColumnElement[bool]) -> list[Sent]:
    return [_sent(letter) for letter in db.session.scalars(select(Letter).where(about).order_by(Letter.id))]


def _sent(letter: Letter) -> Sent:
    """Return a letter as colleagues see it: the link in it opens the enquiry, and is the person's alone."""
    said = letter.contents
    at = letter.sent_at or letter.queued_at
    return Sent(at, letter.kind.label, letter.state.label, said.to, said.subject, said.as_shown)


def _looks(subject: UUID) -> list[Look]:
    looks = select(AuditEntry.at, AuditEntry.event).where(AuditEntry.subject == subject).order_by(AuditEntry.ordinal)
    return [Look(at, event.capitalize()) for at, event in db.session.execute(looks)]


def _file(enquiry: Enquiry, attachment: Attachment) -> File:
    return File(attachment.description.name, attachment.added_at, name_in_archive(enquiry, attachment))
