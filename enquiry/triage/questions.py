"""Handing an enquiry to a clinician with a question, and the answer, which gives it back to whoever asked."""

from uuid import UUID

from enquiry import audit, caseload, clock, colleagues, opening, receipt
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event, happened, open_question
from enquiry.rules.permissions import Action
from enquiry.rules.status import Status, Turn
from enquiry.triage.refusals import NobodyToAsk, NothingAsked, StillAsked
from enquiry.triage.taking import take


def ask(actor: Staff, reference: str, version: int, clinician_id: UUID, question: str) -> Enquiry:
    """Hand an enquiry to a clinician of its clinic; a new one is assigned and handed on in one step.

    :raises NobodyToAsk: when no such clinician works there, or somebody asks themself.
    :raises StillAsked: when an earlier question has no answer yet.
    :raises NotNow, NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    enquiry = take(actor, Action.ASK_CLINICIAN, reference, version)
    if enquiry.status is Status.WITH_CLINICIAN and open_question(caseload.timeline(enquiry)):
        db.session.rollback()
        raise StillAsked
    whom = next((one for one in colleagues.clinicians_of(enquiry.clinic) if one.id == clinician_id), None)
    if whom is None or whom.id == actor.id:
        db.session.rollback()
        raise NobodyToAsk
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    if enquiry.status is Status.NEW:
        enquiry.move_to(Status.ASSIGNED, at, its_clock)
    if enquiry.status is not Status.WITH_CLINICIAN:
        enquiry.move_to(Status.WITH_CLINICIAN, at, its_clock)
    elif enquiry.snoozed_until is not None:
        enquiry.give_turn(Turn.US, at, its_clock)
    enquiry.assignee = whom
    happened(enquiry, Event.ASKED_CLINICIAN, at, actor, text=question, letter=receipt.let_in(enquiry, at))
    audit.record(actor, AuditEvent.CLINICIAN_ASKED, enquiry.id)
    db.session.commit()
    return enquiry


def answer(actor: Staff, reference: str, version: int, text: str) -> Enquiry:
    """Answer the question of a colleague, who has the enquiry again; if they have left, it is new and nobody's.

    Any clinician of the clinic may answer: whoever was asked may be ill.

    :raises NothingAsked: when no question waits.
    :raises NotNow, NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    enquiry = take(actor, Action.ANSWER_QUESTION, reference, version)
    question = open_question(caseload.timeline(enquiry))
    if question is None:
        db.session.rollback()
        raise NothingAsked
    at, asker = clock.now(), _who_can_take_it(question, enquiry)
    enquiry.move_to(Status.ASSIGNED if asker else Status.NEW, at, opening.clock_of(enquiry.clinic))
    enquiry.assignee = asker
    happened(enquiry, Event.CLINICIAN_ANSWERED, at, actor, text=text)
    audit.record(actor, AuditEvent.CLINICIAN_ANSWERED, enquiry.id)
    db.session.commit()
    return enquiry


def _who_can_take_it(question: Entry, enquiry: Enquiry) -> Staff | None:
    asker = question.actor
    is_here = asker is not None and asker.may(Action.CLAIM) and enquiry.clinic in asker.clinics
    return asker if is_here else None
