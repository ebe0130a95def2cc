"""Snoozed enquiries come back when their time has come: woken by the worker each minute, or by whoever looks first.

Why both: a list that is looked at while no worker runs would go on hiding what is due. So whoever opens one wakes what
the worker has left asleep, and sees it there.
"""

from datetime import datetime

import structlog

from enquiry import audit, caseload, opening
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.timeline import Event, happened
from enquiry.rules.status import Turn
from enquiry.sealing import SealBroken

AT_ONCE = 100  # enquiries in one transaction

log = structlog.get_logger()


def wake(now: datetime) -> int:
    """Make it the clinic's turn on everything whose time has come, with the time that was left when it was snoozed.

    :return: how many enquiries that were.
    """
    count = 0
    while woken := caseload.take_to_wake(now, AT_ONCE):
        for enquiry in woken:
            enquiry.give_turn(Turn.US, now, opening.clock_of(enquiry.clinic))
            _write_down(enquiry, now)
            audit.record(audit.SYSTEM, AuditEvent.ENQUIRY_WOKEN, enquiry.id)
        db.session.commit()
        count += len(woken)
    db.session.rollback()
    return count


def _write_down(enquiry: Enquiry, now: datetime) -> None:
    """Say so in the timeline; one that does not open wakes all the same, and keeps nobody else asleep."""
    try:
        happened(enquiry, Event.WOKEN, now)
    except SealBroken:
        log.error("enquiry woken that does not open", enquiry=str(enquiry.id))
