"""The outbox: letters are queued with the deed that causes them, and delivered apart from it.

Why a table: the row is written in the verb's own transaction, so a letter exists exactly when its cause does. The
background runner only rings a bell; a sweep each minute delivers whatever the table says is due.

Why so many states: mail cannot be sent exactly once. A worker that dies before it speaks to the mail server is tried
again. One that dies while speaking may have sent: a receipt is then sent again under the same Message-ID; a reply
waits for a person, who can see that it may have gone.

Why a look at the list of secure domains once more, as a letter leaves: what is attached is confidential, and the list
may have become shorter since it was queued.
"""

import random
import secrets
import smtplib
from collections.abc import Collection
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

import structlog
from flask import current_app
from flask_mail import Message
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from enquiry import secure_mail
from enquiry.database import begin_writing
from enquiry.extensions import db, mail
from enquiry.letters import SENDER
from enquiry.records.complaint import Complaint
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Contents, Enclosure, Letter, LetterKind, LetterState
from enquiry.records.types import new_id
from enquiry.sealing import SealingError

LEASE = timedelta(minutes=5)  # longer than any conversation with a mail server that has a time limit
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240)]  # the last one again and again
GIVE_UP_AFTER = timedelta(hours=48)
SWEEP_AT_MOST = 500  # letters in one sweep

log = structlog.get_logger()


class NoSuchLetter(Exception):
    """Raised when no letter of an enquiry or a complaint waits for a person's decision."""


class UnsafeHeader(ValueError):
    """Raised when an address or a subject holds a control or line-breaking character."""


class NotSecure(ValueError):
    """Raised when something confidential is attached to a letter to an address whose mail is not secure."""


def queue(about: Enquiry | Complaint, kind: LetterKind, contents: Contents, at: datetime) -> Letter:
    """Add a letter about an enquiry or a complaint to the outbox, in the caller's transaction; it is due at once."""
    domain = current_app.config["MAIL_DEFAULT_SENDER"].rpartition("@")[2]
    letter = Letter(
        id=new_id(),
        key=about.key,
        enquiry_id=about.id if isinstance(about, Enquiry) else None,
        complaint_id=about.id if isinstance(about, Complaint) else None,
        kind=kind,
        message_id=f"<{secrets.token_hex(16)}@{domain}>",
        queued_at=at,
        tried_since=at,
        due_at=at,
    )
    letter.contents = contents
    db.session.add(letter)
    _ring_after_commit(letter)
    return letter


def to_post(enquiry: Enquiry, kind: LetterKind, contents: Contents, at: datetime) -> Letter:
    """Add a letter on paper, which a person prints and posts, in the caller's transaction; it is never due."""
    letter = queue(enquiry, kind, contents, at)
    letter.state, letter.due_at = LetterState.TO_POST, None
    db.session.info["letters_to_ring_for"].remove(letter.id)
    return letter


def _ring_after_commit(letter: Letter) -> None:
    db.session.info.setdefault("letters_to_ring_for", []).append(letter.id)


@event.listens_for(db.session, "after_commit")
def _ring_the_bell(session: Session) -> None:
    """Tell the runner that letters are waiting. If nobody hears, the sweep finds them within a minute."""
    for letter_id in session.info.pop("letters_to_ring_for", []):
        try:
            current_app.extensions["bell"](letter_id)
        except Exception as error:  # the enquiry is safe: a broken bell must not tell the patient otherwise
            log.warning("bell not heard", letter=str(letter_id), error=type(error).__name__)


def sweep(at: datetime) -> int:
    """Deliver every letter that is due, and return how many were tried."""
    due = db.session.scalars(
        select(Letter.id).where(Letter.due_at <= at).order_by(Letter.due_at).limit(SWEEP_AT_MOST)
    ).all()
    db.session.commit()
    for letter_id in due:
        deliver(letter_id, at)
    return len(due)


