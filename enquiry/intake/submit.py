"""Sending: the draft becomes an enquiry in a queue, with its receipt and its place on record, all or nothing."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from enquiry import attachments, audit, caseload, clock, opening, receipt, search, tallies
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.intake import draft
from enquiry.intake.pages import Answers, asked_for, first_unanswered
from enquiry.intake.reading import begun_in, clinic_in, contact_in, patient_in, request_in
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry, Kind
from enquiry.records.tally import What, count
from enquiry.records.timeline import Event, happened
from enquiry.records.told import Request
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules import spam, urgency
from enquiry.rules.callbacks import first_try
from enquiry.rules.contact import Route
from enquiry.rules.references import new_reference
from enquiry.rules.sources import Source
from enquiry.rules.urgency import Urgency
from enquiry.web.throttle import is_too_often


class NothingToSend(Exception):
    """Raised when there is neither a draft nor an enquiry that came of it: it expired, or never was."""


class NotFinished(Exception):
    """Raised when the draft still lacks the answers of a page."""


def submit(nonce: UUID, has_changed_answer: bool = False, fell_into_trap: bool = False) -> Enquiry:
    """Send a draft, once: however often it is sent, the same enquiry comes back.

    :param nonce: the draft's id.
    :param has_changed_answer: whether the same browser was shown an emergency before.
    :param fell_into_trap: whether a box was filled in that nobody sees.
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
    enquiry = _enquiry(nonce, asked_for(found.answers), at, has_changed_answer)
    db.session.add(enquiry)
    happened(enquiry, Event.RECEIVED, at)
    _judge(enquiry, begun_in(found.answers), at, fell_into_trap)
    attachments.hand_over(found, enquiry)
    draft.discard(found)
    count(What.REACHED, "sent", at)
    if enquiry.urgency is not _own_urgency(enquiry.request):
        happened(enquiry, Event.URGENCY_KEPT, at, detail=enquiry.urgency.value)
    if enquiry.set_aside_at is not None:
        happened(enquiry, Event.SET_ASIDE, at)
    else:
        tallies.arrived(enquiry, Source.WEB)
        if letter := receipt.queue(enquiry, at):
            happened(enquiry, Event.ACKNOWLEDGED, at, letter=letter)
    search.index(enquiry)
    audit.record(audit.PUBLIC, AuditEvent.ENQUIRY_SENT, enquiry.id)
    db.session.commit()
    return enquiry


def _enquiry(nonce: UUID, answers: Answers, at: datetime, has_changed_answer: bool) -> Enquiry:
    """Return a new enquiry, sealed, with its queue, urgency and due times decided by the rules."""
    own_id = new_id()
    patient, contact, request = patient_in(answers), contact_in(answers), request_in(answers, has_changed_answer)
    arrives = urgency.kept(_own_urgency(request), search.urgencies(patient, contact))
    clinic = clinic_in(answers)
    its_clock = opening.clock_of(clinic)
    enquiry = Enquiry(
        id=own_id,
        key=WrappedKey.made_for(own_id),
        nonce=nonce,
        reference=_unused_reference(),
        clinic=clinic,
        kind=Kind(answers["about"]["kind"]),
        urgency=arrives,
        received_at=at,
        changed_at=at,
        due_at=its_clock.due(arrives, at),
        promised_at=its_clock.promised(at),
    )
    enquiry.patient, enquiry.contact, enquiry.request = patient, contact, request
    if contact.preferred is Route.TELEPHONE:
        enquiry.ring_at = first_try(its_clock.hours, contact.good_to_ring, at, arrives, enquiry.due_at)
    enquiry.precedence = PINNED if enquiry.is_flagged else IN_TURN
    return enquiry


def _judge(enquiry: Enquiry, begun: datetime | None, at: datetime, fell_into_trap: bool) -> None:
    """Look for signs of spam. What has them is set aside, without its receipt, unless anything in it may be urgent.

    Why without: its address may be somebody's who never asked, and would get our letter for it.
    """
    story = " ".join(enquiry.request.story.casefold().split())
    is_repeated = is_too_often("stories", spam.SAME_TEXT, story)
    signs = spam.signs(story, at - begun if begun else None, fell_into_trap, is_repeated)
    if signs:
        enquiry.request = replace(enquiry.request, spam_signs=signs)
    if spam.waits_apart(signs, enquiry.urgency, enquiry.may_need_a_clinician):
        enquiry.set_aside_at = at


def _own_urgency(request: Request) -> Urgency:
    return urgency.at_arrival(request.flags, request.flags_in_words, bool(request.is_worsening))


def _unused_reference() -> str:
    """Return a reference that no enquiry has; two at once that draw the same are stopped by the database."""
    reference = new_reference()
    while caseload.is_taken(reference):
        reference = new_reference()
    return reference
