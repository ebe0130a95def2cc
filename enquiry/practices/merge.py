"""Merging two spellings of one practice: what is counted for either counts for the one that is kept."""

from dataclasses import replace
from uuid import UUID

from enquiry import audit, directory
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.practice import Practice
from enquiry.records.staff import Staff


class NotTwo(Exception):
    """Raised when the two are one, or one of them stands for itself no longer."""


def merge(actor: Staff, other_id: UUID, kept_id: UUID) -> Practice:
    """Let one practice be another spelling of the one that is kept; return that one.

    :raises NotTwo: when there are not two to merge.
    """
    found = {one.id: one for one in directory.take([other_id, kept_id])}
    other, kept = found.get(other_id), found.get(kept_id)
    if other is None or kept is None or other is kept:
        db.session.rollback()
        raise NotTwo
    for spelling in directory.spellings_of(other):
        spelling.merged_into_id = kept.id
    other.merged_into_id = kept.id
    known, besides = kept.known, other.known
    addresses = tuple(dict.fromkeys((*known.addresses, *besides.addresses)))
    kept.known = replace(known, ods_code=known.ods_code or besides.ods_code, addresses=addresses)
    audit.record(actor, AuditEvent.PRACTICES_MERGED, kept.id)
    db.session.commit()
    return kept
