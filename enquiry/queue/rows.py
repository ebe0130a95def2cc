"""The rows of a list: what each shows of an enquiry, opened once.

Why all of a record is opened, and once: to open seals is most of what a page of the queue costs. But a row names
nobody whose record is not whole, however little of it the row shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from enquiry.lists import ListOf, Origin, Place
from enquiry.presence import Here
from enquiry.records.enquiry import Enquiry
from enquiry.records.told import Request
from enquiry.rules.urgency import Urgency
from enquiry.sealing import SealBroken


@dataclass(frozen=True)
class Row:
    """One enquiry in a list."""

    enquiry: Enquiry
    name: str
    about: str  # a condition's slug; empty when the record does not open
    why_pinned: str  # empty when it is not
    here: Sequence[Here]  # colleagues who are at it
    origin: Origin  # where it stands, for the pages to which it leads


def rows(
    enquiries: Sequence[Enquiry], here: Mapping[UUID, Sequence[Here]], wanted: ListOf, earlier: int, of: int
) -> list[Row]:
    """Return the rows of a page; what does not open leaves the others readable, and its own page says what to do.

    :param earlier: how many rows stand on the pages before.
    :param of: how many there are in the whole list.
    """
    return [
        _row(enquiry, here.get(enquiry.id, ()), Origin(wanted, Place.of(enquiry), number, of))
        for number, enquiry in enumerate(enquiries, start=earlier + 1)
    ]


def _row(enquiry: Enquiry, here: Sequence[Here], origin: Origin) -> Row:
    try:
        name, request, _ = enquiry.patient.name, enquiry.request, enquiry.contact
    except SealBroken:
        why = "pinned" if enquiry.is_pinned else ""
        return Row(enquiry, "Cannot be opened safely", "", why, here, origin)
    why = _why_pinned(enquiry, request) if enquiry.is_pinned else ""
    return Row(enquiry, name, request.about, why, here, origin)


def _why_pinned(enquiry: Enquiry, request: Request) -> str:
    """Return in few words what made an enquiry one that stands above the clock."""
    reasons = {
        "referred": enquiry.is_referral,
        "declared": enquiry.urgency is Urgency.RED_FLAG_DECLARED,
        "red flag told": any(flag.action.is_for_a_clinician for flag in request.flags),
        "cancer": request.cancer is not None and request.cancer.counts,
        "worrying words": bool(request.flags_in_words),
    }
    return ", ".join(reason for reason, holds in reasons.items() if holds) or "pinned"
