"""The audit: who did what, and who looked at whom, in a chain that shows any change.

Why a keyed hash: with a plain one, whoever can write to the database can also write a new chain. Without the keyring
nobody can make a link.

Why the head is sealed, and marks are kept outside: a chain that was cut off at its end is a whole chain. Nobody can
seal a head that never was. Whoever kept an older head can put it back, together with the entries of that time; that
is seen only by somebody who noted a later mark.

Why an entry may come as ``None``: SQLite lets anybody who can write to it put any word into any column, and a time
that is no time must be named like every other change, not stop the check or an auditor's page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError

from enquiry import clock
from enquiry.extensions import db, keyring
from enquiry.records.change import Change
from enquiry.records.ledger import AuditEntry, AuditHead
from enquiry.records.staff import Staff
from enquiry.records.types import new_id

PUBLIC = "public"
SYSTEM = "system"

AT_ONCE = 5000  # entries in memory while the chain is checked
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, DBAPIError)  # what reading a wrong value raises

log = structlog.get_logger()


class AuditEvent(StrEnum):
    """Everything that is put on record; a word is never used for two things, and never changed."""

    ENQUIRY_SENT = "enquiry sent"
    ENQUIRY_TAKEN = "enquiry taken"  # by telephone
    ENQUIRY_OPENED = "enquiry opened"
    ENQUIRY_RESCUED = "enquiry rescued"  # from the list of possible spam
    ENQUIRY_CLAIMED = "enquiry claimed"
    ENQUIRY_MOVED = "enquiry moved"
    URGENCY_SET = "urgency set"
    NOTE_WRITTEN = "note written"
    ENQUIRY_TRANSFERRED = "enquiry transferred"
    REPLY_QUEUED = "reply queued"
    CALL_RECORDED = "call recorded"
    CALLBACK_ARRANGED = "callback arranged"
    CALLBACK_CALLED_OFF = "callback called off"
    ENQUIRY_CLOSED = "enquiry closed"
    ENQUIRY_REJECTED = "enquiry rejected"
    END_PROPOSED = "end proposed"
    END_REFUSED = "end refused"
    PIN_ACKNOWLEDGED = "pin acknowledged"
    CLINICIAN_ASKED = "clinician asked"
    CLINICIAN_ANSWERED = "clinician answered"
    ENQUIRY_MERGED = "enquiry merged"  # into another
    ENQUIRY_TOOK_IN = "enquiry took in"  # another that was merged into it
    ENQUIRY_UNMERGED = "enquiry un-merged"
    MOVE_UNDONE = "move undone"
    NEAR_MISS_REPORTED = "near miss reported"
    NEAR_MISS_OPENED = "near miss opened"
    NEAR_MISS_REVIEWED = "near miss reviewed"
    ENQUIRY_ASSIGNED = "enquiry assigned"  # to somebody, or given back
    ENQUIRY_SNOOZED = "enquiry snoozed"
    ENQUIRY_WOKEN = "enquiry woken"
    APPOINTMENT_OFFERED = "appointment offered"
    OFFER_EXPIRED = "appointment offer expired"
    APPOINTMENT_BOOKED = "appointment booked"
    APPOINTMENT_MOVED = "appointment moved"
    APPOINTMENT_CANCELLED = "appointment cancelled"
    REMINDER_QUEUED = "appointment reminder queued"
    FEES_TOLD = "fees told"
    FEE_WORDS_SET = "fee words set"
    ATTENDANCE_RECORDED = "attendance recorded"
    FILE_OPENED = "file opened"
    FILE_REFUSED = "file refused"  # a virus was found after it had been taken
    LETTER_SETTLED = "letter settled"
    REFERRER_WRITTEN_TO = "referrer written to"
    LETTER_POSTED = "letter posted"
    LINK_OPENED = "private link opened"
    LINK_REFUSED = "private link refused"
    LINK_LEFT = "private link left"
    MESSAGE_ADDED = "message added"
    WITHDRAWAL_ASKED = "withdrawal asked"
    ENQUIRY_WITHDRAWN = "enquiry withdrawn"
    COMPLAINT_RECEIVED = "complaint received"
    COMPLAINT_OPENED = "complaint opened"
    COMPLAINT_CONFIRMED = "complaint confirmed"
    COMPLAINT_CLOSED = "complaint closed"
    COMPLAINT_ERASED = "complaint erased"
    ENQUIRY_HELD = "enquiry held"
    ENQUIRY_RELEASED = "enquiry released"
    ENQUIRY_ERASED = "enquiry erased"
    PERSON_EXPORTED = "person exported"
    BACKUP_MADE = "backup made"
    BACKUP_RESTORED = "backup restored"
    SEARCHED = "searched"
    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    STAFF_INVITED = "staff invited"
    STAFF_JOINED = "staff joined"
    ROLES_SET = "roles set"
    OWN_ROLES_SET = "own roles set"  # by whoever has them
    PRACTICES_MERGED = "practices merged"
    SETTING_CHANGED = "setting changed"
    TEMPLATE_WRITTEN = "template written"
    TEMPLATE_REMOVED = "template removed"
    STAFF_DISABLED = "staff disabled"
    SECOND_FACTOR_SET = "second factor set"
    SECOND_FACTOR_RESET = "second factor reset"
    AUDIT_SEEN = "audit seen"
    KEY_ADDED = "key added"
    KEY_PROMOTED = "key promoted"
    KEY_RETIRED = "key retired"


@dataclass(frozen=True)
class Mark:
    """What a copy outside keeps of the chain: the number of an entry, and the beginning of its link."""

    ordinal: int
    fingerprint: str  # 16 hexadecimal digits

    @classmethod
    def of(cls, ordinal: int, link: bytes) -> "Mark":
        return cls(ordinal, link.hex()[:16])

    def __str__(self) -> str:
        return f"{self.ordinal}-{self.fingerprint}"


def record(actor: Staff | str, event: AuditEvent, subject: UUID | None = None) -> None:
    """Put one thing on record, in the transaction of the verb that does it.

    Called last before the commit: it takes the head of the chain, and everybody else's entry waits for it.

    :param actor: a person, or ``PUBLIC`` or ``SYSTEM``.
    :param subject: the id of the record that it concerns.
    """
    db.session.flush()
    head = db.session.scalars(select(AuditHead).with_for_update().execution_options(populate_existing=True)).one()
    entry = AuditEntry(
        ordinal=head.ordinal + 1,
        at=clock.now(),
        actor=named(actor),
        event=event.value,
        subject=subject,
    )
    entry.link = keyring.link(head.link + _line(entry.ordinal, entry.at, entry.actor, entry.event, subject))
    head.ordinal, head.link, head.seal = entry.ordinal, entry.link, seal_of(entry.ordinal, entry.link)
    db.session.add(entry)


def record_change(
    actor: Staff | str, event: AuditEvent, about: str, before: Sequence[str], after: Sequence[str]
) -> None:
    """Put on record how something stood before and how it stands now; the same as ``record`` otherwise.

    :param about: what was changed; this and the lines are in clear, and say nothing of a patient.
    """
    change = Change(id=new_id(), at=clock.now(), about=about, before=list(before), after=list(after))
    change.actor = actor if isinstance(actor, Staff) else None
    db.session.add(change)
    record(actor, event, change.id)


def named(actor: Staff | str) -> str:
    """Return how entries name somebody who acts."""
    return str(actor.id) if isinstance(actor, Staff) else actor


def seal_of(ordinal: int, link: bytes) -> bytes:
    """Return what shows that the newest entry once had this number and this link."""
    return keyring.link(f"head|{ordinal}|".encode() + link)


def newest() -> Mark:
    """Return the mark of the newest entry."""
    head = db.session.scalars(select(AuditHead)).one()
    return Mark.of(head.ordinal, head.link)


def first_fault(noted: Mark | None = None) -> int | None:
    """Return the number of the first entry that was changed, removed, added or moved, or ``None`` if all is well.

    :param noted: a mark of an earlier day, which must still be in the chain.
    """
    last = select(func.coalesce(func.max(AuditEntry.ordinal), 0)).scalar_subquery()
    heads = db.session.execute(select(AuditHead.ordinal, AuditHead.link, AuditHead.seal, last)).all()
    if len(heads) != 1:
        return 1
    previous, ordinal, make_link = b"", 0, keyring.link
    for entry in _chain(up_to=heads[0].ordinal):
        ordinal += 1
        if entry is None:
            return ordinal
        *words, link = entry
        if words[0] != ordinal or link != make_link(previous + _line(*words)) or _denies(noted, ordinal, link):
            return ordinal
        previous = link
    is_whole = heads[0] == (ordinal, previous, seal_of(ordinal, previous), ordinal)
    is_cut_off = noted is not None and noted.ordinal > ordinal
    return None if is_whole and not is_cut_off else ordinal + 1


def tell_the_log() -> None:
    """Check the chain and say in the log how it stands: a log that is kept elsewhere knows the marks of every night."""
    fault = first_fault()
    if fault is None:
        log.info("audit whole", newest=str(newest()))
    else:
        log.error("audit tampered with", entry=fault)


def read(chosen: Select[*tuple[Any, ...]]) -> Sequence[tuple[int, Any]]:
    """Return the entries that a question finds, each with its number; one that cannot be read is ``None``."""
    numbered = chosen.add_columns(AuditEntry.ordinal)
    try:
        return [(number, found) for *found, number in db.session.execute(numbered)]
    except UNREADABLE:
        numbers = db.session.scalars(chosen.with_only_columns(AuditEntry.ordinal, maintain_column_froms=True)).all()
        return [(number, _read_one(chosen, number)) for number in numbers]


def _read_one(chosen: Select[*tuple[Any, ...]], number: int) -> Any:
    try:
        return db.session.execute(chosen.where(AuditEntry.ordinal == number)).one()
    except UNREADABLE:
        return None


def _chain(up_to: int) -> Iterator[Any]:
    """Yield the entries that a head speaks of, as plain rows: those that are written meanwhile come later."""
    columns = (AuditEntry.ordinal, AuditEntry.at, AuditEntry.actor, AuditEntry.event, AuditEntry.subject)
    chosen = select(*columns, AuditEntry.link).where(AuditEntry.ordinal <= up_to).order_by(AuditEntry.ordinal)
    part = read(chosen.limit(AT_ONCE))
    while part:
        yield from (entry for _, entry in part)
        part = read(chosen.where(AuditEntry.ordinal > part[-1][0]).limit(AT_ONCE))


def _denies(noted: Mark | None, ordinal: int, link: bytes) -> bool:
    return noted is not None and noted.ordinal == ordinal and noted != Mark.of(ordinal, link)


def _line(ordinal: int, at: datetime, actor: str, event: str, subject: UUID | None) -> bytes:
    return f"{ordinal}|{at.isoformat()}|{actor}|{event}|{subject or ''}".encode()
