"""The demonstration's people and the enquiries that wait for them."""

from uuid import uuid4

import click
from sqlalchemy import func, select

from enquiry import audit, clock
from enquiry.demo import past
from enquiry.extensions import db
from enquiry.intake import draft, submit
from enquiry.records.enquiry import Enquiry
from enquiry.records.staff import Staff
from enquiry.rules.clinics import Clinic
from enquiry.rules.permissions import Role
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


def seed() -> None:
    """Fill an empty database with the cast; a database that has people is left alone."""
    if db.session.scalar(select(func.count()).select_from(Staff)):
        return
    for email, name, roles, clinics in PEOPLE:
        join(audit.SYSTEM, email, name, roles, clinics, PASSWORD)
    for enquiry in ENQUIRIES:
        _send(*enquiry)
    past.count(clock.now())


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
