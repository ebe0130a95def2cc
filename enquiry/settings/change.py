"""Changing what is set: one setting, seen as it is, with how it stood before and after on record.

Why no due time changes with the hours: patients were told some of them, and one that slips to a later day would slip
without anybody noticing. New enquiries count by the new hours, and so do those that come back from waiting.

Why managers set it for both clinics, whichever they belong to: they manage the practice, as they answer its complaints.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from enquiry import audit, clock, opening, secure_mail
from enquiry.audit import AuditEvent
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.opening import Opening, Targets
from enquiry.records.setting import Setting
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.closures import Closure, shut_too_long
from enquiry.rules.secure_mail import ALWAYS_SECURE
from enquiry.rules.urgency import Urgency
from enquiry.rules.working_time import Week
from enquiry.settings.in_words import lines_of_domains, lines_of_opening, lines_of_targets

KEPT_FOR = timedelta(days=366)  # closures that are over: what was counted by them must be counted so again


class NotSet(Exception):
    """Base of what can come between a manager and a change.

    NotSet
    ├── SetMeanwhile   a colleague set the same thing after the page was loaded
    ├── NoSuchClosure  it is not among the closures
    ├── SetAlready     the clinic is shut on these days already
    └── ShutTooLong    the clinic would not open for more than six weeks
    """


class SetMeanwhile(NotSet):
    """Raised when a page saw another version; it says which there is now."""

    def __init__(self, version: int) -> None:
        super().__init__("This was set after the page was loaded")
        self.version = version


class NoSuchClosure(NotSet):
    """Raised when there is no such closure."""


class SetAlready(NotSet):
    """Raised when a closure adds nothing."""


class ShutTooLong(NotSet):
    """Raised with the first and the last day of a time at which nobody would be there."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__("The clinic would be shut for too long")
        self.first, self.last = first, last


def set_week(actor: Staff, clinic: Clinic, version: int, week: Week) -> None:
    """Set when a clinic is open in an ordinary week.

    :raises SetMeanwhile, ShutTooLong: then nothing is done.
    """
    _set_opening(actor, clinic, version, lambda now: replace(now, week=week))


def shut(actor: Staff, clinic: Clinic, version: int, closure: Closure) -> None:
    """Shut a clinic on some days.

    :raises SetAlready: when it is shut on these days already, by one other closure.
    :raises SetMeanwhile, ShutTooLong: then nothing is done.
    """

    def with_it(now: Opening) -> Opening:
        if any(closure.days <= other.days for other in now.closures):
            raise SetAlready
        in_order = sorted([*now.closures, closure], key=lambda one: (one.first, one.last))
        return replace(now, closures=tuple(in_order))

    _set_opening(actor, clinic, version, with_it)


def open_again(actor: Staff, clinic: Clinic, version: int, closure: Closure) -> None:
    """Open a clinic after all on the days of a closure.

    :raises NoSuchClosure: when there is none like this.
    :raises SetMeanwhile: when somebody was quicker.
    """

    def without_it(now: Opening) -> Opening:
        if closure not in now.closures:
            raise NoSuchClosure
        return replace(now, closures=tuple(other for other in now.closures if other != closure))

    _set_opening(actor, clinic, version, without_it)


def set_targets(actor: Staff, version: int, first_contact: Mapping[Urgency, timedelta], promise: timedelta) -> None:
    """Set within how much working time both clinics answer.

    :raises SetMeanwhile: when somebody was quicker.
    """
    stored = _take(opening.TARGETS, version)
    before, after = opening.read_targets(stored), Targets(first_contact, promise)
    _put(opening.TARGETS, stored, opening.written_targets(first_contact, promise))
    _commit(actor, "Targets", version, lines_of_targets(before), lines_of_targets(after))


def set_secure_domains(actor: Staff, version: int, domains: Collection[str]) -> None:
    """Set to which domains email may carry what is said of a patient, for both clinics.

    :raises SetMeanwhile: when somebody was quicker.
    """
    stored = _take(secure_mail.NAME, version)
    before, after = secure_mail.read(stored), ALWAYS_SECURE | frozenset(domains)
    _put(secure_mail.NAME, stored, {"domains": sorted(after - ALWAYS_SECURE)})
    _commit(actor, "Secure mail", version, lines_of_domains(before), lines_of_domains(after))


def _set_opening(actor: Staff, clinic: Clinic, version: int, changed: Callable[[Opening], Opening]) -> None:
    name, today = opening.hours_name(clinic), clock.for_the_eye(clock.now()).date()
    stored = _take(name, version)
    before = opening.read_opening(stored)
    try:
        after = changed(replace(before, closures=tuple(one for one in before.closures if one.last > today - KEPT_FOR)))
        too_long = shut_too_long(after.hours, today)
        if too_long is not None:
            raise ShutTooLong(*too_long)
    except NotSet:
        db.session.rollback()
        raise
    _put(name, stored, opening.written_opening(after.week, after.closures))
    about = f"Opening hours and closures, {clinic.label}"
    _commit(actor, about, version, lines_of_opening(before), lines_of_opening(after))


def _take(name: str, version: int) -> Setting | None:
    """Begin the transaction of a verb and return the row of what it sets, if it is as the page showed it."""
    begin_writing()
    wanted = select(Setting).where(Setting.name == name).with_for_update()
    stored = db.session.scalar(wanted.execution_options(populate_existing=True))
    current = stored.version if stored else 0
    if current != version:
        db.session.rollback()
        raise SetMeanwhile(current)
    return stored


def _put(name: str, stored: Setting | None, value: Any) -> None:
    if stored is None:
        db.session.add(Setting(name=name, value=value, version=1))
    else:
        stored.value, stored.version = value, stored.version + 1


def _commit(actor: Staff, about: str, version: int, before: Sequence[str], after: Sequence[str]) -> None:
    """Put it on record. What two managers set for the first time at once, the database takes from one of them."""
    try:
        audit.record_change(actor, AuditEvent.SETTING_CHANGED, about, before, after)
    except IntegrityError:
        db.session.rollback()
        raise SetMeanwhile(version + 1) from None
    db.session.commit()
