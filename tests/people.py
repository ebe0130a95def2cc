"""The cast: the people whom the tests are about, and what brings them on stage.

Pat is the patient and Dr Grey her GP. Lena sits at London's reception and Noor at Norwich's; neither may see the
other's queue. Mr Rai is the surgeon at both clinics, Max manages the practice, and Ines audits it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from flask import Flask, session

from enquiry import attachments, clock
from enquiry.extensions import db
from enquiry.intake import draft
from enquiry.intake.submit import submit
from enquiry.records.attachment import Attachment
from enquiry.records.enquiry import Enquiry, Kind
from enquiry.records.staff import Staff
from enquiry.rules.answers import NONE_OF_THESE
from enquiry.rules.clinics import Clinic
from enquiry.rules.contact import Route
from enquiry.rules.files import FileKind, ScanState
from enquiry.rules.permissions import Role
from enquiry.rules.red_flags import Cancer
from enquiry.staff import passwords, sign_in
from tests.visitor import Visitor

PASSWORD = "the heron stands very still"


@dataclass(frozen=True)
class Colleague:
    """Somebody who works at the clinic."""

    name: str
    email: str
    role: Role
    clinics: tuple[Clinic, ...]


LENA = Colleague("Lena Marsh", "lena@clinic.example", Role.RECEPTIONIST, (Clinic.LONDON,))
NOOR = Colleague("Noor Aziz", "noor@clinic.example", Role.RECEPTIONIST, (Clinic.NORWICH,))
RAI = Colleague("Mr Sanjay Rai", "rai@clinic.example", Role.CLINICIAN, (Clinic.LONDON, Clinic.NORWICH))
INES = Colleague("Ines Duarte", "ines@clinic.example", Role.AUDITOR, (Clinic.LONDON, Clinic.NORWICH))
MAX = Colleague("Max Bell", "max@clinic.example", Role.MANAGER, (Clinic.LONDON, Clinic.NORWICH))

PAT = "Pat O’Shea-Łukasz"
PATS_EMAIL = "pat@home.example"
PATS_STORY = "My left leg has hurt since September.\n\nIt is worse when I sit."
DR_GREY = "Dr Imogen Grey"

# What Pat answers, page by page, as a draft keeps it.
PATS_ANSWERS: dict[str, dict[str, Any]] = {
    "safety": {"red_flags": [NONE_OF_THESE], "cancer": Cancer.NO.value},
    "who": {"for_whom": "me", "name": PAT, "called": "", "birth_date": "1980-03-31"},
    "contact": {
        "email": PATS_EMAIL,
        "telephone": "07700 900 982",
        "preferred": Route.EMAIL.value,
        "voicemail_ok": "no",
        "avoid": "",
    },
    "about": {"about": "not-sure", "kind": Kind.QUESTION.value, "story": PATS_STORY},
    "pain": {"since": "weeks", "worse": "no", "places": ["left-leg"], "operated": ""},
    "files": {},
    "clinic": {"clinic": Clinic.LONDON.value, "needs": [NONE_OF_THESE], "language": ""},
}


def pat_asks(clinic: Clinic = Clinic.LONDON, **pages: dict[str, Any]) -> Enquiry:
    """Send an enquiry of Pat's to a clinic, without the pages; call it in an application context.

    :param pages: what she answers otherwise, by page, for example ``contact={"email": ""}``.
    """
    changes = {"clinic": {"clinic": clinic.value}, **pages}
    nonce = uuid4()
    draft.open_as(
        nonce, {page: {**PATS_ANSWERS.get(page, {}), **changes.get(page, {})} for page in PATS_ANSWERS | changes}
    )
    return submit(nonce)


def pat_adds(
    enquiry: Enquiry,
    content: bytes = b"%PDF-1.7 Dear colleague",
    name: str = "GP letter.pdf",
    kind: FileKind = FileKind.PDF,
    scan: ScanState = ScanState.CLEAN,
) -> Attachment:
    """Let a file have come with an enquiry; call it in an application context."""
    attachment = attachments.kept(name, kind, content, scan, clock.now())
    attachment.enquiry_id = enquiry.id
    db.session.add(attachment)
    db.session.commit()
    return attachment


def hire(colleague: Colleague) -> Staff:
    """Give somebody an account; call it in an application context."""
    staff = Staff(
        email=colleague.email,
        name=colleague.name,
        role_words=[colleague.role.value],
        clinic_words=[clinic.value for clinic in colleague.clinics],
        created_at=clock.now(),
        password=_hashed(),
    )
    db.session.add(staff)
    db.session.commit()
    return staff


def at_the_desk(app: Flask, colleague: Colleague) -> Visitor:
    """Return the browser of a colleague who is newly hired and signed in; the steps of signing in are left out."""
    with app.test_request_context():
        sign_in.come_in(hire(colleague))
        signed_in = dict(session)
    visitor = app.test_client()
    with visitor.session_transaction() as cookie:
        cookie.update(signed_in)
    assert isinstance(visitor, Visitor)
    return visitor


@cache
def _hashed() -> str:
    """Hash the password once: hashing is slow on purpose."""
    return passwords.hashed(PASSWORD)