def deliver(letter_id: UUID, at: datetime) -> None:
    """Try to deliver one letter, if it is due and nobody else has it. Never raises for what a mail server does."""
    letter = _claim(letter_id, at)
    if letter is None:
        return
    attempt = letter.attempts
    try:
        message = _Message(letter)
        with mail.connect() as connection:
            if not _change(letter, attempt, LetterState.SENDING, due_at=at + LEASE):
                return
            connection.send(message)
            _change(letter, attempt, LetterState.SENT, sent_at=at)
    except (OSError, smtplib.SMTPException) as error:
        _settle_failure(letter, attempt, error, at)
    except (SealingError, ValueError) as error:  # it cannot be written at all; the other letters still go
        log.error("letter cannot be written", letter=str(letter.id), error=type(error).__name__)
        _change(letter, attempt, LetterState.FAILED)


def settle(about: Enquiry | Complaint, letter_id: UUID, send_again: bool, at: datetime) -> None:
    """Let a person decide about a letter that is stuck, within their verb's transaction.

    :raises NoSuchLetter: when no such letter about this waits for a person.
    """
    letter = db.session.get(Letter, letter_id, with_for_update={"of": Letter}, populate_existing=True)
    is_theirs = letter is not None and about.id in (letter.enquiry_id, letter.complaint_id)
    if letter is None or not is_theirs or not letter.state.is_stuck:
        db.session.rollback()
        raise NoSuchLetter
    letter.state = LetterState.QUEUED if send_again else LetterState.DEALT_WITH
    if send_again:
        letter.due_at = letter.tried_since = at
        _ring_after_commit(letter)


def posted(enquiry: Enquiry, letter_id: UUID, at: datetime) -> Letter:
    """Note that a person has posted a letter on paper, within their verb's transaction; return it.

    :raises NoSuchLetter: when no such letter of this enquiry waits to be posted.
    """
    letter = db.session.get(Letter, letter_id, with_for_update={"of": Letter}, populate_existing=True)
    if letter is None or letter.enquiry_id != enquiry.id or letter.state is not LetterState.TO_POST:
        db.session.rollback()
        raise NoSuchLetter
    letter.state, letter.sent_at = LetterState.POSTED, at
    return letter


def overtake(enquiry: Enquiry, kinds: Collection[LetterKind]) -> None:
    """Let no letter of these kinds leave that has not yet, in the caller's transaction.

    A worker that has one already finds, before it speaks to the mail server, that it is not its own any more.
    """
    waiting = (LetterState.QUEUED, LetterState.CLAIMED)
    wanted = select(Letter).where(Letter.enquiry_id == enquiry.id, Letter.state.in_(waiting), Letter.kind.in_(kinds))
    locked = wanted.order_by(Letter.id).with_for_update(of=Letter).execution_options(populate_existing=True)
    with db.session.no_autoflush:  # a deed is one version of its enquiry
        letters = db.session.scalars(locked).all()
    for letter in letters:
        letter.state, letter.due_at = LetterState.OVERTAKEN, None
        letter.attempts += 1


def leave_what_waits_to_people() -> int:
    """Let every reply that waits to be sent wait for a person instead, in the caller's transaction; return how many.

    For a restored backup: each of them may have gone since it was made. A receipt may arrive twice, and just waits.
    """
    waiting = (LetterState.QUEUED, LetterState.CLAIMED, LetterState.SENDING)
    once = [kind for kind in LetterKind if not kind.may_repeat]
    letters = db.session.scalars(select(Letter).where(Letter.state.in_(waiting), Letter.kind.in_(once))).all()
    for letter in letters:
        letter.state, letter.due_at = LetterState.UNKNOWN, None
    return len(letters)


def _claim(letter_id: UUID, at: datetime) -> Letter | None:
    """Take a due letter under a lease, or return ``None`` when there is nothing for this worker to do."""
    letter = _lock(letter_id)
    due = letter is not None and letter.due_at is not None and letter.due_at <= at
    if letter is None or not due:
        db.session.commit()
        return None
    if letter.state is LetterState.SENDING and not letter.kind.may_repeat:
        letter.state, letter.due_at = LetterState.UNKNOWN, None
        db.session.commit()
        return None
    letter.state, letter.due_at = LetterState.CLAIMED, at + LEASE
    letter.attempts += 1
    db.session.commit()
    return letter


