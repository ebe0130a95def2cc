"""Enquiries for a verb: locked, seen by nobody else meanwhile, and as the person saw them who changes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from enquiry.caseload.cases import find
from enquiry.caseload.wall import NoSuchEnquiry, visible_to
from enquiry.database import begin_writing
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.records.timeline import Entry, Event


class ChangedMeanwhile(Exception):
    """Raised when somebody changed the enquiry after the page was loaded."""

    def __init__(self, enquiry: Enquiry) -> None:
        super().__init__("This enquiry changed after the page was loaded")
        self.enquiry = enquiry


def take_to_change(asker: Staff, reference: str, version: int) -> Enquiry:
    """Begin the transaction of a verb and return the enquiry it changes, if it is as the person saw it.

    :param version: of the enquiry when the person's page was loaded.
    :raises NoSuchEnquiry: when there is none for this person.
    :raises ChangedMeanwhile: when it has a newer version.
    """
    begin_writing()
    [enquiry] = _as_seen(asker, {reference: version}, visible_to(asker))
    return enquiry


def take_two_to_change(asker: Staff, *seen: tuple[str, int]) -> Sequence[Enquiry]:
    """Begin the transaction of a verb on several enquiries, and return them in the order in which they are named.

    :param seen: of each, the reference, and the version when the person's page was loaded.
    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``take_to_change``, of any of them.
    """
    begin_writing()
    taken = {enquiry.reference: enquiry for enquiry in _as_seen(asker, dict(seen), visible_to(asker))}
    return [taken[reference] for reference, _ in seen]


def take_merged(asker: Staff, reference: str, version: int) -> tuple[Enquiry, Enquiry | None]:
    """Begin the transaction of a verb on a merged enquiry and the one that it was merged into, if it is merged.

    :raises NoSuchEnquiry, ChangedMeanwhile: as for ``take_to_change``; the other may have changed.
    """
    begin_writing()
    keeper = select(Enquiry.merged_into_id).where(Enquiry.reference == reference, visible_to(asker))
    keepers = lock(select(Enquiry).where(Enquiry.id.in_(keeper)))
    [enquiry] = _as_seen(asker, {reference: version}, visible_to(asker))
    return enquiry, next((one for one in keepers if one.id == enquiry.merged_into_id), None)


def take_to_undo(asker: Staff, reference: str, version: int, since: datetime) -> Enquiry:
    """Begin the transaction of an undo; the same as ``take_to_change`` otherwise.

    Why also what is out of sight: whoever has just transferred an enquiry to the other clinic by mistake may take it
    back. As soon as somebody there has done anything with it, it is not theirs any more, and they learn nothing of it.

    :param since: when a transfer must have been made to be taken back.
    """
    begin_writing()
    is_transfer = (Entry.event == Event.TRANSFERRED, Entry.actor_id == asker.id, Entry.at >= since)
    was_theirs = select(Entry.id).where(Entry.enquiry_id == Enquiry.id, *is_transfer).exists()
    [enquiry] = _as_seen(asker, {reference: version}, or_(visible_to(asker), was_theirs))
    return enquiry


def lock(wanted: Select[Enquiry]) -> Sequence[Enquiry]:
    """Return what is wanted as it is now, locked for the caller's transaction."""
    locked = wanted.with_for_update(of=Enquiry).execution_options(populate_existing=True)
    return db.session.scalars(locked).all()


def _as_seen(asker: Staff, versions: Mapping[str, int], may_be_taken: ColumnElement[bool]) -> Sequence[Enquiry]:
    """Return enquiries for a verb, locked in the order of their ids, if all are there and as the person saw them."""
    wanted = select(Enquiry).where(may_be_taken, Enquiry.reference.in_(versions))
    enquiries = lock(wanted.order_by(Enquiry.id))
    if len(enquiries) != len(versions):
        db.session.rollback()
        raise NoSuchEnquiry
    changed = [enquiry.reference for enquiry in enquiries if enquiry.version != versions[enquiry.reference]]
    if changed:
        db.session.rollback()
        raise ChangedMeanwhile(find(asker, changed[0]))
    for enquiry in enquiries:
        enquiry.note_standing()
    return enquiries
