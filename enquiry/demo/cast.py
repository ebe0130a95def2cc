"""The demonstration's people and the enquiries that wait for them."""

from datetime import date
from uuid import uuid4

import click
from sqlalchemy import func, select

from enquiry import arrival, audit, clock
from enquiry.demo import past
from enquiry.extensions import db
from enquiry.intake import draft, submit
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.records.referral import Referral, Referrer
from enquiry.records.staff import Staff
from enquiry.records.told import Contact, Patient, Request
from enquiry.rules.answers import Paying
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.permissions import Role
from enquiry.rules.referrals import CANCER_EVER, SIGNS, Consent, Post, Priority, Sex, SignAsked, WasAsked, Wish, told
from enquiry.rules.sources import Source
from enquiry.staff.invite import join

PASSWORD = "calm-careful-and-kind"  # noqa: S105 - printed on purpose; only a demonstration has it

PEOPLE = (
    ("lena@clinic.example", "Lena Fischer", [Role.RECEPTIONIST], [Clinic.LONDON]),
    ("noor@clinic.example", "Noor Haddad", [Role.RECEPTIONIST], [Clinic.NORWICH]),
    ("rai@clinic.example", "Mr Rai", [Role.CLINICIAN], [Clinic.LONDON, Clinic.NORWICH]),
    ("max@clinic.example", "Max Bell", [Role.MANAGER], [Clinic.LONDON, Clinic.NORWICH]),
    ("ines@clinic.example", "Ines Duarte", [Role.AUDITOR], [Clinic.LONDON, Clinic.NORWICH]),
)

# Clinic, name, born, email, telephone, preferred, condition, kind, story. All invented; numbers are Ofcom's for drama.
ENQUIRIES = (
    ("london", "Amara Okafor", "1971-05-14", "amara@patient.example", "020 7946 0011", "email", "spinal-tumours",
     "question", "A scan has found a small growth beside my spine. It was called benign. Should somebody watch it?"),
    ("london", "Tomasz Żółkowski", "1984-11-02", "tomasz@patient.example", "07700 900 118", "telephone", "sciatica",
     "appointment", "Pain from my back to my left foot for four months. Exercises helped, then it came back."),
    ("london", "Margaret O’Brien", "1949-02-27", "", "020 7946 0193", "telephone", "not-sure",
     "appointment", "My back aches when I stand to cook and eases when I sit. My daughter says I should ask somebody."),
    ("norwich", "Ian Thirkettle", "1963-08-09", "ian@patient.example", "01603 555 012", "email", "sciatica",
     "question", "I was told that an operation may be needed. I would like to know what else can be tried first."),
    ("norwich", "Priya Raman", "1990-01-30", "priya@patient.example", "", "email", "not-sure",
     "question", "My neck is stiff and my hand tingles at night. Is this something that you see people for?"),
    ("norwich", "Robert Gathercole", "1957-06-18", "robert@patient.example", "07700 900 842", "telephone",
     "spinal-tumours", "appointment", "I had kidney cancer years ago and would like a second opinion on my scan."),
)  # fmt: skip


# A GP refers somebody who has asked as well: the two meet on one case.
REFERRED = Patient("Robert Gathercole", date(1957, 6, 18), nhs_number="9476719931")
THEIR_TELEPHONE = Contact(Route.TELEPHONE, telephone="+447700900842", telephone_as_typed="07700 900 842")
REFERRAL = Referral(
    Referrer("Dr Hannah Sayer", Post.GP, "GMC 7000001", "Wherry Road Surgery", "hannah.sayer@nhs.net", "D82001"),
    Consent.AGREES,
    Priority.URGENT,
    may_have_copy=True,
    sex=Sex.MALE,
    address="8 Wherry Road, Norwich",
    postcode="NR1 1AA",
    wish=Wish.OPINION,
    request="Would you look at his scan, and say whether it should be repeated?",
    paying=Paying.SELF,
    diagnosis="A lesion at T8, known since September",
    side_and_level="Midline, T8",
    onset="September 2026",
    signs=tuple(SignAsked(one.word, WasAsked.YES if one.word == CANCER_EVER else WasAsked.NO) for one in SIGNS),
    history="Treated for kidney cancer in 2011. Aching between the shoulder blades, no worse since then.",
    examination="Power 5/5 throughout, reflexes brisk and even, walks without help.",
    imaging="MRI on 14 September 2026, Norwich. The report is with him.",
    medicines="Amlodipine",
    allergies="None known",
    anticoagulants="None",
)


def seed() -> None:
    """Fill an empty database with the cast; a database that has people is left alone."""
    if db.session.scalar(select(func.count()).select_from(Staff)):
        return
    for email, name, roles, clinics in PEOPLE:
        join(audit.SYSTEM, email, name, roles, clinics, PASSWORD)
    for enquiry in ENQUIRIES:
        _send(*enquiry)
    _refer()
    past.count(clock.now())


def _refer() -> None:
    """Send the referral by the verb by which every enquiry arrives."""
    flags, cancer = told(REFERRAL.signs, REFERRAL.priority)
    story = f"{REFERRAL.request}\n\n{REFERRAL.history}"
    words = Request("not-sure", story, red_flags=tuple(flag.code for flag in flags), cancer=cancer)
    at = clock.now()
    enquiry = arrival.new_enquiry(
        uuid4(), Clinic.NORWICH, Kind.REFERRAL, REFERRED, THEIR_TELEPHONE, words, at, REFERRAL
    )
    arrival.receive(enquiry, Source.REFERRAL)
    audit.record(audit.PUBLIC, audit.AuditEvent.ENQUIRY_SENT, enquiry.id)
    db.session.commit()


def introduce(address: str) -> None:
    """Print where everything is, and how to get in."""
    waiting = db.session.scalar(select(func.count()).select_from(Enquiry).where(Enquiry.ended_at.is_(None)))
    click.echo(f"\n  Patients    {address}/")
    click.echo(f"  The desk    {address}/desk/queue      ({waiting} enquiries are waiting)")
    click.echo(f"  Letters     {address}/demo/letters    (every letter that is sent lands here)\n")
    click.echo("  Sign in as")
    for email, name, roles, clinics in PEOPLE:
        click.echo(f"    {email:<22} {name}, {roles[0]} in {' and '.join(clinic.label for clinic in clinics)}")
    click.echo(f"  each with the password  {PASSWORD}\n\n  Ctrl-C stops it all.\n")


def _send(*said: str) -> None:
    """Send one enquiry as a patient would: through the same draft and the same verb."""
    clinic, name, born, email, telephone, preferred, about, kind, story = said
    nonce = uuid4()
    draft.open_as(
        nonce,
        {
            "safety": {"red_flags": ["none"], "cancer": "yes" if "cancer" in story else "no"},
            "who": {"for_whom": "me", "name": name, "birth_date": born},
            "contact": {
                "email": email,
                "telephone": telephone,
                "preferred": preferred,
                "avoid": "",
                "good_times": ["morning"] if preferred == "telephone" else [],
            },
            "about": {"about": about, "kind": kind, "story": story},
            "pain": {"since": "months", "worse": "no"},
            "times": {"days": ["tuesday", "thursday"], "times": ["morning"], "paying": "insurer", "letter": "asked"},
            "files": {},
            "clinic": {"clinic": clinic},
        },
    )
    submit.submit(nonce)
