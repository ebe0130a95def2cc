"""Enquiries for somebody outside, whose proof is what they have: the form's nonce or a link."""

from uuid import UUID

from sqlalchemy import select

from enquiry.caseload.changes import lock
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.private_link import PrivateLink, ReferrerLink


def sent_with(nonce: UUID) -> Enquiry | None:
    """Return the enquiry that a form was sent as, for the browser that sent it; the nonce is its proof."""
    return db.session.scalar(select(Enquiry).where(Enquiry.nonce == nonce))


def by_link(token_hash: bytes) -> PrivateLink | None:
    """Return a private link with its enquiry, for the patient who has it; its token is their proof."""
    return db.session.get(PrivateLink, token_hash)


def by_referrers_link(token_hash: bytes) -> Enquiry | None:
    """Return the referral of whoever referred and has this link; its token is their proof."""
    link = db.session.get(ReferrerLink, token_hash)
    return link.enquiry if link is not None else None


def take_by_link(token_hash: bytes) -> PrivateLink | None:
    """Begin the transaction of a patient who has a private link, and return it with its enquiry, if there is one.

    The enquiry is locked first, as everybody does, and before it the one that it was merged into; the link is read
    after that wait, as it is then.
    """
    begin_writing()
    itself = select(Enquiry.id).join(PrivateLink).where(PrivateLink.token_hash == token_hash)
    keeper = select(Enquiry.merged_into_id).join(PrivateLink).where(PrivateLink.token_hash == token_hash)
    one_by_one = [lock(select(Enquiry).where(Enquiry.id.in_(which))) for which in (keeper, itself)]
    locked = [enquiry for found in one_by_one for enquiry in found]
    link = db.session.get(PrivateLink, token_hash, populate_existing=True)
    if link is not None and link.enquiry.worked_on not in locked:  # it was merged during that wait
        return take_by_link(token_hash)
    return link
