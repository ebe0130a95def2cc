"""The letters that the clinic can send: one function each, and nothing else writes to a patient.

Why so discreet: others may read a patient's mail. A receipt and every subject line hold no clinical word, and the
sender's name leaves out the specialty (clinical.md 1, safe contact).
"""

import css_inline
from flask import current_app, render_template

from enquiry.records.complaint import Complaint
from enquiry.records.enquiry import Enquiry
from enquiry.records.letter import Contents
from enquiry.records.staff import Staff

SENDER = "The London Norwich Clinic"

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


def reply(enquiry: Enquiry, text: str, signed_by: Staff) -> Contents:
    """Return a reply in a colleague's own words, signed with their name."""
    subject = f"A reply to your enquiry, {enquiry.reference}"
    return _letter("reply", enquiry.contact.email, subject, enquiry=enquiry, text=text, signed_by=signed_by.name)


def closing(enquiry: Enquiry) -> Contents:
    """Return what somebody reads whom the clinic tried to ring three times: nothing of what they asked."""
    subject = f"We have tried to reach you, {enquiry.reference}"
    return _letter("closing", enquiry.contact.email, subject, enquiry=enquiry)


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
