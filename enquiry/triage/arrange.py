"""Who has an enquiry, and when it comes back: assign it, give it back, snooze it, wake it.

Each verb names the version of the enquiry that its person saw, like those of ``decide``.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from enquiry import audit, caseload, clock, colleagues, opening
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event, happened
from enquiry.rules import snoozing
from enquiry.rules.permissions import Role
from enquiry.rules.status import Status, Turn
from enquiry.triage.refusals import NotDecided, OnlyAClinician


class NotInTheQueue(NotDecided):
    """Raised for an enquiry that has ended, or waits as possible spam: nobody works on it."""


class NotTheirs(NotDecided):
    """Raised when an enquiry is assigned to somebody who cannot work on it."""


class NobodyHasIt(NotDecided):
    """Raised when an enquiry that is nobody's is given back, or put off before anybody took it."""


class StandsAboveTheClock(NotDecided):
    """Raised when a pinned enquiry is put off before somebody has acknowledged why it is pinned."""


class PromisedBefore(NotDecided):
    """Raised when somebody who has had no answer would be put off beyond the day that they were promised one."""


class TooFarAway(NotDecided):
    """Raised for a day that has come already, or is months away."""


class NotSnoozed(NotDecided):
    """Raised when an enquiry is woken that does not sleep."""


def assign(actor: Staff, reference: str, version: int, to: UUID) -> Enquiry:
    """Give an enquiry to a colleague of its clinic, or take it; where it stands, and when it is due, stays.

    :raises NotTheirs: when that colleague cannot work on it.
    :raises NotInTheQueue: when nobody does.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``decide.claim``.
    """
    enquiry = _take(actor, reference, version)
    person = db.session.get(Staff, to)
    if person is None or not colleagues.can_have_one_of(enquiry.clinic, person):
        db.session.rollback()
        raise NotTheirs
    at = clock.now()
    if enquiry.status is Status.NEW:
        enquiry.move_to(Status.ASSIGNED, at, opening.clock_of(enquiry.clinic))
    enquiry.assignee = person
    happened(enquiry, Event.ASSIGNED, at, actor, text=f"To {person.name}")
    audit.record(actor, AuditEvent.ENQUIRY_ASSIGNED, enquiry.id)
    db.session.commit()
    return enquiry


def give_back(actor: Staff, reference: str, version: int) -> Enquiry:
    """Let an enquiry be nobody's; one that was only taken, and nothing more, is new again.

    :raises NobodyHasIt: when it is nobody's already.
    :raises NotInTheQueue, NoSuchEnquiry, ChangedMeanwhile: as for ``assign``.
    """
    enquiry = _take(actor, reference, version)
    if enquiry.assignee is None:
        db.session.rollback()
        raise NobodyHasIt
    at = clock.now()
    if enquiry.status is Status.ASSIGNED:
        enquiry.move_to(Status.NEW, at, opening.clock_of(enquiry.clinic))
    enquiry.assignee = None
    happened(enquiry, Event.GIVEN_BACK, at, actor)
    audit.record(actor, AuditEvent.ENQUIRY_ASSIGNED, enquiry.id)
    db.session.commit()
    return enquiry


def snooze(actor: Staff, reference: str, version: int, until: date, reason: str) -> Enquiry:
    """Put an enquiry off until its clinic opens on a day, or after it; meanwhile it is due to nobody.

    :raises NobodyHasIt: when nobody has taken it: it would be forgotten.
    :raises StandsAboveTheClock: when it is pinned.
    :raises OnlyAClinician: when somebody else puts off an enquiry with a red flag.
    :raises PromisedBefore: when an answer was promised before that day, and none was given.
    :raises TooFarAway: when that day is not one of the next 90.
    :raises NotInTheQueue, NoSuchEnquiry, ChangedMeanwhile: as for ``assign``.
    """
    enquiry, at = _take(actor, reference, version), clock.now()
    its_clock = opening.clock_of(enquiry.clinic)
    wakes = its_clock.hours.next_opening(clock.beginning_of(until))
    try:
        _refuse_unless_may_snooze(actor, enquiry, until, wakes, at)
    except NotDecided:
        db.session.rollback()
        raise
    enquiry.give_turn(Turn.NOBODY, at, its_clock)
    enquiry.snoozed_until = wakes
    happened(enquiry, Event.SNOOZED, at, actor, detail=until.isoformat(), text=reason)
    audit.record(actor, AuditEvent.ENQUIRY_SNOOZED, enquiry.id)
    db.session.commit()
    return enquiry


def wake(actor: Staff, reference: str, version: int) -> Enquiry:
    """Bring a snoozed enquiry back before its day.

    :raises NotSnoozed: when it does not sleep.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``assign``.
    """
    enquiry, at = caseload.take_to_change(actor, reference, version), clock.now()
    if enquiry.snoozed_until is None:
        db.session.rollback()
        raise NotSnoozed
    enquiry.give_turn(Turn.US, at, opening.clock_of(enquiry.clinic))
    happened(enquiry, Event.WOKEN, at, actor)
    audit.record(actor, AuditEvent.ENQUIRY_WOKEN, enquiry.id)
    db.session.commit()
    return enquiry


def remembered(enquiry: Enquiry, latest_first: Sequence[Entry], today: date) -> date | None:
    """Return until when an enquiry was snoozed that something woke before its day, to be snoozed so again.

    A colleague who wakes it, or its day, ends that (FreeScout #5378: after a “thanks”, staff typed the day anew).
    """
    if enquiry.snoozed_until is not None or not enquiry.is_open:
        return None
    latest = next((entry for entry in latest_first if entry.event in (Event.SNOOZED, Event.WOKEN)), None)
    if latest is None or latest.event is Event.WOKEN:
        return None
    until = date.fromisoformat(latest.detail)
    return until if until > today else None


def _take(actor: Staff, reference: str, version: int) -> Enquiry:
    enquiry = caseload.take_to_change(actor, reference, version)
    if not enquiry.is_open or enquiry.set_aside_at is not None:
        db.session.rollback()
        raise NotInTheQueue
    return enquiry


def _refuse_unless_may_snooze(actor: Staff, enquiry: Enquiry, until: date, wakes: datetime, at: datetime) -> None:
    if not snoozing.is_within_reach(until, clock.for_the_eye(at).date()):
        raise TooFarAway
    if enquiry.is_pinned:
        raise StandsAboveTheClock
    if enquiry.status is Status.NEW:
        raise NobodyHasIt
    if enquiry.is_flagged and Role.CLINICIAN not in actor.roles:
        raise OnlyAClinician
    if enquiry.first_contact_at is None and wakes >= enquiry.promised_at:
        raise PromisedBefore
