"""What a patient can say through their open link: one thing more, or that they no longer want an answer.

Why whatever they say makes it the clinic's turn: an enquiry that waits for the patient, or has its appointment, is due
to nobody, and words in it would lie unread. What they say of one that was merged into another lies in their own, where
it stays if the two are taken apart, and calls the clinic back to the other, on whose case it is read.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select

from enquiry import audit, clock, diary, opening
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.following.link import take_opened
from enquiry.records.enquiry import PINNED, Enquiry
from enquiry.records.timeline import Entry, Event, happened
from enquiry.rules import withdrawal
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.red_flags import RedFlag
from enquiry.rules.status import Status
from enquiry.rules.story_scan import scan
from enquiry.rules.urgency import Urgency, kept
from enquiry.sealing import SealBroken


class HasEnded(Exception):
    """Raised when somebody writes to an enquiry that has ended: nobody would look there."""

    def __init__(self, enquiry: Enquiry) -> None:
        super().__init__("This enquiry has ended")
        self.enquiry = enquiry


def add_message(token: str, word: str, nonce: UUID, text: str) -> tuple[RedFlag, ...]:
    """Add something in the patient's own words, once, however often it is sent.

    Other words are another message, though they come from the same page: somebody went back to it to say more.

    Words that may mean a red flag make the enquiry one for a clinician, and at least urgent; nothing makes it less so
    (clinical.md 2.4).

    :return: the rows whose words stand in the message, the most urgent first: the person is shown their advice.
    :raises NotOpen: when this browser has the link open no more.
    :raises HasEnded: when the enquiry has ended.
    :raises SealBroken: when it does not open: no colleague could read the message, and its patient would wait.
    """
    enquiry, flags, nonce = take_opened(token, word), scan(text), uuid5(nonce, text)
    if _is_said(nonce):
        db.session.rollback()
        return flags
    if not enquiry.worked_on.is_open:
        db.session.rollback()
        raise HasEnded(enquiry)
    if not enquiry.opens:
        raise SealBroken(f"enquiries:{enquiry.id} does not open, and takes no message")
    at, its_clock = clock.now(), opening.clock_of(enquiry.worked_on.clinic)
    if flags:
        _heed(enquiry, flags, at, its_clock)
    _say(enquiry, Event.WROTE, nonce, at, its_clock, text)
    audit.record(audit.PUBLIC, AuditEvent.MESSAGE_ADDED, enquiry.id)
    db.session.commit()
    return flags


def withdraw(token: str, word: str, nonce: UUID) -> None:
    """Withdraw an enquiry. One that a person must look at first stays open and says so; one that has ended stays so.

    :raises NotOpen: when this browser has the link open no more.
    """
    enquiry = take_opened(token, word)
    if _is_said(nonce) or not enquiry.worked_on.is_open:
        db.session.rollback()
        return
    at, its_clock = clock.now(), opening.clock_of(enquiry.worked_on.clinic)
    if ends_at_once(enquiry):
        enquiry.move_to(Status.WITHDRAWN, at, its_clock)
        happened(enquiry, Event.WITHDREW, at).nonce = nonce
        audit.record(audit.PUBLIC, AuditEvent.ENQUIRY_WITHDRAWN, enquiry.id)
    else:
        _say(enquiry, Event.ASKED_TO_WITHDRAW, nonce, at, its_clock)
        audit.record(audit.PUBLIC, AuditEvent.WITHDRAWAL_ASKED, enquiry.id)
    db.session.commit()


def ends_at_once(enquiry: Enquiry) -> bool:
    """Return whether an open enquiry ends when its patient withdraws it; otherwise a person of the clinic is asked."""
    if enquiry.merged_into_id is not None or enquiry.has_referral:  # the referrer must hear of it
        return False
    is_expected = diary.standing(enquiry) is not None
    return withdrawal.ends_at_once(enquiry.status, enquiry.urgency, enquiry.needs_two_to_end, is_expected)


def _say(enquiry: Enquiry, event: Event, nonce: UUID, at: datetime, its_clock: ClinicClock, text: str = "") -> None:
    """Write down what the patient said, and make it the clinic's turn; the entry names where the enquiry stood."""
    worked_on = enquiry.worked_on
    before = worked_on.calls_back(at, its_clock)
    happened(enquiry, event, at, detail=before, text=text).nonce = nonce
    if worked_on is not enquiry:
        happened(worked_on, Event.MERGED_ONE_WROTE, at, detail=enquiry.reference)


def _heed(enquiry: Enquiry, flags: Sequence[RedFlag], at: datetime, its_clock: ClinicClock) -> None:
    """Let worrying words count as if they stood in the first story: for a clinician, and at least urgent."""
    request, worked_on = enquiry.request, enquiry.worked_on
    codes = dict.fromkeys([*request.written, *(flag.code for flag in flags)])
    enquiry.request = replace(request, written=tuple(codes))
    worked_on.hurry(kept(worked_on.urgency, [Urgency.URGENT]), at, its_clock)
    worked_on.precedence = PINNED


def _is_said(nonce: UUID) -> bool:
    """Return whether a form with this nonce was sent before."""
    return db.session.scalar(select(Entry.id).where(Entry.nonce == nonce)) is not None
