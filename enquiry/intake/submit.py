"""Sending: the draft becomes an enquiry in a queue, with its receipt and its place on record, all or nothing."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from enquiry import arrival, attachments, audit, caseload, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.intake import draft
from enquiry.intake.pages import asked_for, first_unanswered
from enquiry.intake.reading import begun_in, clinic_in, contact_in, patient_in, request_in
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.records.tally import What, count
from enquiry.rules import spam
from enquiry.rules.sources import Source
from enquiry.web import drafts
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
    at, answers = clock.now(), asked_for(found.answers)
    enquiry = arrival.new_enquiry(
        nonce,
        clinic_in(answers),
        Kind(answers["about"]["kind"]),
        patient_in(answers),
        contact_in(answers),
        request_in(answers, has_changed_answer),
        at,
    )
    _judge(enquiry, begun_in(found.answers), at, fell_into_trap)
    arrival.receive(enquiry, Source.WEB)
    attachments.hand_over(found, enquiry)
    drafts.discard(found)
    count(What.REACHED, "sent", at)
    audit.record(audit.PUBLIC, AuditEvent.ENQUIRY_SENT, enquiry.id)
    db.session.commit()
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
