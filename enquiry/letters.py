"""The letters that the clinic can send: one function each, and nothing else writes to anybody.

Why so discreet: others may read a patient's mail. A receipt and every subject line hold no clinical word, and the
sender's name leaves out the specialty (clinical.md 1, safe contact).
"""

from dataclasses import replace
from datetime import datetime

import css_inline
from flask import current_app, render_template

from enquiry import calendar_entry
from enquiry.records.appointment import Appointment
from enquiry.records.complaint import Complaint
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Contents, LetterKind, Paper
from enquiry.records.referral import Referral
from enquiry.records.staff import Staff

SENDER = "The London Norwich Clinic"

_ABOUT_APPOINTMENTS = {
    LetterKind.APPOINTMENT_OFFERED: "We can offer you an appointment",
    LetterKind.APPOINTMENT_BOOKED: "Your appointment",
    LetterKind.APPOINTMENT_MOVED: "Your appointment has changed",
    LetterKind.APPOINTMENT_CANCELLED: "Your appointment is cancelled",
    LetterKind.APPOINTMENT_REMINDER: "A reminder of your appointment",
}

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def acknowledgement(enquiry: Enquiry, token: str, hours: str) -> Contents:
    """Return the receipt for an enquiry: its reference, what happens next and by when, and the patient's private link.

    :param token: of the link; no colleague is shown it. Empty for somebody who has none.
    :param hours: when the clinic is open, in words.
    """
    subject = f"We have received your enquiry, {enquiry.reference}"
    link = f"{current_app.config['PUBLIC_URL']}/enquiry/{token}" if token else ""
    about = {"enquiry": enquiry, "link": link, "hours": hours}
    return _letter("acknowledgement", enquiry.contact.email, subject, secret=token, **about)


def referral_received(enquiry: Enquiry, referral: Referral, token: str, look_by: datetime) -> Contents:
    """Return the receipt for whoever referred a patient: the reference, and nothing of the patient to any address.

    :param token: of the link to how far it is; no colleague is shown it.
    :param look_by: as ``receipt.look_by`` says.
    """
    subject, to = f"We have received your referral, {enquiry.reference}", referral.referrer
    link = f"{current_app.config['PUBLIC_URL']}/referral/{token}"
    about = {"enquiry": enquiry, "referrer": to, "link": link, "look_by": look_by}
    return _letter("referral_received", to.email, subject, secret=token, **about)


def referral_answered(enquiry: Enquiry, referral: Referral, paper: Paper | None) -> Contents:
    """Return what tells whoever referred a patient that there is an answer, and nothing of the patient.

    :param paper: the answer itself, or ``None`` where it must go by post.
    """
    subject = f"About your referral, {enquiry.reference}"
    to, is_attached = referral.referrer, paper is not None
    told = _letter("referral_answered", to.email, subject, enquiry=enquiry, referrer=to, is_attached=is_attached)
    return replace(told, paper=paper)


def reply(enquiry: Enquiry, text: str, signed_by: Staff) -> Contents:
    """Return a reply in a colleague's own words, signed with their name."""
    about = "A letter from us" if enquiry.is_referral else "A reply to your enquiry"  # who was referred asked nothing
    subject = f"{about}, {enquiry.reference}"
    return _letter("reply", enquiry.contact.email, subject, enquiry=enquiry, text=text, signed_by=signed_by.name)


def closing(enquiry: Enquiry) -> Contents:
    """Return what somebody reads whom the clinic tried to ring three times: nothing of what they asked."""
    subject = f"We have tried to reach you, {enquiry.reference}"
    return _letter("closing", enquiry.contact.email, subject, enquiry=enquiry)


def appointment(kind: LetterKind, enquiry: Enquiry, arranged: Appointment, at: datetime) -> Contents:
    """Return the letter of one kind about an appointment; one that was agreed comes with an entry for a calendar."""
    subject = f"{_ABOUT_APPOINTMENTS[kind]}, {enquiry.reference}"
    letter = _letter(
        "appointment", enquiry.contact.email, subject, enquiry=enquiry, appointment=arranged, kind=kind.value
    )
    if arranged.held_until is not None:
        return letter
    return replace(letter, enclosure=calendar_entry.of(enquiry, arranged, SENDER, at))


def fees(enquiry: Enquiry, arranged: Appointment, text: str, signed_by: Staff) -> Contents:
    """Return what a consultation costs, in the clinic's own words, before it takes place."""
    subject = f"Fees for your appointment, {enquiry.reference}"
    return _letter(
        "fees",
        enquiry.contact.email,
        subject,
        enquiry=enquiry,
        appointment=arranged,
        text=text,
        signed_by=signed_by.name,
    )


def complaint_received(complaint: Complaint) -> Contents:
    """Return what confirms a complaint about personal information, and says what happens next."""
    subject = f"We have received your complaint, {complaint.reference}"
    return _letter("complaint_received", complaint.said.email, subject, complaint=complaint)


def _letter(template: str, to: str, subject: str, secret: str = "", **about: object) -> Contents:
    context = {"sender": SENDER, "subject": subject, **about}
    return Contents(
        to=to,
        subject=subject,
        text=render_template(f"letters/{template}.txt", **context),
        html=_inliner.inline(render_template(f"letters/{template}.html", **context)),
        secret=secret,
    )
