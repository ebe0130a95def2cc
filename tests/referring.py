"""Dr Grey refers Pat, without the pages: what she tells, and what becomes of it."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from enquiry import arrival, audit, clock
from enquiry.audit import AuditEvent
from enquiry.extensions import db
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.records.referral import Referral, Referrer
from enquiry.records.told import Contact, Patient, Request
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.referrals import Consent, Post, Priority, told
from enquiry.rules.sources import Source
from tests.people import DR_GREY, PAT

DR_GREYS_EMAIL = "imogen.grey@nhs.net"
PATS_NHS_NUMBER = "9476719931"

DR_GREY_REFERS = Referrer(
    name=DR_GREY,
    post=Post.GP,
    registration="GMC 7012345",
    practice="Holt Surgery",
    email=DR_GREYS_EMAIL,
    ods_code="G82080",
    telephone="01263 496 000",
)
BY_TELEPHONE = Contact(Route.TELEPHONE, telephone="+447700900982", telephone_as_typed="07700 900 982")
PATS_REFERRAL = Referral(
    DR_GREY_REFERS, Consent.AGREES, Priority.ROUTINE, address="2 Wherry Lane, Holt", postcode="NR25 6AB"
)


def dr_grey_refers(
    clinic: Clinic = Clinic.LONDON,
    name: str = PAT,
    birth_date: date = date(1980, 3, 31),
    nhs_number: str = PATS_NHS_NUMBER,
    contact: Contact = BY_TELEPHONE,
    story: str = "Six months of left leg pain. Physiotherapy did not help.",
    about_referrer: dict[str, Any] | None = None,
    **about: Any,
) -> Enquiry:
    """Send a referral of Pat to a clinic; call it in an application context.

    :param about: what is told otherwise, by the field of a ``Referral``.
    """
    referral = replace(PATS_REFERRAL, **about, referrer=replace(DR_GREY_REFERS, **about_referrer or {}))
    flags, cancer = told(referral.signs, referral.priority)
    enquiry = arrival.new_enquiry(
        uuid4(),
        clinic,
        Kind.REFERRAL,
        Patient(name, birth_date, nhs_number=nhs_number),
        contact,
        Request(
            "not-sure",
            story,
            red_flags=tuple(flag.code for flag in flags),
            cancer=cancer,
            postcode=referral.postcode,
        ),
        clock.now(),
        referral,
    )
    arrival.receive(enquiry, Source.REFERRAL)
    audit.record(audit.PUBLIC, AuditEvent.ENQUIRY_SENT, enquiry.id)
    db.session.commit()
    return enquiry
