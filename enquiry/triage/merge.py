"""Merging two enquiries of one person into one, and taking them apart again.

The merged one closes as a duplicate and points to the one that is kept; it stays whole, and everything in it is read
from there. Its patient's link still works, and what comes by it calls the clinic back to the one that is kept
(``following.say``). Apart again, it stands exactly where it stood, but for what its patient has said since.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from enquiry import audit, caseload, clock, diary, opening, receipt, search
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import PINNED, Enquiry
from enquiry.records.staff import Staff
from enquiry.records.standing import Standing
from enquiry.records.timeline import Entry, Event, happened
from enquiry.rules import merging
from enquiry.rules.clinic_clock import ClinicClock
from enquiry.rules.permissions import Action
from enquiry.rules.status import Outcome, Status, Turn
from enquiry.rules.story_scan import scan
from enquiry.rules.urgency import Urgency, kept
from enquiry.triage.refusals import IS_EXPECTED, ApartAlready, NotMerged
from enquiry.triage.taking import permit

_THEIR_WORDS = (Event.WROTE, Event.ASKED_TO_WITHDRAW)


def why_not_merge(enquiry: Enquiry, other: Enquiry) -> str:
    """Return why the other one cannot be merged into an enquiry; empty when it can."""
    if enquiry.id == other.id or enquiry.clinic is not other.clinic:
        return "Only enquiries of one clinic are merged"
    if other.merged_into_id or enquiry.merged_into_id:
        return "One of them is merged already"
    if not search.ties(enquiry) & search.ties(other):
        return "Nothing says that they are from the same person"
    return merging.why_not(enquiry.status, other.status, has_taken_in=bool(other.merged))


def merge(actor: Staff, reference: str, version: int, other_reference: str, other_version: int) -> Enquiry:
    """Merge the other enquiry into this one, which is then as urgent, as pinned and as soon due as either was.

    Whoever was to be rung still is, at the number of the one that is kept.

    :raises NotMerged: when they cannot be merged, with the reason.
    :raises NotNow: when either has ended.
    :raises NoSuchEnquiry: when there is none for this person, of either.
    :raises ChangedMeanwhile: when either changed since the page was loaded.
    """
    enquiry, other = caseload.take_two_to_change(actor, (reference, version), (other_reference, other_version))
    permit(actor, Action.MERGE, enquiry)
    permit(actor, Action.MERGE, other)
    why = why_not_merge(enquiry, other) or (IS_EXPECTED if diary.is_expected(other, clock.now()) else "")
    if why:
        db.session.rollback()
        raise NotMerged(why)
    at, its_clock = clock.now(), opening.clock_of(enquiry.clinic)
    _take_over(enquiry, other, at, its_clock)
    other.move_to(Status.CLOSED, at, its_clock, is_agreed=True)
    other.outcome, other.merged_into_id = Outcome.DUPLICATE, enquiry.id
    happened(other, Event.MERGED, at, actor, detail=enquiry.reference)
    happened(enquiry, Event.TOOK_IN, at, actor, detail=other.reference, letter=receipt.let_in(enquiry, at))
    audit.record(actor, AuditEvent.ENQUIRY_MERGED, other.id)
    audit.record(actor, AuditEvent.ENQUIRY_TOOK_IN, enquiry.id)
    db.session.commit()
    return enquiry


def unmerge(actor: Staff, reference: str, version: int, why: str) -> Enquiry:
    """Take a merged enquiry apart from the one that it was merged into.

    The other is put back, too, unless something has happened to it since: then it stays as it stands, no less urgent.

    :raises ApartAlready: when it is merged into nothing.
    :raises NotNow, NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    enquiry, keeper = caseload.take_merged(actor, reference, version)
    permit(actor, Action.UNMERGE, enquiry)
    if keeper is None:
        db.session.rollback()
        raise ApartAlready
    at, its_clock, entries = clock.now(), opening.clock_of(enquiry.clinic), caseload.timeline(enquiry)
    last = caseload.timeline(keeper)[0]
    since_then = list(takewhile(lambda entry: entry.event is not Event.MERGED, entries))
    _put_back(enquiry, entries[len(since_then)])
    enquiry.merged_into_id = None
    _heed_what_was_said(enquiry, since_then, at, its_clock)
    happened(enquiry, Event.UNMERGED, at, actor, detail=keeper.reference, text=why)
    if last.event is Event.TOOK_IN and last.detail == enquiry.reference:
        _put_back(keeper, last)
    happened(keeper, Event.UNMERGED, at, actor, detail=enquiry.reference, text=why)
    audit.record(actor, AuditEvent.ENQUIRY_UNMERGED, enquiry.id)
    audit.record(actor, AuditEvent.ENQUIRY_UNMERGED, keeper.id)
    db.session.commit()
    return enquiry


def can_be_merged(enquiry: Enquiry, others: Sequence[search.Other]) -> set[str]:
    """Return the references of the others with which an enquiry can be merged, as far as the case itself can tell."""
    if not enquiry.is_open:
        return set()
    theirs = [one.enquiry for one in others if one.shares and one.enquiry.is_open]
    return {other.reference for other in theirs if other.clinic is enquiry.clinic}


def _take_over(enquiry: Enquiry, other: Enquiry, at: datetime, its_clock: ClinicClock) -> None:
    """Let one enquiry be as urgent, as pinned and as soon due as the other, and ours to do or to ring if that is."""
    enquiry.urgency = kept(enquiry.urgency, [other.urgency])
    enquiry.precedence = min(enquiry.precedence, other.precedence)
    enquiry.promised_at = min(enquiry.promised_at, other.promised_at)
    if enquiry.contact.telephone:
        enquiry.ring_at = min(filter(None, (enquiry.ring_at, other.ring_at)), default=None)
    is_put_off = enquiry.snoozed_until is not None and enquiry.is_pinned  # nothing may be both
    if enquiry.turn is not Turn.US and (other.turn is Turn.US or is_put_off):
        enquiry.give_turn(Turn.US, at, its_clock)
    if enquiry.turn is Turn.US and other.turn is Turn.US:
        enquiry.due_at = min(enquiry.due_at, other.due_at)


def _put_back(enquiry: Enquiry, entry: Entry) -> None:
    if entry.before is not None:
        Standing.read(entry.before).put_back(enquiry)


def _heed_what_was_said(enquiry: Enquiry, entries: Sequence[Entry], at: datetime, its_clock: ClinicClock) -> None:
    """Call the clinic back to what its patient said while it was merged; worrying words make it urgent, as ever."""
    theirs = [entry for entry in entries if entry.event in _THEIR_WORDS]
    if theirs:
        enquiry.calls_back(at, its_clock)
    if any(scan(entry.text) for entry in theirs):
        enquiry.hurry(kept(enquiry.urgency, [Urgency.URGENT]), at, its_clock)
        enquiry.precedence = PINNED
