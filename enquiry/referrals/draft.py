"""The draft of a referral: kept as every draft is, and sent once."""

from typing import Any

from enquiry.extensions import db
from enquiry.records.draft import Draft, Form
from enquiry.web import drafts


def begin(answers: dict[str, Any]) -> str:
    """Keep the first answers in a new draft, and return its tab."""
    tab, nonce = drafts.new_tab()
    drafts.add(nonce, Form.REFERRAL, answers)
    db.session.commit()
    return tab


def find(tab: str) -> Draft | None:
    """Return the referral's draft of this browser and tab, if there is one."""
    return drafts.find(tab, Form.REFERRAL)


def keep(draft: Draft, answers: dict[str, Any]) -> None:
    """Keep the answers so far, for another day from now."""
    drafts.write(draft, answers)
    db.session.commit()


def clear(tab: str) -> None:
    """Throw this tab's answers away at once."""
    nonce = drafts.nonce_of(tab)
    draft = drafts.take(nonce, Form.REFERRAL) if nonce else None
    if draft is not None:
        drafts.discard(draft)
    db.session.commit()
