"""An enquiry arrives: by the form, by telephone or by a referral, the same rules decide its urgency and its place.

Why one place for all: what one way heeds and another forgets is where people come to harm (clinical.md 1).
"""

from datetime import datetime
from uuid import UUID

from enquiry import caseload, opening, receipt, search, tallies
from enquiry.extensions import db
from enquiry.records.enquiry import IN_TURN, PINNED, Enquiry, Kind, own_urgency
from enquiry.records.referral import Referral, SealedReferral
from enquiry.records.staff import Staff
from enquiry.records.timeline import Event, happened
from enquiry.records.told import Contact, Patient, Request
from enquiry.records.types import WrappedKey, new_id
from enquiry.rules import urgency
from enquiry.rules.callbacks import first_try
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.references import new_reference
from enquiry.rules.sources import Source


def new_enquiry(
    nonce: UUID,
    clinic: Clinic,
    kind: Kind,
    patient: Patient,
    contact: Contact,
    request: Request,
    at: datetime,
    referral: Referral | None = None,
) -> Enquiry:
    """Return a new enquiry, sealed, with its urgency, its place and its times decided by the rules; not yet added.

    :param nonce: what makes the form that it came by count once.
    :param referral: what a clinician told who referred the patient. Somebody looks at it before the patient is rung.
    """
    own_id, its_clock = new_id(), opening.clock_of(clinic)
    arrives = urgency.kept(own_urgency(request, referral), search.urgencies(patient, contact))
    enquiry = Enquiry(
        id=own_id,
        key=WrappedKey.made_for(own_id),
        nonce=nonce,
        reference=_unused_reference(),
        clinic=clinic,
        kind=kind,
        urgency=arrives,
        received_at=at,
        changed_at=at,
        due_at=its_clock.due(arrives, at),
        promised_at=its_clock.promised(at),
    )
    enquiry.patient, enquiry.contact, enquiry.request = patient, contact, request
    if referral is not None:
        enquiry.sealed_referral = SealedReferral(id=new_id(), key=enquiry.key)
        enquiry.sealed_referral.told = referral
    elif contact.preferred is Route.TELEPHONE:
        enquiry.ring_at = first_try(its_clock.hours, contact.good_to_ring, at, arrives, enquiry.due_at)
    enquiry.precedence = PINNED if enquiry.is_flagged or referral is not None else IN_TURN
    return enquiry


def receive(enquiry: Enquiry, source: Source, taken_by: Staff | None = None) -> None:
    """Add a new enquiry in the caller's transaction, with what follows from it: its history, its receipt, its clues."""
    at = enquiry.received_at
    db.session.add(enquiry)
    happened(enquiry, Event.RECEIVED, at, taken_by, detail=source.value)
    if enquiry.urgency is not enquiry.own_urgency:
        happened(enquiry, Event.URGENCY_KEPT, at, detail=enquiry.urgency.value)
    if enquiry.set_aside_at is not None:
        happened(enquiry, Event.SET_ASIDE, at)
    else:
        tallies.arrived(enquiry, source)
        if letter := receipt.queue(enquiry, at):
            happened(enquiry, Event.ACKNOWLEDGED, at, letter=letter)
    search.index(enquiry)
    _raise_its_pair(enquiry, at)


def _raise_its_pair(enquiry: Enquiry, at: datetime) -> None:
    """Let a referral and the patient's own enquiry be as urgent as either, whichever came first (clinical.md 1)."""
    for other in search.take_the_same_persons(enquiry):
        is_pair = enquiry.is_referral is not other.is_referral
        if is_pair and enquiry.urgency.rank < other.urgency.rank:
            other.hurry(enquiry.urgency, at, opening.clock_of(other.clinic))
            happened(other, Event.URGENCY_RAISED, at, detail=enquiry.urgency.value)


def _unused_reference() -> str:
    """Return a reference that no enquiry has; two at once that draw the same are stopped by the database."""
    reference = new_reference()
    while caseload.is_taken(reference):
        reference = new_reference()
    return reference
