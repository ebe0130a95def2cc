"""Opening a private link with the date of birth, and leaving it again.

Why two secrets: the link lies in a mailbox that others may read, and a date of birth is known to many. Why the link
then stays open for one browser and half an hour only: what opened it is kept here as a hash, so a cookie that was
copied, or is from an hour ago, opens nothing; whoever opens the link elsewhere ends what was open before.
"""

from datetime import date, datetime

from enquiry import audit, caseload, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.private_link import PrivateLink, hash_of, new_token
from enquiry.rules import private_links


class NotOpen(Exception):
    """Raised when a link does not open, or is not open in this browser; whoever is there may be anybody."""


def open_link(token: str, birth_date: date) -> str:
    """Open a private link, and put on record that somebody did or tried.

    A link that never was, is over, rests, or goes with another date: it is the same refusal.

    :return: a word for the browser, by which it can say for half an hour that it opened the link.
    :raises NotOpen: when the link and the date do not go together, or too many dates were tried.
    """
    found, now = caseload.take_by_link(hash_of(token)), clock.now()
    if found is None or not _opens(found, birth_date, now):
        audit.record(audit.PUBLIC, AuditEvent.LINK_REFUSED, found.enquiry_id if found else None)
        db.session.commit()
        raise NotOpen
    word = new_token()
    found.opened_with, found.open_until, found.wrong_dates = hash_of(word), now + private_links.OPEN_FOR, 0
    audit.record(audit.PUBLIC, AuditEvent.LINK_OPENED, found.enquiry_id)
    db.session.commit()
    return word


def opened(token: str, word: str) -> Enquiry | None:
    """Return the enquiry of a link that this browser has open."""
    found = caseload.by_link(hash_of(token))
    return found.enquiry if found is not None and found.is_open_to(word, clock.now()) else None


def take_opened(token: str, word: str) -> Enquiry:
    """Begin the transaction of somebody who has a link open, and return their enquiry.

    :raises NotOpen: when this browser has it open no more.
    """
    return _take_opened(token, word).enquiry


def leave(token: str, word: str) -> None:
    """Shut a link that this browser has open; the next person at this device finds nothing."""
    try:
        found = _take_opened(token, word)
    except NotOpen:
        return
    found.opened_with = found.open_until = None
    audit.record(audit.PUBLIC, AuditEvent.LINK_LEFT, found.enquiry_id)
    db.session.commit()


def _take_opened(token: str, word: str) -> PrivateLink:
    found = caseload.take_by_link(hash_of(token))
    if found is None or not found.is_open_to(word, clock.now()):
        db.session.rollback()
        raise NotOpen
    return found


def _opens(found: PrivateLink, birth_date: date, now: datetime) -> bool:
    """Return whether a link opens to this date; a wrong one is counted."""
    enquiry = found.enquiry
    ended_at = enquiry.worked_on.ended_at  # one that was merged goes on with the other
    if private_links.is_over(enquiry.received_at, ended_at, found.wrong_dates, now) or found.is_resting(now):
        return False
    if enquiry.patient.birth_date == birth_date:
        return True
    found.wrong_dates += 1
    found.rests_until = private_links.rests_until(found.wrong_dates, now)
    return False
