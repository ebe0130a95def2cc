"""The draft of an enquiry: kept as every draft is, and its pages counted as they are reached."""

from datetime import datetime
from typing import Any
from uuid import UUID

from enquiry import clock
from enquiry.extensions import db
from enquiry.intake.pages import PAGES, Answers, first_unanswered
from enquiry.records.draft import Draft, Form
from enquiry.records.tally import What, count
from enquiry.web import drafts

BEGINNING = PAGES[0].name


def begin(answers: dict[str, Any]) -> str:
    """Keep the first answers in a new draft, and return its tab: the half of its secret that the address carries."""
    tab, nonce = drafts.new_tab()
    open_as(nonce, answers)
    return tab


def open_as(nonce: UUID, answers: dict[str, Any]) -> None:
    """Keep the first answers in a new draft with this id."""
    drafts.add(nonce, Form.ENQUIRY, answers)
    _count_page("", _reached(answers))
    db.session.commit()


def find(tab: str) -> Draft | None:
    """Return the draft of this browser and tab, or ``None`` if it was sent, has expired or never was."""
    return drafts.find(tab, Form.ENQUIRY)


def take(nonce: UUID) -> Draft | None:
    """Begin the transaction that sends a draft, and return it if nobody has sent it yet."""
    return drafts.take(nonce, Form.ENQUIRY)


def keep(draft: Draft, answers: dict[str, Any]) -> None:
    """Keep the answers so far, for another day from now."""
    before = _reached(draft.answers)
    drafts.write(draft, answers)
    _count_page(before, _reached(answers))
    db.session.commit()


def clear(tab: str) -> None:
    """Throw this tab's answers away at once, for somebody who shares a device."""
    nonce = drafts.nonce_of(tab)
    draft = take(nonce) if nonce else None
    if draft is not None:
        drafts.discard(draft)
        count(What.UNSENT, "cleared", clock.now())
    db.session.commit()


def discard_expired(now: datetime) -> None:
    """Throw away every draft whose time is over, of whichever form, and count those of enquiries."""
    unsent = drafts.take_expired(now).count(Form.ENQUIRY)
    if unsent:
        count(What.UNSENT, "expired", now, number=unsent)
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
