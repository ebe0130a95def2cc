"""The draft: a patient's answers between the first page and the last, sealed and tied to one browser.

Why two secrets: the browser's cookie holds one, each form's address holds the other. The draft's id is the hash of
both, so neither opens anything alone, two tabs never mix, and the id serves as the nonce that makes sending happen
once.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import session
from sqlalchemy import delete, select

from enquiry import attachments, clock
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.intake.pages import PAGES, Answers, first_unanswered
from enquiry.records.draft import Draft
from enquiry.records.tally import What, count
from enquiry.records.types import WrappedKey
from enquiry.rules.retention import UNSENT

LIFETIME = UNSENT  # WCAG 2.2.6: twenty hours of doing nothing cost no answer
BEGINNING = PAGES[0].name
_BROWSER = "browser"


def nonce_of(tab: str) -> UUID | None:
    """Return the id of this browser's draft in a tab, or ``None`` for a browser that never began one."""
    return _hash(browser(), tab) if browser() else None


def browser() -> str:
    """Return the browser's half of the secret, or nothing for one that never began a draft."""
    return str(session.get(_BROWSER, ""))


def begin(answers: dict[str, Any]) -> str:
    """Keep the first answers in a new draft, and return its tab: the half of its secret that the address carries."""
    session.setdefault(_BROWSER, secrets.token_urlsafe(16))
    session.permanent = True
    tab = secrets.token_urlsafe(16)
    open_as(_hash(browser(), tab), answers)
    return tab


def open_as(nonce: UUID, answers: dict[str, Any]) -> None:
    """Keep the first answers in a new draft with this id."""
    begin_writing()
    draft = Draft(id=nonce, key=WrappedKey.made_for(nonce), expires_at=clock.now() + LIFETIME)
    draft.answers = answers
    db.session.add(draft)
    _count_page("", _reached(answers))
    db.session.commit()


def find(tab: str) -> Draft | None:
    """Return the draft of this browser and tab, or ``None`` if it was sent, has expired or never was."""
    nonce = nonce_of(tab)
    return _unexpired(select(Draft).where(Draft.id == nonce)) if nonce else None


def take(nonce: UUID) -> Draft | None:
    """Begin the transaction that sends a draft, and return it if nobody has sent it yet."""
    begin_writing()
    return _unexpired(select(Draft).where(Draft.id == nonce).with_for_update(of=Draft))


def keep(draft: Draft, answers: dict[str, Any]) -> None:
    """Keep the answers so far, for another day from now."""
    begin_writing()
    _count_page(_reached(draft.answers), _reached(answers))
    draft.answers = answers
    draft.expires_at = clock.now() + LIFETIME
    db.session.commit()


def discard(draft: Draft) -> None:
    """Throw a draft, its files and their keys away, in the caller's transaction."""
    attachments.discard(attachments.of(draft))
    db.session.delete(draft)
    db.session.delete(draft.key)


def clear(tab: str) -> None:
    """Throw this tab's answers away at once, for somebody who shares a device."""
    nonce = nonce_of(tab)
    draft = take(nonce) if nonce else None
    if draft is not None:
        discard(draft)
        count(What.UNSENT, "cleared", clock.now())
    db.session.commit()


def discard_expired(now: datetime) -> None:
    """Throw away every draft whose time is over, keys first of all."""
    begin_writing()
    expired = db.session.scalars(select(Draft.id).where(Draft.expires_at <= now)).all()
    attachments.discard_those_of_drafts(expired)
    db.session.execute(delete(Draft).where(Draft.id.in_(expired)))
    db.session.execute(delete(WrappedKey).where(WrappedKey.id.in_(expired)))
    if expired:
        count(What.UNSENT, "expired", now, number=len(expired))
    db.session.commit()


def _count_page(before: str, after: str) -> None:
    """Count a page that these answers reach for the first time.

    The first page is everybody's, and whoever stands there again has had its answers taken back: counted before.
    """
    if BEGINNING not in (before, after) and before != after:
        count(What.REACHED, after, clock.now())


def _reached(answers: Answers) -> str:
    """Return the page to which these answers have led."""
    unanswered = first_unanswered(answers)
    return unanswered.name if unanswered else "check"


def _unexpired(query: Any) -> Draft | None:
    draft: Draft | None = db.session.scalar(query)
    return draft if draft is not None and draft.expires_at > clock.now() else None


def _hash(of_browser: str, tab: str) -> UUID:
    return UUID(bytes=hashlib.sha256(f"{of_browser}/{tab}".encode()).digest()[:16])
