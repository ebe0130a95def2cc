"""Enquiries that bear the same tokens: for a search, for a patient's other enquiries, and for an operator."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import aliased

from enquiry.caseload.changes import lock
from enquiry.caseload.wall import PAGE, seen_by
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.search_token import SearchToken
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.urgency import Urgency

Way = Sequence[bytes]  # a way to find an enquiry: it bears all of these tokens; the rarest comes first


def matching(asker: Staff, ways: Collection[Way], reference: str = "") -> Sequence[Enquiry]:
    """Return the enquiries that are found in any of these ways, or have this reference: the newest page, and one more.

    :param ways: each is all the tokens that an enquiry must bear, the rarest first.
    """
    found = union_all(select(Enquiry.id).where(Enquiry.reference == reference), *_newest(ways, asker.clinics))
    wanted = seen_by(asker).where(Enquiry.id.in_(found))
    return db.session.scalars(wanted.order_by(Enquiry.id.desc()).limit(PAGE + 1)).all()


def urgencies(ways: Collection[Way]) -> set[Urgency]:
    """Return how urgent the enquiries are that are found in any of these ways, in whichever clinic.

    Asked by nobody: it is for the system, when an enquiry arrives (HSSIB), and it tells nothing else of them.
    """
    found = _newest(ways, list(Clinic))
    return set(db.session.scalars(select(Enquiry.urgency).where(Enquiry.id.in_(union_all(*found))))) if found else set()


def take_open(ways: Collection[Way], but: UUID) -> Sequence[Enquiry]:
    """Return, locked for the caller's transaction, the open enquiries that are found in any of these ways.

    Asked by nobody, as ``urgencies`` is: a referral and the patient's own enquiry are as urgent as either, in both
    clinics.

    :param but: the one that has just arrived.
    """
    found = _newest(ways, list(Clinic))
    if not found:
        return []
    wanted = select(Enquiry).where(Enquiry.id.in_(union_all(*found)), Enquiry.id != but, Enquiry.ended_at.is_(None))
    return lock(wanted.order_by(Enquiry.id))


def everywhere(tokens: Collection[bytes]) -> Sequence[Enquiry]:
    """Return all enquiries of both clinics that bear any of these tokens, the oldest first; for the same operator."""
    bearing = select(SearchToken.enquiry_id).where(SearchToken.token.in_(tokens))
    return db.session.scalars(select(Enquiry).where(Enquiry.id.in_(bearing)).order_by(Enquiry.id)).all()


def _newest(ways: Collection[Way], clinics: Sequence[Clinic]) -> list[Select[UUID]]:
    """Return one question for each way and clinic: the ids of its newest enquiries, read off the end of the index.

    Why apart: an index that begins with token and clinic yields the newest of one clinic without touching the rest,
    so the time of a search follows neither the size of the database nor what lies in another clinic.
    """
    return [select(_newest_of(way, clinic).subquery().c.enquiry_id) for way in ways for clinic in clinics]


def _newest_of(way: Way, clinic: Clinic) -> Select[UUID]:
    rarest, *others = way
    wanted = select(SearchToken.enquiry_id).where(SearchToken.token == rarest, SearchToken.clinic == clinic)
    for token in others:
        other = aliased(SearchToken)
        same = (other.token == token, other.clinic == clinic, other.enquiry_id == SearchToken.enquiry_id)
        wanted = wanted.where(select(other).where(*same).exists())
    return wanted.order_by(SearchToken.enquiry_id.desc()).limit(PAGE + 1)
