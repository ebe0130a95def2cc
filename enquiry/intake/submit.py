"""Sending: the draft becomes an enquiry in a queue, with its receipt and its place on record, all or nothing."""

from datetime import date, datetime
from uuid import UUID

from enquiry import audit, caseload, clock, letters, outbox
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.intake import draft
from enquiry.intake.forms import Answers, asked_for, first_unanswered
from enquiry.records.enquiry import Contact, Enquiry, Kind, Patient, Request
from enquiry.records.letter import LetterKind
from enquiry.records.timeline import Event, happened
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules import red_flags, urgency
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route, read_telephone
from enquiry.rules.references import new_reference
from enquiry.rules.urgency import FIRST_CONTACT, PROMISE
from enquiry.rules.working_time import OpeningHours


class NothingToSend(Exception):
    """Raised when there is neither a draft nor an enquiry that came of it: it expired, or never was."""


class NotFinished(Exception):
    """Raised when the draft still lacks the answers of a page."""


def submit(nonce: UUID) -> Enquiry:
    """Send a draft, once: however often it is sent, the same enquiry comes back.

    :param nonce: the draft's id.
    :raises NothingToSend: when the draft is gone and was not sent.
    :raises NotFinished: when a page is unanswered.
    """
    found = draft.take(nonce)
    if found is None:
        sent = caseload.sent_with(nonce)
        db.session.rollback()
        if sent is None:
            raise NothingToSend
        return sent
    if first_unanswered(found.answers) is not None:
        db.session.rollback()
        raise NotFinished
    at = clock.now()
    enquiry = _enquiry(nonce, asked_for(found.answers), at)
    db.session.add(enquiry)
    draft.discard(found)
    happened(enquiry, Event.RECEIVED, at)
    if enquiry.contact.email:
        letter = outbox.queue(enquiry, LetterKind.ACKNOWLEDGEMENT, letters.acknowledgement(enquiry), at)
        happened(enquiry, Event.ACKNOWLEDGED, at, letter=letter)
    audit.record(audit.PUBLIC, AuditEvent.ENQUIRY_SENT, enquiry.id)
    db.session.commit()
    return enquiry


def _enquiry(nonce: UUID, answers: Answers, at: datetime) -> Enquiry:
    """Return a new enquiry, sealed, with its queue, urgency and due times decided by the rules."""
    own_id = new_id()
    request = _request(answers)
    arrives = urgency.at_arrival(red_flags.declared(request.red_flags))
    hours = OpeningHours()
    enquiry = Enquiry(
        id=own_id,
        key=WrappedKey.made_for(own_id),
        nonce=nonce,
        reference=_unused_reference(),
        clinic=Clinic(answers["clinic"]["clinic"]),
        kind=Kind(answers["about"]["kind"]),
        urgency=arrives,
        received_at=at,
        changed_at=at,
        due_at=hours.after(at, FIRST_CONTACT[arrives]),
        promised_at=hours.after(at, PROMISE),
    )
    enquiry.patient = Patient(answers["who"]["name"], date.fromisoformat(answers["who"]["birth_date"]))
    enquiry.contact = _contact(answers)
    enquiry.request = request
    return enquiry


def _contact(answers: Answers) -> Contact:
    contact = answers["contact"]
    return Contact(
        preferred=Route(contact["preferred"]),
        email=contact["email"],
        telephone=read_telephone(contact["telephone"]).e164 if contact["telephone"] else "",
        telephone_as_typed=contact["telephone"],
        voicemail_ok=answers.get("voicemail", {}).get("voicemail_ok") == "yes",
        avoid=contact["avoid"],
    )


def _request(answers: Answers) -> Request:
    about, times = answers["about"], answers.get("times", {})
    ticked = answers["safety"]["red_flags"]
    return Request(
        about=about["about"],
        story=about["story"],
        days=tuple(times.get("days", ())),
        times=tuple(times.get("times", ())),
        red_flags=tuple(code for code in ticked if code != red_flags.NONE_OF_THESE),
    )


def _unused_reference() -> str:
    """Return a reference that no enquiry has; two at once that draw the same are stopped by the database."""
    reference = new_reference()
    while caseload.is_taken(reference):
        reference = new_reference()
    return reference
