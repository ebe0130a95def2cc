"""The audit: who did what, and who looked at whom, in a chain that shows any change.

Why a keyed hash: with a plain one, whoever can write to the database can also write a new chain. Without the keyring
nobody can make a link.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from enquiry import clock
from enquiry.extensions import db, keyring
from enquiry.records.ledger import AuditEntry, AuditHead
from enquiry.records.staff import Staff

PUBLIC = "public"
SYSTEM = "system"


class AuditEvent(StrEnum):
    """Everything that is put on record; a word is never used for two things, and never changed."""

    ENQUIRY_SENT = "enquiry sent"
    ENQUIRY_OPENED = "enquiry opened"
    ENQUIRY_CLAIMED = "enquiry claimed"
    ENQUIRY_MOVED = "enquiry moved"
    URGENCY_SET = "urgency set"
    NOTE_WRITTEN = "note written"
    ENQUIRY_TRANSFERRED = "enquiry transferred"
    REPLY_QUEUED = "reply queued"
    CALL_RECORDED = "call recorded"
    ENQUIRY_CLOSED = "enquiry closed"
    LETTER_SETTLED = "letter settled"
    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    STAFF_INVITED = "staff invited"
    STAFF_JOINED = "staff joined"
    STAFF_DISABLED = "staff disabled"
    SECOND_FACTOR_SET = "second factor set"
    SECOND_FACTOR_RESET = "second factor reset"


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
        actor=str(actor.id) if isinstance(actor, Staff) else actor,
        event=event.value,
        subject=subject,
    )
    entry.link = link(head.link, entry)
    head.ordinal, head.link = entry.ordinal, entry.link
    db.session.add(entry)


def link(previous: bytes, entry: AuditEntry) -> bytes:
    """Return the keyed hash that ties an entry to the one before it."""
    return keyring.link(previous + "|".join(_words(entry)).encode())


def first_fault() -> int | None:
    """Return the ordinal of the first entry that was changed, removed, added or moved, or ``None`` if all is well."""
    previous, ordinal = b"", 0
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.ordinal)).yield_per(1000):
        ordinal += 1
        if entry.ordinal != ordinal or entry.link != link(previous, entry):
            return ordinal
        previous = entry.link
    head = db.session.scalars(select(AuditHead)).one()
    return None if (head.ordinal, head.link) == (ordinal, previous) else ordinal + 1


def _words(entry: AuditEntry) -> tuple[str, ...]:
    at: datetime = entry.at
    return (str(entry.ordinal), at.isoformat(), entry.actor, entry.event, str(entry.subject or ""))
