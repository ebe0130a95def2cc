"""Sending: the draft becomes a referral in a clinic's queue, by the rules by which every enquiry arrives."""

from dataclasses import replace
from uuid import UUID

from enquiry import arrival, attachments, audit, caseload, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.draft import Form
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.referrals.pages import first_unanswered
from enquiry.referrals.reading import begun_in, clinic_in, contact_in, patient_in, referral_in, request_in
from enquiry.rules import spam
from enquiry.rules.sources import Source
from enquiry.web import drafts


class NothingToSend(Exception):
    """Raised when there is neither a draft nor a referral that came of it: it expired, or never was."""


class NotFinished(Exception):
    """Raised when the draft still lacks the answers of a page."""


def send(nonce: UUID, has_changed_answer: bool = False, fell_into_trap: bool = False) -> Enquiry:
    """Send a draft, once: however often it is sent, the same referral comes back.

    :param nonce: the draft's id.
    :param has_changed_answer: whether the same browser was shown an emergency before.
    :param fell_into_trap: whether a box was filled in that nobody sees.
    :raises NothingToSend: when the draft is gone and was not sent.
    :raises NotFinished: when a page is unanswered.
    """
    found = drafts.take(nonce, Form.REFERRAL)
    if found is None:
        sent = sent_with(nonce)
        db.session.rollback()
        if sent is None:
            raise NothingToSend
        return sent
    answers, at = found.answers, clock.now()
    if first_unanswered(answers) is not None:
        db.session.rollback()
        raise NotFinished
    referral = referral_in(answers)
    enquiry = arrival.new_enquiry(
        nonce,
        clinic_in(answers),
        Kind.REFERRAL,
        patient_in(answers),
        contact_in(answers),
        request_in(referral, has_changed_answer),
        at,
        referral,
    )
    signs = spam.signs(enquiry.request.story, at - begun_in(answers), fell_into_trap, is_repeated=False)
    if signs:
        enquiry.request = replace(enquiry.request, spam_signs=signs)
    if spam.waits_apart(signs, enquiry.urgency, enquiry.may_need_a_clinician):
        enquiry.set_aside_at = at
    arrival.receive(enquiry, Source.REFERRAL)
    attachments.hand_over(found, enquiry)
    drafts.discard(found)
    audit.record(audit.PUBLIC, AuditEvent.ENQUIRY_SENT, enquiry.id)
    db.session.commit()
    return enquiry


def sent_with(nonce: UUID) -> Enquiry | None:
    """Return the referral that a draft was sent as, for the browser that sent it."""
    sent = caseload.sent_with(nonce)
    return sent if sent is not None and sent.is_referral else None
