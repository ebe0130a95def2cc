"""Drafts: what a visitor answered and has not sent yet, sealed and tied to one browser.

Why two secrets: the browser's cookie holds one, each form's address holds the other. The draft's id is the hash of
both, so neither opens anything alone, two tabs never mix, and the id serves as the nonce that makes sending happen
once.

Why a draft knows its form: an enquiry and a referral ask other questions, and none may be read as the other's.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import session
from sqlalchemy import Select, delete, select

from enquiry import attachments, clock
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.draft import Draft, Form
from enquiry.records.types import WrappedKey
from enquiry.rules.retention import UNSENT

LIFETIME = UNSENT  # WCAG 2.2.6: twenty hours of doing nothing cost no answer
_BROWSER = "browser"


def nonce_of(tab: str) -> UUID | None:
    """Return the id of this browser's draft in a tab, or ``None`` for a browser that never began one."""
    return _hash(browser(), tab) if browser() else None


def browser() -> str:
    """Return the browser's half of the secret, or nothing for one that never began a draft."""
    return str(session.get(_BROWSER, ""))


def new_tab() -> tuple[str, UUID]:
    """Return a tab, which is the half of a new draft's secret that the address carries, and the draft's id."""
    session.setdefault(_BROWSER, secrets.token_urlsafe(16))
    session.permanent = True
    tab = secrets.token_urlsafe(16)
    return tab, _hash(browser(), tab)


def add(nonce: UUID, form: Form, answers: dict[str, Any]) -> Draft:
    """Begin a transaction, and keep the first answers in a new draft with this id."""
    begin_writing()
    draft = Draft(id=nonce, key=WrappedKey.made_for(nonce), form=form, expires_at=clock.now() + LIFETIME)
    draft.answers = answers
    db.session.add(draft)
    return draft


def find(tab: str, form: Form) -> Draft | None:
    """Return the draft of this browser and tab, or ``None`` if it was sent, has expired or never was."""
    nonce = nonce_of(tab)
    return _unexpired(_of(nonce, form)) if nonce else None


def take(nonce: UUID, form: Form | None = None) -> Draft | None:
    """Begin a transaction that changes or sends a draft, and return it if nobody has sent it yet."""
    begin_writing()
    return _unexpired(_of(nonce, form).with_for_update(of=Draft))


def write(draft: Draft, answers: dict[str, Any]) -> None:
    """Begin a transaction, and keep the answers so far for another day from now."""
    begin_writing()
    draft.answers = answers
    draft.expires_at = clock.now() + LIFETIME


def discard(draft: Draft) -> None:
    """Throw a draft, its files and their keys away, in the caller's transaction."""
    attachments.discard(attachments.of(draft))
    db.session.delete(draft)
    db.session.delete(draft.key)


def take_expired(now: datetime) -> Sequence[Form]:
    """Begin a transaction, and throw away every draft whose time is over, keys first of all.

    :return: of each, which form it was.
    """
    begin_writing()
    expired = db.session.execute(select(Draft.id, Draft.form).where(Draft.expires_at <= now)).all()
    ids = [row.id for row in expired]
    attachments.discard_those_of_drafts(ids)
    db.session.execute(delete(Draft).where(Draft.id.in_(ids)))
    db.session.execute(delete(WrappedKey).where(WrappedKey.id.in_(ids)))
    return [row.form for row in expired]


def _of(nonce: UUID, form: Form | None) -> Select[Draft]:
    wanted = select(Draft).where(Draft.id == nonce)
    return wanted if form is None else wanted.where(Draft.form == form)


def _unexpired(query: Select[Draft]) -> Draft | None:
    draft: Draft | None = db.session.scalar(query)
    return draft if draft is not None and draft.expires_at > clock.now() else None


def _hash(of_browser: str, tab: str) -> UUID:
    return UUID(bytes=hashlib.sha256(f"{of_browser}/{tab}".encode()).digest()[:16])