def _change(letter: Letter, attempt: int, state: LetterState, **times: datetime | None) -> bool:
    """Write down how far an attempt has got, unless its lease ran out and another worker took over."""
    current = _lock(letter.id)
    ours = current is not None and current.attempts == attempt
    if current is not None and ours:
        current.state = state
        current.due_at = times.get("due_at")
        current.sent_at = times.get("sent_at")
    db.session.commit()
    return ours


def _lock(letter_id: UUID) -> Letter | None:
    begin_writing()
    return db.session.get(Letter, letter_id, with_for_update={"of": Letter}, populate_existing=True)


def _settle_failure(letter: Letter, attempt: int, error: Exception, at: datetime) -> None:
    """Decide what a failed attempt means: nothing to do, try again, ask a person, or give up."""
    log.warning("letter not delivered", letter=str(letter.id), error=type(error).__name__)
    if letter.state is LetterState.SENT:
        return  # it was only the goodbye to the mail server that failed
    if _is_refusal_for_good(error) or at - letter.tried_since > GIVE_UP_AFTER:
        _change(letter, attempt, LetterState.FAILED)
    elif letter.state is LetterState.SENDING and not _is_refusal(error) and not letter.kind.may_repeat:
        _change(letter, attempt, LetterState.UNKNOWN)
    else:
        wait = RETRY_AFTER[min(attempt, len(RETRY_AFTER)) - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - jitter
        _change(letter, attempt, LetterState.QUEUED, due_at=at + wait)


def _is_refusal(error: Exception) -> bool:
    """Return whether the mail server said no, and so certainly did not take the letter."""
    return isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)


def _is_refusal_for_good(error: Exception) -> bool:
    """Return whether the mail server said no and that trying again is pointless (a reply code of 5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and error.smtp_code >= 500


class _Message(Message):
    """Flask-Mail's message, written with the modern email policy.

    Why: Flask-Mail builds on the legacy classes, which let a folded header through (CVE-2024-6923 and its family).
    """

    def __init__(self, letter: Letter) -> None:
        contents = letter.contents
        super().__init__(subject=contents.subject, recipients=[contents.to])
        self.email = _as_email(letter, contents)

    def as_bytes(self) -> bytes:
        return self.email.as_bytes()


def _as_email(letter: Letter, contents: Contents) -> EmailMessage:
    email = EmailMessage(policy=SMTP)
    email["From"] = f"{SENDER} <{current_app.config['MAIL_DEFAULT_SENDER']}>"
    email["To"] = _one_line(contents.to)
    email["Subject"] = _one_line(contents.subject)
    email["Date"] = format_datetime(letter.queued_at)
    email["Message-ID"] = letter.message_id
    if letter.kind.is_automatic:  # RFC 3834: no machine answers this one
        email["Auto-Submitted"] = "auto-generated"
        email["X-Auto-Response-Suppress"] = "All"
    email.set_content(contents.text)
    email.add_alternative(contents.html, subtype="html")
    if contents.enclosure is not None:
        _enclose(email, contents.enclosure)
    if contents.paper is not None:
        if not secure_mail.may_carry(contents.to):
            raise NotSecure("A confidential letter was to go where mail is not secure")
        _enclose(email, Enclosure("letter.pdf", "application/pdf", contents.paper.pdf))
    return email


def _enclose(email: EmailMessage, enclosure: Enclosure) -> None:
    main, _, sub = enclosure.media_type.partition("/")
    email.add_attachment(
        enclosure.content, maintype=main, subtype=sub, filename=enclosure.name, params=enclosure.parameters
    )


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise UnsafeHeader("An address or a subject holds a character that may break a line")
    return value
